import { describe, expect, it } from 'vitest';
import { click, openWindow, screen, type, waitFor } from '../../testing';
import { CODE } from '../../api/recorded/vault';
import { seconds } from './pause.svelte';
import { SCREENS } from './states';

describe.each(Object.entries(SCREENS))('%s', (state, expected) => {
  // A keyring opens a vault that is merely locked by itself; a passphrase does not.
  const scene = `vault=${state}${state === 'locked' ? '&keyring=unusable' : ''}`;

  it('has a screen of its own that never offers to start over', async () => {
    await openWindow(scene);
    expect(screen.getByRole('heading', { level: 1 }).textContent).toBe(expected.title);
    expect(document.body.textContent).not.toMatch(/start over|new vault|create|delete the vault|reset/i);
    expect(document.body.textContent).toContain('/home/nora/.local/share/holdall');
  });

  it(expected.canUnlock ? 'offers the recovery code' : 'asks for no key that could not help', async () => {
    await openWindow(scene);
    const offered = screen.queryByRole('button', { name: 'Use the recovery code' }) ?? screen.queryByLabelText('Recovery code');
    expect(offered !== null).toBe(expected.canUnlock);
  });
});

it('opens by itself with the keyring when the program starts, and stays locked once the person locked it', async () => {
  const window = await openWindow('vault=locked');
  await screen.findByRole('navigation', { name: 'Main' });
  expect(window.calls('vault.unlock')).toHaveLength(1);
  await click('Lock now');
  await screen.findByRole('heading', { name: 'Your vault is locked' });
  expect(window.calls('vault.unlock')).toHaveLength(1);
  await click('Unlock');
  await screen.findByRole('navigation', { name: 'Main' });
});

it('opens with a passphrase, and tells a wrong one', async () => {
  await openWindow('vault=locked&keyring=unusable');
  type(screen.getByLabelText('Passphrase'), 'wrong');
  await click('Unlock');
  expect((await screen.findByRole('alert')).textContent).toContain('Caps Lock');
  type(screen.getByLabelText('Passphrase'), 'right');
  await click('Unlock');
  await screen.findByRole('navigation', { name: 'Main' });
});

it('E7: wrong passphrases have to wait longer each time, and then the right one opens', async () => {
  expect([1, 2, 3, 4, 7, 8, 100].map(seconds)).toEqual([0, 0, 1, 2, 16, 30, 30]);
  await openWindow('vault=locked&keyring=unusable');
  for (const nth of [1, 2, 3]) {
    type(screen.getByLabelText('Passphrase'), 'wrong');
    await click('Unlock');
    await screen.findByRole('alert');
    const button = await screen.findByRole('button', { name: nth < 3 ? 'Unlock' : 'Wait 1 s' });
    expect((button as HTMLButtonElement).disabled).toBe(nth === 3);
  }
  type(screen.getByLabelText('Passphrase'), 'right');
  await waitFor(() => expect((screen.getByRole('button', { name: 'Unlock' }) as HTMLButtonElement).disabled).toBe(false), { timeout: 3000 });
  await click('Unlock');
  await screen.findByRole('navigation', { name: 'Main' });
});

it('opens with the recovery code, written in any way', async () => {
  await openWindow('vault=key_missing');
  type(screen.getByLabelText('Recovery code'), 'k7qm 2xrd-h4tv 9wbn c6fj p3za ye8g 5smk');
  await click('Open with the recovery code');
  await screen.findByRole('navigation', { name: 'Main' });
});

it('checks a proof file without a vault', async () => {
  await openWindow('vault=key_missing', 'proof-check');
  expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('Proof check');
  await waitFor(() => expect(screen.getByLabelText('Proof file')).toBeTruthy());
  expect(screen.queryByRole('navigation', { name: 'Main' })).toBeNull();
});

it('says what an older vault means, and opens it with the same secret once the person wants it', async () => {
  const window = await openWindow('vault=locked&keyring=unusable&older');
  type(screen.getByLabelText('Passphrase'), 'four words that stay');
  await click('Unlock');
  await screen.findByRole('heading', { name: 'This vault is older than the one seen here last' });
  expect(screen.queryByLabelText('Passphrase')).toBeNull();
  await click('Open the older vault');
  await screen.findByRole('navigation', { name: 'Main' });
  const secret = { passphrase: 'four words that stay', recovery_code: null };
  expect(window.calls('vault.unlock')).toEqual([{ ...secret, older: false }, { ...secret, older: true }]);
});

it.each([
  ['vault-in-use', 'in_use'],
  ['key-missing', 'key_missing'],
  ['vault-damaged', 'database_damaged'],
] as const)('shows the screen of what only the try to open it could tell: %s', async (code, state) => {
  const window = await openWindow(`vault=locked&refuse=${code}`);
  await screen.findByRole('heading', { name: SCREENS[state].title });
  await click('Try again');
  await waitFor(() => expect(window.calls('vault.unlock')).toHaveLength(2));
});

it('offers this computer’s keyring after the vault was opened with the code', async () => {
  const window = await openWindow('vault=key_missing');
  type(screen.getByLabelText('Recovery code'), 'k7qm 2xrd-h4tv 9wbn c6fj p3za ye8g 5smk');
  await click('Open with the recovery code');
  await screen.findByRole('heading', { name: 'Let this computer open your vault?' });
  await click('Let this computer open it');
  await waitFor(() => expect(screen.queryByRole('heading', { name: 'Let this computer open your vault?' })).toBeNull());
  expect(window.calls('keys.enrol')).toEqual([{}]);
});

it('restores a backup beside a vault that does not open, and takes it', async () => {
  const window = await openWindow('vault=database_damaged');
  await click('Restore from a backup');
  await screen.findByRole('heading', { name: 'Restore from a backup' });
  await click('Choose…');
  await screen.findByText(/Backup of 20 Nov 2026/);
  type(await screen.findByLabelText('Recovery code'), CODE.join(' '));
  await click('Restore');
  await screen.findByText(/Your present vault is not open/);
  await click('Take the restored vault');
  await screen.findByRole('navigation', { name: 'Main' });
  expect(window.calls('backup.take')).toEqual([{ dir: '/home/nora/.local/share/holdall.restored-1', another: false }]);
  expect(window.calls('vault.unlock').at(-1)).toEqual({ passphrase: null, recovery_code: CODE.join(' '), older: true });
});
