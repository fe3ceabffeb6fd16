import { expect, it } from 'vitest';
import { button, click, openWindow, screen, type, waitFor } from '../../testing';

it('lists what the person explained, and forgets it only when told twice', async () => {
  const window = await openWindow('', 'settings');
  await screen.findByRole('heading', { name: 'Layouts you explained to Holdall' });
  expect(document.body.textContent).toContain('soviel: the amount');
  expect(document.body.textContent).toContain('3 imports');
  await click(/^Forget: /);
  await click('Keep it');
  expect(window.calls('definition.forget')).toEqual([]);
  await click(/^Forget: /);
  await click('Forget it');
  await waitFor(() => expect(window.calls('definition.forget')).toEqual([{ definition_id: '4f0c92ab17de' }]));
  await waitFor(() => expect(screen.queryByRole('heading', { name: 'Layouts you explained to Holdall' })).toBeNull());
});

it('says nothing of layouts where none was explained', async () => {
  const window = await openWindow('empty', 'settings');
  await waitFor(() => expect(window.calls('definition.list')).toHaveLength(1));
  expect(screen.queryByText(/Layouts you explained/)).toBeNull();
});

it('shows every file before one is written, and writes what was shown', async () => {
  const window = await openWindow('', 'settings');
  await click('Give it to everybody…');
  expect(((await button('Show what would be written')) as HTMLButtonElement).disabled).toBe(true);
  type(await screen.findByLabelText('Whose file is it?'), 'some bank');
  await click('Show what would be written');
  await screen.findByText(/could be anybody’s/);
  type(await screen.findByLabelText('Whose file is it?'), 'My Union');
  type(await screen.findByLabelText(/How does the vendor call the file/), 'Umsatz_*.csv');
  await click('Show what would be written');
  await screen.findByText('vendors/my-union/account/export.toml');
  expect(document.body.textContent).toContain('Corner Bakery');
  expect(window.calls('definition.save')).toEqual([]);
  await click('Write it into a folder…');
  await waitFor(() => expect(window.calls('definition.save').at(-1)?.definition.file_name).toBe('Umsatz_*.csv'));
  expect(window.calls('definition.save').at(-1)?.definition).toEqual(window.calls('definition.preview').at(-1));
});
