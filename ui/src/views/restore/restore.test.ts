import { expect, it } from 'vitest';
import { CODE } from '../../api/recorded/vault';
import { button, click, openWindow, screen, type, waitFor } from '../../testing';

const NONE = { passphrase: null, recovery_code: null };

it('brings the vault back where there is none, and lets this computer open it', async () => {
  const window = await openWindow('vault=none');
  await click('I have a backup');
  await screen.findByRole('heading', { name: 'Restore from a backup' });
  await click('Choose…');
  await screen.findByText(/Backup of 20 Nov 2026/);
  expect(screen.getByText(/18 MB/)).toBeTruthy();
  type(await screen.findByLabelText('Recovery code'), CODE.join(' '));
  await click('Restore');
  await screen.findByRole('heading', { name: 'Your vault is back' });
  expect(screen.getByText('12,186 records')).toBeTruthy();
  // Back would lead to the making of a vault where there is one now.
  await waitFor(() => expect(screen.queryByRole('button', { name: 'Back' })).toBeNull());
  await click('Open my vault');
  await screen.findByRole('heading', { name: 'Let this computer open your vault?' });
  const secret = { passphrase: null, recovery_code: CODE.join(' ') };
  expect(window.calls('backup.restore').map((r) => r.secret)).toEqual([secret]);
  expect(window.calls('vault.unlock')).toEqual([{ ...secret, older: true }]);
});

it('tells a file that is no backup, and a code that does not fit', async () => {
  await openWindow('vault=none');
  await click('I have a backup');
  type(await screen.findByLabelText('Your backup'), '/home/nora/holiday.zip');
  await click('Look at it');
  expect((await screen.findByRole('alert')).textContent).toContain('no backup of Holdall');
  expect(screen.queryByRole('button', { name: 'Restore' })).toBeNull();
  await click('Choose…');
  await button('Restore');
  type(screen.getByLabelText('Recovery code'), 'ABCD ABCD');
  await click('Restore');
  expect((await screen.findByRole('alert')).textContent).toContain('does not open');
  // A slip in a long code is mended, not typed anew.
  expect((screen.getByLabelText('Recovery code') as HTMLInputElement).value).toBe('ABCD ABCD');
  type(screen.getByLabelText('Recovery code'), CODE.join(' '));
  await click('Restore');
  await screen.findByRole('heading', { name: 'Your vault is back' });
});

it('compares a restored vault with the one that is open, and takes it only then', async () => {
  const window = await openWindow('', 'settings/restore');
  await click('Choose…');
  await screen.findByText(/Backup of 20 Nov 2026/);
  expect(((await screen.findByLabelText('With this computer’s keyring')) as HTMLInputElement).checked).toBe(true);
  await click('Restore');
  await screen.findByRole('heading', { name: /Nothing of yours was changed/ });
  const text = document.querySelector('main')?.textContent ?? '';
  for (const part of ['12,304 records', 'newest of 20 Nov 2026', '12,186 records', 'loses the last 14 entries of your log']) expect(text).toContain(part);
  expect(window.calls('backup.take')).toEqual([]);
  await click('Take the restored vault');
  await waitFor(() => expect(document.title).toBe('Home · Holdall'));
  expect(window.calls('backup.restore').map((r) => r.secret)).toEqual([NONE]);
  expect(window.calls('backup.take')).toEqual([{ dir: '/home/nora/.local/share/holdall.restored-1', another: false }]);
  expect(window.calls('vault.unlock')).toEqual([{ ...NONE, older: true }]);
});

it('leaves everything as it is, and says where the restored one stays', async () => {
  const window = await openWindow('', 'settings/restore');
  await click('Choose…');
  await click('Restore');
  await click('Leave everything as it is');
  await screen.findByRole('heading', { name: 'Everything is as it was' });
  expect(document.body.textContent).toContain('/home/nora/.local/share/holdall.restored-1');
  expect(window.calls('backup.take')).toEqual([]);
  await click('Done');
  await screen.findByRole('heading', { level: 1, name: 'Settings' });
});

it('takes another vault only from somebody who knows that it is another one', async () => {
  const window = await openWindow('', 'settings/restore');
  type(await screen.findByLabelText('Your backup'), '/media/nora/other.holdall-backup');
  await click('Look at it');
  type(await screen.findByLabelText('Recovery code'), CODE.join(' '));
  await click('Restore');
  await screen.findByText(/This is a backup of another vault/);
  expect(((await button('Take the restored vault')) as HTMLButtonElement).disabled).toBe(true);
  screen.getByLabelText('I know that it is another vault').click();
  await click('Take the restored vault');
  await waitFor(() => expect(window.calls('backup.take')).toEqual([{ dir: '/home/nora/.local/share/holdall.restored-1', another: true }]));
});
