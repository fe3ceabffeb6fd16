/** The remaining views, and what holds in all of them. */
import { describe, expect, it } from 'vitest';
import { render } from '@testing-library/svelte';
import Foreign from '../parts/Foreign.svelte';
import { settings } from '../state/settings.svelte';
import { button, click, openWindow, screen, type, waitFor } from '../testing';

const PLACES = ['home', 'everything', 'import', 'import/similar', 'import/aside', 'vendor/amazon', 'get-my-data', 'sharing', 'sharing/offers', 'sharing/share/7c41f2aa', 'proof-check', 'settings', 'settings/restore', 'settings/new-code', 'settings/new-key'];

describe.each(PLACES)('%s', (place) => {
  it('has one main heading, and takes the focus there', async () => {
    await openWindow('', place);
    const headings = screen.getAllByRole('heading', { level: 1 });
    expect(headings).toHaveLength(1);
    await waitFor(() => expect(document.activeElement).toBe(screen.getByRole('heading', { level: 1 })));
    expect(document.title).toMatch(/ · Holdall$/);
  });
});

it.each(['home', 'everything', 'import', 'import/similar', 'sharing', 'sharing/offers', 'settings'])('%s has something to say in an empty vault', async (place) => {
  await openWindow('empty', place);
  await waitFor(() => expect(document.querySelector('main')?.textContent?.length ?? 0).toBeGreaterThan(80));
  expect(document.body.textContent).not.toMatch(/undefined|NaN|\[object/);
});

it('shows the failure of a view with a way to try again', async () => {
  await openWindow('fail=home');
  const alert = await screen.findByRole('alert');
  expect(alert.textContent).toContain('could not be read');
  expect(alert.textContent).toContain('Try again');
});

it('takes files that are dropped anywhere to the preview', async () => {
  const window = await openWindow('', 'settings');
  const drop = new Event('drop', { bubbles: true, cancelable: true });
  Object.assign(drop, { dataTransfer: { files: [{ name: 'Your Orders.zip' }] } });
  dispatchEvent(drop);
  await screen.findByText('This is a preview. Nothing is stored yet.');
  expect(window.calls('import.preview')[0]?.paths).toEqual(['/home/nora/Downloads/Your Orders.zip']);
});

it('opens the search field on Control and K', async () => {
  await openWindow();
  dispatchEvent(new KeyboardEvent('keydown', { key: 'k', ctrlKey: true }));
  const field = await screen.findByLabelText('Search everything', { selector: '.bar input' });
  await waitFor(() => expect(document.activeElement).toBe(field));
});

it('changes the theme at once and remembers it', async () => {
  const window = await openWindow('', 'settings');
  (await screen.findByLabelText('Dark')).click();
  await waitFor(() => expect(document.documentElement.dataset['theme']).toBe('dark'));
  expect(window.calls('settings.set')).toEqual([{ settings: { theme: 'dark', lock_after_minutes: 15, hidden_from_capture: true } }]);
  (await screen.findByLabelText('Light')).click();
  await waitFor(() => expect(document.documentElement.dataset['theme']).toBe('light'));
});

it('K7: lets a person choose whether screenshots and shared screens show the window', async () => {
  const window = await openWindow('can-hide', 'settings');
  await settings.load();
  (await screen.findByLabelText('No')).click();
  await waitFor(() => expect(window.calls('settings.set').at(-1)?.settings.hidden_from_capture).toBe(false));
});

it('K7: says on Linux that no program can keep its window out of screenshots', async () => {
  await openWindow('', 'settings');
  await settings.load();
  await screen.findByText(/Linux gives a program no way to do this/);
  expect(screen.queryByLabelText('No')).toBeNull();
});

it('exports everything only after the warning was understood', async () => {
  const window = await openWindow('', 'settings');
  type(await screen.findByLabelText('Folder to write to'), '/tmp/out');
  expect(((await button('Export everything')) as HTMLButtonElement).disabled).toBe(true);
  (screen.getByLabelText('I understand that the files are not encrypted') as HTMLInputElement).click();
  await click('Export everything');
  await screen.findByText(/written to/);
  expect(window.calls('export.all')).toEqual([{ dir: '/tmp/out', into_cloud: false }]);
});

it('L2: asks again before it exports into a folder that a cloud copies', async () => {
  const window = await openWindow('', 'settings');
  type(await screen.findByLabelText('Folder to write to'), '/home/nora/Dropbox/out');
  (screen.getByLabelText('I understand that the files are not encrypted') as HTMLInputElement).click();
  await click('Export everything');
  expect((await screen.findByRole('alert')).textContent).toContain('This folder belongs to Dropbox');
  await click('Export there all the same');
  await screen.findByText(/written to/);
  expect(window.calls('export.all').map((r) => r.into_cloud)).toEqual([false, true]);
});

it.each([
  ['/tmp/p.dgproof', 'Genuine, and not complete', 'There is no deletion statement.'],
  ['/tmp/broken.dgproof', 'Not genuine', 'does not fit'],
])('checks the proof %s', async (path, verdict, why) => {
  await openWindow('', 'proof-check');
  type(await screen.findByLabelText('Proof file'), path);
  await click('Check this file');
  await screen.findByText(verdict);
  expect(document.body.textContent).toContain(why);
});

it('never runs, hides or reorders what others wrote', () => {
  const evil = '<img src=x onerror="window.__pwn=1"><script>1</script>\u202Egpj.exe {{7*7}}';
  const { container } = render(Foreign, { text: evil });
  expect(container.querySelector('img, script')).toBeNull();
  expect(container.querySelector('bdi')?.textContent).toBe(evil.replace('\u202E', '[U+202E]'));
});

it('shows the report before it is saved, and saves what was shown', async () => {
  const window = await openWindow('', 'settings');
  await click('Show the report');
  const text = (await screen.findByLabelText('The report')).textContent;
  expect(text).toContain('import.preview 41 ms file-unknown');
  await click('Save the report');
  await waitFor(() => expect(window.calls('support.save')[0]?.text).toBe(text));
});
