import { expect, it } from 'vitest';
import { button, click, openWindow, screen, type, waitFor } from '../../testing';
import { confidence } from './words';

async function look(path: string) {
  await click('Type a path');
  type(await screen.findByLabelText('Path of a file on this computer'), path);
  await click('Look inside');
}

it('shows a preview first, stores on the word alone, and takes back whole', async () => {
  const window = await openWindow('', 'import');
  await look('/tmp/Your Orders.zip');
  await screen.findByText('This is a preview. Nothing is stored yet.');
  expect(window.calls('import.commit')).toEqual([]);
  expect(document.body.textContent).toContain('Recognised for certain');
  expect(document.body.textContent).toContain('−£16,114.05');
  expect(document.body.textContent).toContain('758 already here');
  expect(document.body.textContent).toContain('Row 311:');
  await click('Import 12 records');
  await screen.findByText('10 records imported');
  expect(window.calls('import.commit')).toHaveLength(1);
  (await screen.findAllByRole('button', { name: 'Undo this import' }))[0]!.click();
  await click('Undo the import');
  await waitFor(() => expect(window.calls('import.undo')).toEqual([{ import_id: 10 }]));
  await screen.findByText(/10 records taken out/);
});

it('tells which of several files was not stored, and why', async () => {
  await openWindow('full', 'import');
  await look('/tmp/Your Orders.zip');
  await click('Import 12 records');
  await screen.findByText('10 records imported');
  const told = (await screen.findByRole('alert')).textContent;
  expect(told).toContain('1 file was not imported');
  expect(told).toContain('MonzoDataExport.csv');
  expect(told).toContain('not enough space on the disk');
});

it('throws an unwanted preview away in the app as well', async () => {
  const window = await openWindow('', 'import');
  await look('/tmp/Your Orders.zip');
  await click('Discard');
  await button('Choose files…');
  expect(window.calls('import.discard')).toHaveLength(1);
});

it('asks, chooses nothing beforehand, and goes on with the answer', async () => {
  const window = await openWindow('', 'import');
  await look('/tmp/statement.csv');
  const choice = (await screen.findByLabelText('3 April 2026 (day first)')) as HTMLInputElement;
  expect(screen.getAllByRole('radio').every((r) => !(r as HTMLInputElement).checked)).toBe(true);
  expect(screen.queryByRole('button', { name: /^Import \d/ })).toBeNull();
  choice.click();
  await click('Use this answer');
  await button('Import 57 records');
  expect(window.calls('import.preview').at(-1)?.answers).toEqual([{ id: 'date-order', value: 'dmy' }]);
});

it('asks for the password of a locked archive', async () => {
  const window = await openWindow('', 'import');
  await look('/tmp/locked.zip');
  type(await screen.findByLabelText('Password of this archive'), 'secret');
  await click('Open with this password');
  await screen.findByText(/records to import/);
  expect(window.calls('import.preview').at(-1)?.password).toBe('secret');
});

it.each([
  ['/tmp/broken.zip', 'Could not be read', 'What to do:'],
  ['/tmp/strange.xyz', 'Not recognised', 'Get my data'],
])('says of %s what is wrong and what to do', async (path, wrong, advice) => {
  await openWindow('', 'import');
  await look(path);
  await screen.findByText(wrong);
  expect(document.body.textContent).toContain(advice);
  expect(screen.queryByRole('button', { name: /^Import \d/ })).toBeNull();
});

it('shows a failure with both its sentences', async () => {
  await openWindow('', 'import');
  await look('/tmp/missing.csv');
  const alert = await screen.findByRole('alert');
  expect(alert.textContent).toContain('There is no file at this place.');
  expect(alert.textContent).toContain('Check the path');
});

it('stops on Cancel, without a failure', async () => {
  await openWindow('slow', 'import');
  await click('Choose files…');
  await click('Cancel');
  await button('Choose files…');
  expect(screen.queryByRole('alert')).toBeNull();
});

