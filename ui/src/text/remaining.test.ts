import { expect, it } from 'vitest';
import { remaining } from './remaining';

it.each([
  [null, undefined],
  [0, 'a few seconds left'],
  [21, 'about 25 seconds left'],
  [54, 'about 55 seconds left'],
  [70, 'about a minute left'],
  [540, 'about 9 minutes left'],
])('%j seconds', (seconds, words) => expect(remaining(seconds)).toBe(words));
