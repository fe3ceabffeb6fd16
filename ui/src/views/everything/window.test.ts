import { expect, it } from 'vitest';
import { scrollFor, seen, TALLEST } from './window';

const ROW = 60;
const VIEW = 600;

it('shows the first rows at the top, and a few spare ones', () => {
  expect(seen(1000, ROW, VIEW, 0)).toEqual({ height: 60_000, first: 0, visible: 0, end: 16, top: 0 });
});
it('never goes past either end', () => {
  const at = seen(1000, ROW, VIEW, 999_999);
  expect(at.visible).toBe(990);
  expect(at.end).toBe(1000);
  expect(seen(3, ROW, VIEW, 0)).toMatchObject({ first: 0, end: 3 });
  expect(seen(0, ROW, VIEW, 0)).toMatchObject({ first: 0, end: 0, height: 0 });
});
it('squeezes a million rows into a height that browsers allow, and still reaches the last', () => {
  const end = seen(1_000_000, ROW, VIEW, TALLEST - VIEW);
  expect(end.height).toBe(TALLEST);
  expect(end.end).toBe(1_000_000);
  // The last row ends where the content ends.
  expect(end.top + (end.end - end.first) * ROW).toBeCloseTo(TALLEST, 3);
});
it('scrolls no further than it must', () => {
  expect(scrollFor(5, 1000, ROW, VIEW, 0)).toBeUndefined();
  expect(scrollFor(10, 1000, ROW, VIEW, 0)).toBe(60);
  expect(scrollFor(2, 1000, ROW, VIEW, 600)).toBe(120);
  const far = scrollFor(999_999, 1_000_000, ROW, VIEW, 0) ?? 0;
  expect(seen(1_000_000, ROW, VIEW, far).end).toBe(1_000_000);
});
