import { expect, it } from 'vitest';
import { OUTCOMES } from './outcome';

it('is green for one state alone: a signed statement that everything is deleted', () => {
  expect(Object.entries(OUTCOMES).filter(([, o]) => o.tone === 'good').map(([state]) => state)).toEqual(['erased']);
});
it('keeps a silent partner among those that wait, in red', () => expect(OUTCOMES.overdue).toMatchObject({ section: 'waiting', tone: 'bad' }));
it('counts as active only what a receipt confirms', () => {
  expect(Object.entries(OUTCOMES).filter(([, o]) => o.section === 'active').map(([state]) => state)).toEqual(['active']);
});
