import { expect, it } from 'vitest';
import { describe as words, layout, ticks } from './chart';

const months = ['2024-11', '2024-12', '2025-01', '2025-02'].map((month, i) => ({ month, count: [3, 0, 12, 1][i] ?? 0, sums: [] }));

it.each([
  [1, [1]],
  [9, [5, 10]],
  [12, [5, 10, 15]],
  [880, [500, 1000]],
])('lines for %d are round and reach it', (highest, lines) => expect(ticks(highest)).toEqual(lines));

it('draws bars inside the picture, none for an empty month, and a visible one for a single record', () => {
  const { bars } = layout(months, 400, 180, 15);
  expect(bars[1]?.height).toBe(0);
  expect(bars[3]?.height).toBeGreaterThanOrEqual(2);
  for (const bar of bars) {
    expect(bar.x).toBeGreaterThanOrEqual(0);
    expect(bar.x + bar.width).toBeLessThanOrEqual(400);
    expect(bar.y).toBeGreaterThanOrEqual(0);
  }
});
it('says in words what it shows', () =>
  expect(words(months)).toBe('16 records from Nov 2024 to Feb 2025. The fullest month is Jan 2025 with 12 records.'));
it('says when there is nothing', () => expect(words([])).toBe('No months to show.'));
