import { expect, it } from 'vitest';
import { CODE } from '../../../api/recorded/vault';
import { button, click, openWindow, screen, type, waitFor } from '../../../testing';

async function typeTwice(text: string) {
  type(await screen.findByLabelText('New passphrase'), text);
  type(screen.getByLabelText('New passphrase again'), text);
}

it('lists the ways in, and since when', async () => {
  await openWindow('', 'settings');
  const section = (await screen.findByText('A computer’s keyring')).closest('section');
  expect(section?.textContent).toContain('Recovery code on paper');
  expect(section?.textContent).toContain('Since 1 Jun 2026');
  expect(screen.queryByRole('button', { name: /^Remove: / })).toBeNull();
});

it('sets a passphrase, typed twice, and says in the app’s words when it is too short', async () => {
  const window = await openWindow('', 'settings');
  await click('Set a passphrase');
  await typeTwice('short');
  type(screen.getByLabelText('New passphrase again'), 'other');
  await waitFor(async () => expect(((await button('Set it')) as HTMLButtonElement).disabled).toBe(true));
  type(screen.getByLabelText('New passphrase again'), 'short');
  await click('Set it');
  expect((await screen.findByRole('alert')).textContent).toContain('use at least 12 characters');
  await typeTwice('four words that stay');
  screen.getByLabelText(/Only together with this computer/).click();
  await click('Set it');
  await screen.findByText(/works only together with the computer/);
  expect(window.calls('keys.passphrase').at(-1)).toEqual({ passphrase: 'four words that stay', only_here: true });
  expect(document.body.innerHTML).not.toContain('four words');
});

it('removes a way in once there is another, after asking', async () => {
  const window = await openWindow('', 'settings');
  await click('Set a passphrase');
  await typeTwice('four words that stay');
  await click('Set it');
  await click('Remove: A computer’s keyring');
  expect(window.calls('keys.remove')).toEqual([]);
  await click('Remove it');
  await waitFor(() => expect(screen.queryByText('A computer’s keyring')).toBeNull());
  expect(window.calls('keys.remove')).toEqual([{ id: 'a1' }]);
  await click('Let this computer open it');
  await screen.findByText('A computer’s keyring');
});

it('renews the keyring’s key', async () => {
  const window = await openWindow('', 'settings');
  await click('Renew its key');
  await waitFor(() => expect(window.calls('keys.renew_device')).toEqual([{ passphrase: null }]));
});

it('makes a new recovery code, shows it once, and asks two groups back', async () => {
  const window = await openWindow('', 'settings/new-code');
  await click('Make a new code');
  await screen.findByRole('list', { name: 'Recovery code' });
  await click('Save as PDF');
  await waitFor(() => expect(window.calls('vault.kit')).toHaveLength(1));
  await click('I have it on paper');
  expect(document.body.textContent).not.toContain(CODE[0]);
  type(await screen.findByLabelText('Group 3'), CODE[2]!);
  type(screen.getByLabelText('Group 7'), CODE[6]!);
  await click('Finish');
  await screen.findByRole('heading', { level: 1, name: 'Settings' });
  expect(window.calls('vault.prove')).toHaveLength(1);
});

it('makes a new master key, and lets no mistyped group throw it away', async () => {
  const window = await openWindow('', 'settings/new-key');
  await click('Write my vault anew');
  await screen.findByRole('list', { name: 'Recovery code' });
  await click('I have it on paper');
  type(await screen.findByLabelText('Group 3'), 'ABCD');
  type(screen.getByLabelText('Group 7'), CODE[6]!);
  await click('Finish');
  expect((await screen.findByRole('alert')).textContent).toContain('type them again');
  expect(window.calls('keys.finish_new')).toEqual([]);
  type(screen.getByLabelText('Group 3'), CODE[2]!);
  await click('Finish');
  await screen.findByRole('heading', { level: 1, name: 'Settings' });
  expect(window.calls('keys.prepare_new')).toEqual([{ passphrase: null }]);
  expect(window.calls('keys.finish_new')).toHaveLength(1);
});

it('wants a new passphrase for the new key where the vault has one', async () => {
  const window = await openWindow('keyring=unusable', 'settings/new-key');
  expect(((await button('Write my vault anew')) as HTMLButtonElement).disabled).toBe(true);
  await typeTwice('other words than before');
  await click('Write my vault anew');
  await screen.findByRole('list', { name: 'Recovery code' });
  expect(window.calls('keys.prepare_new')).toEqual([{ passphrase: 'other words than before' }]);
});

it.each([
  ['', /Everything is whole/, /214 entries of the log and 8 original files/],
  ['damaged', /Something in your vault is damaged/, /original file of import 6 is gone or damaged/],
])('checks the vault %s', async (scene, verdict, why) => {
  await openWindow(scene, 'settings');
  await click('Check the vault');
  const said = await screen.findByText(verdict);
  expect(said.closest('.note')?.textContent?.replaceAll(/\s+/g, ' ')).toMatch(why);
});

it('asks for the code that was not looked for in a year: two groups, drawn anew', async () => {
  const window = await openWindow('code=old', 'settings/recovery');
  type(await screen.findByLabelText('Group 1'), CODE[0]!);
  type(screen.getByLabelText('Group 8'), CODE[7]!);
  expect((screen.getByRole('link', { name: 'I cannot find it' }) as HTMLAnchorElement).hash).toBe('#/settings/new-code');
  await click('Check');
  await waitFor(() => expect(screen.queryByText('not looked for in a year')).toBeNull());
  expect(window.calls('keys.ask_code')).toHaveLength(1);
  expect(window.calls('vault.prove')).toEqual([{ groups: [{ group: 1, text: CODE[0] }, { group: 8, text: CODE[7] }] }]);
  expect(screen.queryByRole('button', { name: 'Check it now' })).toBeNull();
});

it('asks quietly at Home once a year, and not now means not now', async () => {
  const window = await openWindow('code=old');
  await waitFor(() => expect(document.querySelector('.needs')?.textContent).toContain('Can you still find your recovery code? You last looked for it on 2 Nov 2025.'));
  await click(/^Not now/);
  await waitFor(() => expect(document.body.textContent).not.toContain('Can you still find'));
  expect(window.calls('reminder.put_off')).toEqual([{ kind: 'recovery_code' }]);
});
