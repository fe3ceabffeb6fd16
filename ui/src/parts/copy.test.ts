import { expect, it, vi } from 'vitest';
import { CODE } from '../api/recorded/vault';
import { click, openWindow, screen, waitFor } from '../testing';

/** Selects a thing on the screen and copies it, as with the keyboard. Tells whether the webview was kept from doing it itself. */
function copyByHand(element: Element): boolean {
  getSelection()?.selectAllChildren(element);
  return !element.dispatchEvent(new Event('copy', { bubbles: true, cancelable: true }));
}

it('K3: the recovery code is copied as a secret', async () => {
  const window = await openWindow('', 'settings/new-code');
  const copy = vi.spyOn(window.bridge, 'copy').mockResolvedValue();
  await click('Make a new code');
  expect(copyByHand(await screen.findByText(CODE[0]!))).toBe(true);
  expect(copy).toHaveBeenLastCalledWith(CODE[0], true);
  await screen.findByText('Copied. In 30 seconds it is taken off the clipboard again.');
});

it('K3: anything else that is copied is known to the app as well', async () => {
  const window = await openWindow('', 'settings');
  const copy = vi.spyOn(window.bridge, 'copy').mockResolvedValue();
  copyByHand(await screen.findByText('/home/nora/.local/share/holdall'));
  expect(copy).toHaveBeenLastCalledWith('/home/nora/.local/share/holdall', false);
});

it('leaves the copying out of fields to them', async () => {
  const window = await openWindow('');
  const copy = vi.spyOn(window.bridge, 'copy').mockResolvedValue();
  const field = await screen.findByLabelText('Search everything');
  field.dispatchEvent(new Event('copy', { bubbles: true, cancelable: true }));
  expect(copy).not.toHaveBeenCalled();
});

it('says so where copying is not possible', async () => {
  const window = await openWindow('', 'settings');
  vi.spyOn(window.bridge, 'copy').mockRejectedValue(new Error());
  copyByHand(await screen.findByText('/home/nora/.local/share/holdall'));
  await screen.findByText(/Copying is not possible here/);
});

it('K2: after the lock, neither title nor messages tell anything of the vault', async () => {
  await openWindow('', 'vendor/amazon');
  await waitFor(() => expect(document.title).toContain('Amazon'));
  await click('Lock now');
  await screen.findByRole('heading', { name: 'Your vault is locked' });
  expect(document.title).not.toContain('Amazon');
  expect(document.querySelector('.toast')?.textContent).toBe('');
  expect(document.body.textContent).not.toContain('Amazon');
});