it('tells what a vendor changed, and describes it without data, shown before it is saved', async () => {
  const window = await openWindow('', 'import');
  await look('/tmp/Your Orders changed.zip');
  await screen.findByText('3 of 7 files not understood, 2 new columns kept, nothing dropped.');
  expect(window.calls('import.layout')).toEqual([]);
  await click('Show the description');
  expect((await screen.findByLabelText('The description')).textContent).toContain('Loyalty tier (new): Aaaa');
  expect(window.calls('support.save')).toEqual([]);
  await click('Save the description');
  await waitFor(() => expect(window.calls('support.save')[0]?.file).toBe('/home/nora/Documents/Holdall layout.txt'));
  expect(window.calls('support.save')[0]?.text).toBe(screen.getByLabelText('The description').textContent);
  await click(/^Import \d/);
  await screen.findByText(/records imported/);
  await click('Show the description');
  await waitFor(() => expect(window.calls('import.layout').at(-1)).toEqual({ preview_id: null, import_ids: [10] }));
});

it('says nothing of changes where there are none', async () => {
  await openWindow('', 'import');
  await look('/tmp/Your Orders.zip');
  await screen.findByText('This is a preview. Nothing is stored yet.');
  expect(screen.queryByText(/nothing dropped/)).toBeNull();
});

it('pauses, says so, goes on, and stops while paused', async () => {
  const window = await openWindow('slow', 'import');
  await click('Choose files…');
  await click('Pause');
  await screen.findByText(/^Paused/);
  const stood = document.querySelector('progress')?.value;
  expect(stood).toBe(document.querySelector('progress')?.value);
  await click('Continue');
  await waitFor(() => expect(document.querySelector('progress')?.value).toBeGreaterThan(stood ?? 1));
  expect(document.body.textContent).not.toContain('Paused');
  await click('Pause');
  await screen.findByText(/^Paused/);
  await click('Cancel');
  await button('Choose files…');
  expect(window.calls('import.commit')).toEqual([]);
});

it('shows similar records side by side and remembers the decision', async () => {
  const window = await openWindow('', 'import/similar');
  (await screen.findAllByRole('button', { name: 'Two things, keep both' }))[0]!.click();
  await waitFor(() => expect(window.calls('import.decide')).toEqual([{ other_ids: [9088], same: false }]));
  await screen.findByText('1 pair to decide. Both records stay until you do.');
});

it('decides about every pair on the page at once, after asking', async () => {
  const window = await openWindow('', 'import/similar');
  await click('Keep one of every pair here');
  await screen.findByText(/Of 2 pairs the record that came later no longer counts/);
  expect(window.calls('import.decide')).toEqual([]);
  await click('Keep one of every pair');
  await waitFor(() => expect(window.calls('import.decide')).toEqual([{ other_ids: [9088, 9061], same: true }]));
  await screen.findByText('Nothing to decide');
});

it('lists rows kept aside with their text and the reason', async () => {
  await openWindow('', 'import/aside');
  await screen.findByText(/The row has 24 cells/);
  expect(document.body.textContent).toContain('204-5519283-1129374');
});

it.each([
  [0.99, 'Recognised for certain'],
  [0.85, 'Recognised, almost certain'],
  [0.7, 'Probably this'],
  [0.3, 'A guess: please check'],
])('a confidence of %d in words', (value, words) => expect(confidence(value)).toBe(words));

it('shows what a kept file tells better by now, and mends it on the word alone', async () => {
  const window = await openWindow('', 'import');
  await screen.findByText(/Holdall now understands this export better: 3 rows it could not read/);
  await click('Look');
  await screen.findByText('Eating out');
  expect(document.body.textContent).toContain('1 record would leave your vault');
  expect(document.body.textContent).toContain('Total of May');
  expect(window.calls('import.reread')).toEqual([]);
  await click('Update the records');
  await waitFor(() => expect(window.calls('import.reread')).toHaveLength(1));
  expect(window.calls('import.reread')[0]).toMatchObject({ import_id: 2, seen: { changed: 120, gone: 1 } });
  await waitFor(() => expect(screen.queryByText(/understands this export better/)).toBeNull());
});
