import { expect, it } from 'vitest';
import { button, click, openWindow, screen, type, waitFor } from '../../testing';

it('goes from nothing to an open vault, and asks two groups of the code back', async () => {
  const window = await openWindow('vault=none');
  await click('Create my vault');
  await click('Create vault');
  expect(window.calls('vault.create')).toEqual([{ passphrase: null }]);
  const code = await screen.findByRole('list', { name: 'Recovery code' });
  const groups = Array.from(code.querySelectorAll('code'), (c) => c.textContent ?? '');
  expect(groups).toHaveLength(8);
  await click('I have it on paper');
  expect(document.body.textContent).not.toContain(groups[0]);
  type(await screen.findByLabelText('Group 3'), groups[2]!.toLowerCase());
  type(await screen.findByLabelText('Group 7'), groups[6]!);
  await click('Finish');
  await screen.findByRole('navigation', { name: 'Main' });
  expect(window.calls('vault.prove')).toEqual([{ groups: [{ group: 3, text: groups[2] }, { group: 7, text: groups[6] }] }]);
});

it('does not finish on a wrong group, and says what to do', async () => {
  await openWindow('vault=none');
  await click('Create my vault');
  await click('Create vault');
  await click('I have it on paper');
  type(await screen.findByLabelText('Group 3'), 'ABCD');
  type(await screen.findByLabelText('Group 7'), 'EFGH');
  await click('Finish');
  const alert = await screen.findByRole('alert');
  expect(alert.textContent).toContain('do not match');
  expect(alert.textContent).toContain('type them again');
  expect(screen.queryByRole('navigation', { name: 'Main' })).toBeNull();
});

it('F10: warns of a folder that a program keeps in step, before the vault is made', async () => {
  const window = await openWindow('vault=none&place=synced');
  await click('Create my vault');
  expect(await screen.findByText(/Dropbox keeps the vault/)).toBeTruthy();
  await click('Create vault');
  expect(window.calls('vault.create')).toHaveLength(1);
});

it('asks for a passphrase, twice the same, where there is no keyring', async () => {
  const window = await openWindow('vault=none&keyring=unusable');
  await click('Create my vault');
  const create = (await button('Create vault')) as HTMLButtonElement;
  await screen.findByLabelText('Passphrase');
  expect(screen.queryByRole('radio')).toBeNull();
  type(screen.getByLabelText('Passphrase'), 'too short');
  type(screen.getByLabelText('Passphrase again'), 'too short');
  await waitFor(() => expect(create.disabled).toBe(true));
  type(screen.getByLabelText('Passphrase'), 'four words that stay');
  type(screen.getByLabelText('Passphrase again'), 'four words that stray');
  await waitFor(() => expect(create.disabled).toBe(true));
  type(screen.getByLabelText('Passphrase again'), 'four words that stay');
  await click('Create vault');
  await screen.findByRole('list', { name: 'Recovery code' });
  expect(window.calls('vault.create')).toEqual([{ passphrase: 'four words that stay' }]);
});

it('tells a keyring that stayed locked from none, and asks it again', async () => {
  const window = await openWindow('vault=none&keyring=locked');
  expect(window.calls('vault.keyring')).toEqual([]);
  await click('Create my vault');
  await screen.findByText(/keyring stayed locked/);
  expect(screen.queryByRole('radio')).toBeNull();
  await click('Ask the keyring again');
  expect((await screen.findByRole<HTMLInputElement>('radio', { name: /this computer’s keyring/ })).checked).toBe(true);
  await click('Create vault');
  expect(window.calls('vault.create')).toEqual([{ passphrase: null }]);
});
