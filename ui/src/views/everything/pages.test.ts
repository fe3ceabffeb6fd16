import { beforeEach, expect, it } from 'vitest';
import { useBridge } from '../../api/bridge';
import { recordedBridge } from '../../api/recorded';
import { PAGE, Pages } from './pages.svelte';

const ALL = { query: '', kinds: [], vendors: [], from: null, to: null, import_id: null };
const settled = () => new Promise((resolve) => setTimeout(resolve, 5));

beforeEach(() => useBridge(recordedBridge(new URLSearchParams('records=1000000'))));

it('begins with one page and room for the next', async () => {
  const pages = new Pages();
  await pages.search(ALL);
  expect(pages.total).toBe(1_000_000);
  expect(pages.reachable).toBe(2 * PAGE);
  expect(pages.row(0)?.id).toBeGreaterThan(0);
  expect(pages.row(PAGE)).toBeUndefined();
});

it('walks through fifty pages, forgets the first, and reads it again when asked', async () => {
  const pages = new Pages();
  await pages.search(ALL);
  for (let page = 1; page <= 50; page++) {
    pages.want(page * PAGE, page * PAGE + 10);
    await settled();
  }
  expect(pages.row(50 * PAGE)).toBeDefined();
  expect(pages.row(0)).toBeUndefined();
  pages.want(0, 10);
  await settled();
  expect(pages.row(0)).toBeDefined();
  expect(pages.reachable).toBe(52 * PAGE);
});

it('shows the answer to the last question, whatever order answers come in', async () => {
  const pages = new Pages();
  const first = pages.search({ ...ALL, query: 'frankfurt' });
  const second = pages.search({ ...ALL, query: 'salary' });
  await Promise.all([first, second]);
  expect(pages.row(0)?.title).toBe('Salary');
});

it('ends where the records end', async () => {
  const pages = new Pages();
  await pages.search({ ...ALL, query: 'salary' });
  expect(pages.reachable).toBe(pages.total);
});
