/** Where the bars of a chart of months stand, and what they say in words. */
import type { MonthSum } from '../../api/generated/MonthSum';
import { counted, month } from '../../text/format';

export interface Bar {
  index: number;
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Layout {
  bars: Bar[];
  gap: number;
  years: { label: string; x: number }[];
}

/** Round numbers for the lines behind the bars, the last at or above the highest bar. */
export function ticks(highest: number): number[] {
  const step = niceStep(Math.max(1, highest) / 3);
  const list = [];
  for (let tick = step; tick < highest + step; tick += step) list.push(tick);
  return list;
}

function niceStep(rough: number): number {
  const scale = 10 ** Math.floor(Math.log10(Math.max(1, rough)));
  const step = [1, 2, 5, 10].find((s) => s * scale >= rough) ?? 10;
  return Math.max(1, step * scale);
}

export function layout(months: MonthSum[], width: number, height: number, top: number): Layout {
  const pitch = width / Math.max(1, months.length);
  const gap = pitch > 6 ? Math.min(4, pitch * 0.25) : 0.5;
  const bars = months.map((m, index) => {
    // A month with a single record still shows.
    const tall = m.count === 0 ? 0 : Math.max(2, (m.count / top) * (height - 14));
    return { index, x: index * pitch + gap / 2, y: height - tall, width: Math.max(0.5, Math.min(40, pitch - gap)), height: tall };
  });
  const years: Layout['years'] = [];
  months.forEach((m, i) => {
    const x = i * pitch + gap / 2;
    const label = m.month.slice(0, 4);
    const last = years.at(-1);
    if ((m.month.endsWith('-01') || i === 0) && last?.label !== label) {
      // A first year too narrow for its number gives way to the next.
      if (last && x - last.x < 36) years.pop();
      years.push({ label, x });
    }
  });
  return { bars, gap, years };
}

/** The chart in a sentence. */
export function describe(months: MonthSum[]): string {
  const [first, last] = [months[0], months.at(-1)];
  if (!first || !last) return 'No months to show.';
  const total = months.reduce((n, m) => n + m.count, 0);
  const most = months.reduce((a, b) => (b.count > a.count ? b : a));
  return `${counted(total, 'record')} from ${month(first.month)} to ${month(last.month)}. The fullest month is ${month(most.month)} with ${counted(most.count, 'record')}.`;
}
