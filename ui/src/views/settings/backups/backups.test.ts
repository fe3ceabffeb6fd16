import { afterEach, expect, it, vi } from 'vitest';
import { backups } from '../../../state/backups.svelte';
import { click, openWindow, screen, type, waitFor } from '../../../testing';

afterEach(() => void vi.useRealTimers());

const NEWEST = /: backup of 20 Nov 2026/;

it('says in one look that all is well, and makes a backup now', async () => {
  const window = await openWindow('', 'settings');
  await screen.findByText('Every week, while Holdall is open');
  expect(screen.getByText(/^2 Oct 2026/)).toBeTruthy();
  await click('Back up now');
  await waitFor(() => expect(screen.getAllByText(/^21 Nov 2026/).length).toBeGreaterThan(0));
  expect(window.calls('backup.make').at(-1)).toEqual({ folder: null, only_if_due: false });
});

it('asks for a folder and how often where there is no plan yet', async () => {
  const window = await openWindow('backups=none', 'settings');
  await screen.findByText(/There is no backup yet/);
  expect(screen.queryByRole('button', { name: 'Back up now' })).toBeNull();
  type(screen.getByLabelText('Folder for backups'), '/media/usb');
  screen.getByLabelText('Every day').click();
  await click('Save');
  await screen.findByRole('button', { name: 'Back up now' });
  expect(window.calls('backup.plan')).toEqual([{ plan: { folder: '/media/usb', every_days: 1 } }]);
});

it.each([
  ['overdue', 'more than a month old'],
  ['missing', 'If it is on another disk, plug that in'],
  ['same', 'lie on the same disk as your vault'],
])('warns: %s', async (state, words) => {
  await openWindow(`backups=${state}`, 'settings');
  await waitFor(() => expect(document.body.textContent).toContain(words));
});

it('checks a backup piece by piece, and tells a damaged one', async () => {
  const window = await openWindow('', 'settings');
  (await screen.findByRole('button', { name: new RegExp('^Check it' + NEWEST.source) })).click();
  await screen.findByText(/every one of its 278 pieces was opened/);
  await click(/^Show all 5/);
  (await screen.findByRole('button', { name: /^Check it: backup of 31 Aug 2026/ })).click();
  expect((await screen.findByRole('alert')).textContent).toContain('The backup is damaged');
  expect(window.calls('backup.verify').map((r) => r.depth)).toEqual(['pieces', 'pieces']);
});

it('tries a backup out, and says what was compared and how long it took', async () => {
  const window = await openWindow('', 'settings');
  (await screen.findByRole('button', { name: new RegExp('^Try it out' + NEWEST.source) })).click();
  const said = await screen.findByText(/gives your vault back/);
  expect(said.textContent).toMatch(/48,112 rows and 8 original files .* 4 s/s);
  expect(window.calls('backup.drill')).toHaveLength(1);
});

it('names a file that cannot be read', async () => {
  await openWindow('', 'settings');
  await screen.findByText(/old copy.holdall-backup/);
});

it('takes a vault that was set aside back, and removes one for good only after asking', async () => {
  const window = await openWindow('aside', 'settings');
  await click('Remove for good');
  await screen.findByRole('heading', { name: 'Remove this vault for good?' });
  expect(window.calls('backup.discard')).toEqual([]);
  await click('Keep it');
  await click('Take it back');
  await click('Take it');
  await waitFor(() => expect(window.calls('vault.unlock')).toEqual([{ passphrase: null, recovery_code: null, older: true }]));
  expect(window.calls('backup.take')).toEqual([{ dir: '/home/nora/.local/share/holdall.before-1', another: true }]);
  await waitFor(() => expect(document.title).toBe('Home · Holdall'));
});

it('removes a vault that was set aside', async () => {
  const window = await openWindow('aside', 'settings');
  await click('Remove for good');
  await click('Remove it');
  await waitFor(() => expect(screen.queryByText('Set aside')).toBeNull());
  expect(window.calls('backup.discard')).toEqual([{ dir: '/home/nora/.local/share/holdall.before-1' }]);
});

it('makes the backup that is due by itself, quietly, and again every hour', async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true, toFake: ['setInterval', 'clearInterval'] });
  const window = await openWindow('backups=due');
  await waitFor(() => expect(window.calls('backup.make')).toEqual([{ folder: null, only_if_due: true }]));
  await waitFor(() => expect(backups.making.running).toBe(false));
  expect(document.querySelector('.toast')?.textContent).toBe('');
  await vi.advanceTimersByTimeAsync(60 * 60 * 1000);
  await waitFor(() => expect(window.calls('backup.make')).toHaveLength(2));
});

it('makes none by itself where the plan says by hand', async () => {
  const window = await openWindow('backups=none');
  await waitFor(() => expect(window.calls('backup.list').length).toBeGreaterThan(0));
  await waitFor(() => expect(backups.view).toBeDefined());
  expect(window.calls('backup.make')).toEqual([]);
});

it.each([
  ['overdue', 'Your last backup is from 3 Oct 2026'],
  ['none', 'There is no backup of your vault yet'],
  ['same', 'Your backups lie on the same disk as your vault'],
])('H11: reminds at Home: %s', async (state, words) => {
  await openWindow(`backups=${state}`);
  await waitFor(() => expect(document.querySelector('.needs')?.textContent).toContain(words));
  await click(/^Not now/);
  await waitFor(() => expect(document.body.textContent).not.toContain(words));
});

it('tells at Home and here that the backup by itself failed', async () => {
  await openWindow('fail=backup.make');
  await waitFor(() => expect(document.querySelector('.needs')?.textContent).toContain('The last backup did not work'));
  location.hash = '#/settings/backups';
  expect((await screen.findByRole('alert')).textContent).toContain('could not be read');
});

it('forgets where backups lie when the vault closes', async () => {
  await openWindow('');
  await waitFor(() => expect(backups.view).toBeDefined());
  await click('Lock now');
  await screen.findByRole('heading', { name: 'Your vault is locked' });
  expect(backups.view).toBeUndefined();
});
