import { expect, it } from 'vitest';
import { button, click, openWindow, screen, type, waitFor } from '../testing';

async function exportEverything() {
  type(await screen.findByLabelText('Folder to write to'), '/tmp/out');
  (screen.getByLabelText('I understand that the files are not encrypted') as HTMLInputElement).click();
  await click('Export everything');
  await screen.findByRole('heading', { name: 'Type your passphrase to go on' });
}

it('asks for the passphrase, tells a wrong one, and then goes on by itself', async () => {
  const window = await openWindow('confirm&keyring=unusable', 'settings');
  await exportEverything();
  type(screen.getByLabelText('Passphrase'), 'wrong');
  await click('Go on');
  expect((await screen.findByRole('alert')).textContent).toContain('does not open the vault');
  type(screen.getByLabelText('Passphrase'), 'four words that stay');
  await click('Go on');
  await screen.findByText(/written to/);
  expect(window.calls('export.all')).toEqual([{ dir: '/tmp/out', into_cloud: false }, { dir: '/tmp/out', into_cloud: false }]);
  expect(screen.queryByRole('heading', { name: 'Type your passphrase to go on' })).toBeNull();
});

it('does nothing, and calls nothing a failure, when the question is closed', async () => {
  const window = await openWindow('confirm&keyring=unusable', 'settings');
  await exportEverything();
  await click('Not now');
  await waitFor(async () => expect(((await button('Export everything')) as HTMLButtonElement).disabled).toBe(false));
  expect(window.calls('export.all')).toHaveLength(1);
  expect(screen.queryByRole('alert')).toBeNull();
});
