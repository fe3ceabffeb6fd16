import { expect, it } from 'vitest';
import { click, openWindow, screen, waitFor } from '../../testing';

it('checks the log and says that it is whole', async () => {
  const window = await openWindow('', 'settings');
  await screen.findByText(/no entry is missing or changed/);
  await click('Check the log');
  await screen.findByText(/All 214 were checked just now/);
  expect(window.calls('audit.verify')).toHaveLength(1);
});

it('says where the log is broken', async () => {
  await openWindow('broken', 'settings');
  const said = await screen.findByRole('alert');
  expect(said.textContent).toMatch(/Entry 88: the entry, or its link to the one before, was changed/);
  await click('Check the log');
  await waitFor(() => expect(screen.getByRole('alert').textContent).toContain('Entry 88'));
  expect(screen.queryByText(/no entry is missing/)).toBeNull();
});

it('saves a copy where the person says', async () => {
  const window = await openWindow('', 'settings');
  await click('Save a copy');
  await waitFor(() => expect(window.calls('audit.export')).toEqual([{ file: '/home/nora/Documents/Holdall log.jsonl' }]));
  await screen.findByText('The log is saved: 214 entries.');
});
