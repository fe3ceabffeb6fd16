import { expect, it } from 'vitest';
import { render } from '@testing-library/svelte';
import { GRANTS } from '../../api/recorded/grants';
import { button, click, openWindow, screen, type, waitFor } from '../../testing';
import StateNote from './StateNote.svelte';

const OFFER = 'sharing/offer/https%3A%2F%2Fquillandpage.example/reading-advice';

it('begins with the least: needed fields, no optional one, the shortest time', async () => {
  const window = await openWindow('', OFFER);
  await screen.findByText(/Fingerprint/);
  expect(window.calls('share.preview')[0]).toMatchObject({ days: 30, strands: [{ strand: 'purchases', fields: ['isbn', 'moment'], exclude: [] }] });
  expect(screen.getAllByRole('checkbox').every((c) => !(c as HTMLInputElement).checked)).toBe(true);
  expect(window.calls('share.confirm')).toEqual([]);
});

it('names on one screen who, why, what for, how long, what after a no, and how to stop', async () => {
  await openWindow('', OFFER);
  await screen.findByText('quillandpage.example');
  for (const words of ['Why they ask', 'What you get', 'If you say no', 'How long they keep it', 'Where it goes', 'How to stop']) expect(screen.getByText(words)).toBeTruthy();
  expect(document.body.textContent).toContain('They say so. Holdall cannot check it.');
});

it('shares exactly what was previewed, by its fingerprint', async () => {
  const window = await openWindow('', OFFER);
  await screen.findByText(/Fingerprint/);
  (screen.getByRole('checkbox', { name: /Title/ }) as HTMLInputElement).click();
  await waitFor(() => expect(window.calls('share.preview').at(-1)?.strands[0]?.fields).toEqual(['isbn', 'moment', 'title']));
  (await screen.findAllByRole('button', { name: /Leave out/ }))[0]!.click();
  await waitFor(() => expect(window.calls('share.preview').at(-1)?.strands[0]?.exclude).toHaveLength(1));
  await screen.findByText('1 row left out.');
  await click(/^Share 156 rows with Quill & Page until/);
  await screen.findByRole('heading', { name: 'What happened' });
  const shown = await window.bridge.call('share.preview', window.calls('share.preview').at(-1)!);
  expect(window.calls('share.confirm')).toEqual([{ preview_id: shown.preview_id, sha256: shown.sha256 }]);
});

it('warns when other people are in the data', async () => {
  await openWindow('', OFFER);
  await screen.findByText(/Fingerprint/);
  (screen.getByRole('checkbox', { name: /Gift for/ }) as HTMLInputElement).click();
  await screen.findByText(/Ask them first/);
});

it('does not share while a date cannot be read', async () => {
  await openWindow('', OFFER);
  await screen.findByText(/Fingerprint/);
  const from = screen.getByLabelText('From') as HTMLInputElement;
  // As in a webview that knows no calendar field.
  from.type = 'text';
  type(from, '1.5.2026');
  await screen.findByText('Write a date like 2026-01-31.');
  expect(((await button(/^Share /)) as HTMLButtonElement).disabled).toBe(true);
});

it('does not share what has a problem', async () => {
  await openWindow('', OFFER);
  await screen.findByText(/Fingerprint/);
  type(screen.getByLabelText('From'), '2026-12-01');
  await screen.findByText(/There are no rows to share/);
  expect(((await button(/^Share /)) as HTMLButtonElement).disabled).toBe(true);
});

it('shows active shares first, then those that wait, then those that ended', async () => {
  await openWindow('', 'sharing');
  await screen.findByRole('link', { name: 'Match your airline status' });
  expect(screen.getAllByRole('heading', { level: 2 }).map((h) => h.textContent?.trim())).toEqual(['Active 1', 'Waiting for an answer 2', 'Ended 2']);
});

it('is one click from home, and revokes in three steps: pick, consequences, done', async () => {
  const window = await openWindow();
  (await screen.findByRole('link', { name: 'Sharing' })).click();
  (await screen.findByRole('link', { name: /^Revoke/ })).click();
  await screen.findByText('What happens when you revoke');
  expect(window.calls('grant.revoke')).toEqual([]);
  await click('Revoke now');
  await screen.findByText('It is stopped here.');
  expect(window.calls('grant.revoke')).toEqual([{ grant_id: '7c41f2aa' }]);
  expect(document.querySelector('.note.good, .chip.good')).toBeNull();
  expect(document.body.textContent).toContain('Its statement about deletion is still to come.');
});

it.each([
  ['1f90be37', 'The partner has not confirmed yet.'],
  ['c8b15d02', 'Nothing proves that the data is deleted.'],
  ['e41c77d9', 'The partner refused.'],
])('share %s is not called deleted', async (id, words) => {
  await openWindow('', `sharing/share/${id}`);
  await screen.findByText(new RegExp(words));
  expect(document.querySelector('.note.good, .chip.good')).toBeNull();
});

it('is green only with a complete statement at hand', () => {
  const erased = GRANTS.find((g) => g.summary.state === 'erased')!;
  const shown = render(StateNote, { grant: erased });
  expect(shown.container.querySelector('.note.good')).not.toBeNull();
  for (const deletion of [null, { ...erased.deletion!, complete: false }]) {
    const without = render(StateNote, { grant: { ...erased, deletion } });
    expect(without.container.querySelector('.note.good')).toBeNull();
  }
});

it('saves the proof where the person says', async () => {
  const window = await openWindow('', 'sharing/share/7c41f2aa');
  await click('Save the proof');
  type(await screen.findByLabelText('Save as'), '/tmp/p.dgproof');
  await click('Save');
  await screen.findByText('The proof is saved');
  expect(window.calls('proof.export')).toEqual([{ grant_id: '7c41f2aa', path: '/tmp/p.dgproof' }]);
});

it('adds a partner by its address, and says what is wrong with a bad one', async () => {
  const window = await openWindow('', 'sharing/offers');
  type(await screen.findByLabelText('Address of the partner'), 'http://shop.example');
  await click('Add partner');
  const alert = await screen.findByRole('alert');
  expect(alert.textContent).toContain('It begins with https://');
  type(screen.getByLabelText('Address of the partner'), 'https://alderair.example');
  await click('Add partner');
  await screen.findByText('Alder Air added.');
  expect(window.calls('partner.add')).toHaveLength(2);
});

it('tells who could not be reached when answers are asked for', async () => {
  await openWindow('', 'sharing');
  await click('Check for answers');
  await screen.findByText('Not everybody could be reached');
  expect(document.body.textContent).toContain('did not answer within 30 seconds');
});

it('trusts a changed key only by the words that the partner told', async () => {
  const window = await openWindow('', 'sharing/offers');
  type(await screen.findByLabelText('Address of the partner'), 'https://moved.example');
  await click('Add partner');
  const field = await screen.findByLabelText('The six words, as the partner told them to you');
  type(field, 'bosin dulap kevot naril zuhob tepam');
  await click('Trust the new key');
  await screen.findByText('These are not the words of the key that the partner shows now.');
  type(field, ' Fimud razol hipet wogan lusik devab ');
  await click('Trust the new key');
  await waitFor(() => expect(screen.queryByLabelText('The six words, as the partner told them to you')).toBeNull());
  expect(window.calls('partner.trust_key').at(-1)).toEqual({ partner: 'https://moved.example', key_words: 'fimud razol hipet wogan lusik devab' });
});
