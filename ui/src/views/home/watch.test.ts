import { expect, it } from 'vitest';
import { click, openWindow, screen, waitFor } from '../../testing';

it('is off until a folder is chosen, and then offers, and imports nothing by itself', async () => {
  const window = await openWindow('', 'settings');
  await screen.findByText(/It is off now/);
  expect(window.calls('watch.look')).toEqual([]);
  await click('Choose a folder…');
  await screen.findByText('/home/nora/Downloads');
  expect(window.calls('watch.set')).toEqual([{ folder: '/home/nora/Downloads' }]);
  await waitFor(() => expect(window.calls('watch.look').length).toBeGreaterThan(0));
  expect(window.calls('import.preview')).toEqual([]);
  await click('Stop watching');
  await screen.findByText(/It is off now/);
});

it('quietly offers a new export on Home, and looks only on the word', async () => {
  const window = await openWindow('watch');
  await screen.findByText(/A new export from/);
  expect(document.body.textContent).toContain('A new export from Amazon lies in Downloads.');
  expect(window.calls('import.preview')).toEqual([]);
  await click(/^Look: Your/);
  await screen.findByText('This is a preview. Nothing is stored yet.');
  expect(window.calls('import.preview')[0]?.paths).toEqual(['/home/nora/Downloads/Your Orders.zip']);
});

it('never offers a declined file again', async () => {
  const window = await openWindow('watch');
  await click(/^Not this one/);
  await waitFor(() => expect(window.calls('watch.decline')).toEqual([{ path: '/home/nora/Downloads/Your Orders.zip' }]));
  await waitFor(() => expect(screen.queryByText(/A new export from/)).toBeNull());
});
