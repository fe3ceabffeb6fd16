import { expect, it } from 'vitest';
import { openWindow, screen, type, waitFor } from '../../testing';

const list = () => screen.findByRole('listbox', { name: 'Records, newest first' });
const key = (target: HTMLElement, name: string) => target.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true }));

it('finds as you type, and shows where a record came from', async () => {
  const window = await openWindow('', 'everything');
  await list();
  type(screen.getByLabelText('Search everything'), 'frankf');
  await waitFor(() => expect(window.calls('record.find').at(-1)?.query).toBe('frankf'));
  await screen.findByText('66 records');
  const box = await list();
  box.querySelector<HTMLElement>('[role=option]')!.click();
  await screen.findByText('Where this came from');
  expect(screen.getByRole('complementary', { name: 'Record' }).textContent).toContain('customer_data.json');
});

it('is walked with the keyboard, opens with Enter and closes with Escape', async () => {
  await openWindow('', 'everything');
  const box = await list();
  await waitFor(() => expect(box.querySelectorAll('[role=option]').length).toBeGreaterThan(5));
  key(box, 'ArrowDown');
  key(box, 'ArrowDown');
  await waitFor(() => expect(document.getElementById(box.getAttribute('aria-activedescendant') ?? '')?.getAttribute('aria-posinset')).toBe('3'));
  key(box, 'Enter');
  const panel = await screen.findByRole('complementary', { name: 'Record' });
  await waitFor(() => expect(document.activeElement).toBe(panel));
  key(panel, 'Escape');
  await waitFor(() => expect(screen.queryByRole('complementary', { name: 'Record' })).toBeNull());
  expect(document.activeElement).toBe(box);
});

it('holds only what is on screen of a million records', async () => {
  await openWindow('records=1000000', 'everything');
  const box = await list();
  await screen.findByText('1,000,000 records');
  expect(box.querySelectorAll('[role=option]').length).toBeLessThan(40);
  expect(box.querySelector('[role=option]')?.getAttribute('aria-setsize')).toBe('1000000');
});

it('narrows by kind, vendor and period', async () => {
  const window = await openWindow('', 'everything');
  await list();
  (await screen.findByRole('button', { name: 'Flights' })).click();
  const vendor = screen.getByLabelText('Vendor') as HTMLSelectElement;
  vendor.value = 'myflightradar24';
  vendor.dispatchEvent(new Event('change', { bubbles: true }));
  type(screen.getByLabelText('From'), '2026-01-01');
  await waitFor(() =>
    expect(window.calls('record.find').at(-1)).toMatchObject({ kinds: ['flight'], vendors: ['myflightradar24'], from: '2026-01-01', to: null }),
  );
  (await screen.findByRole('button', { name: 'Clear filters' })).click();
  await screen.findByText('9,190 records');
});

it('says so when nothing matches, and offers a way back', async () => {
  await openWindow('', 'everything');
  await list();
  type(screen.getByLabelText('Search everything'), 'zzzz');
  (await screen.findByRole('button', { name: 'Show everything' })).click();
  await screen.findByText('9,190 records');
});
