/** Numbers, money and dates for people. Amounts stay text from end to end: no number type of a browser keeps them exactly. */
import type { AmountView } from '../api/generated/AmountView';
import type { PeriodView } from '../api/generated/PeriodView';
import type { SumView } from '../api/generated/SumView';

const LOCALE = (() => {
  const wanted = typeof navigator === 'undefined' ? 'en-GB' : navigator.language;
  return wanted.toLowerCase().startsWith('en') ? wanted : 'en-GB';
})();

const numbers = new Intl.NumberFormat(LOCALE);

export function count(n: number): string {
  return numbers.format(n);
}

/** `1 record`, `1,204 records`. */
export function counted(n: number, one: string, many = one + 's'): string {
  return `${count(n)} ${n === 1 ? one : many}`;
}

const DECIMAL = /^-?\d+(\.\d+)?$/;
const formats = new Map<string, Intl.NumberFormat>();

function decimalFormat(digits: number, currency?: string): Intl.NumberFormat {
  const key = `${digits} ${currency ?? ''}`;
  let format = formats.get(key);
  if (!format) {
    const least = currency ? Math.max(digits, new Intl.NumberFormat(LOCALE, { style: 'currency', currency }).resolvedOptions().minimumFractionDigits ?? 0) : digits;
    const shape: Intl.NumberFormatOptions = { minimumFractionDigits: Math.min(least, 20), maximumFractionDigits: Math.min(least, 20) };
    format = new Intl.NumberFormat(LOCALE, currency ? { ...shape, style: 'currency', currency } : shape);
    formats.set(key, format);
  }
  return format;
}

/** `£12.30`, `−€4.00`, `312.4 kWh`. A currency the file does not tell is left out. What is no plain decimal is shown as it is. */
export function amount({ value, unit }: AmountView): string {
  if (!DECIMAL.test(value)) return unit === 'XXX' ? value : `${value} ${unit}`;
  const digits = value.split('.')[1]?.length ?? 0;
  const exact = value as Intl.StringNumericLiteral;
  try {
    if (/^[A-Z]{3}$/.test(unit) && unit !== 'XXX') return minus(decimalFormat(digits, unit).format(exact));
  } catch {
    // Three letters that are no currency code are a unit like any other.
  }
  const number = minus(decimalFormat(digits).format(exact));
  return unit === 'XXX' || unit === '' ? number : `${number} ${unit}`;
}

function minus(text: string): string {
  return text.replace('-', '−');
}

export function sum({ total, unit }: SumView): string {
  return amount({ value: total, unit });
}

export function sums(list: SumView[]): string {
  return list.map(sum).join(' · ');
}

const MOMENT = /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:[T ](\d{2}):(\d{2}).*)?)?)?/;

/** A moment of a record, as precise as the vendor wrote it and in the vendor's own time. */
export function moment(text: string | null): string {
  const parts = text === null ? null : MOMENT.exec(text);
  if (!parts) return text ?? 'No date';
  const [, year, month, dayOfMonth, hour, minute] = parts;
  const date = new Date(Date.UTC(Number(year), Number(month ?? 1) - 1, Number(dayOfMonth ?? 1)));
  if (Number.isNaN(date.getTime())) return text ?? '';
  const written = writtenDay(date, month !== undefined, dayOfMonth !== undefined);
  const clock = hour !== undefined && !(hour === '00' && minute === '00') ? `, ${hour}:${minute}` : '';
  return written + clock;
}

/** Like {@link moment}, without the time of day. */
export function day(text: string | null): string {
  return moment(text === null ? null : text.slice(0, 10));
}

function writtenDay(date: Date, withMonth: boolean, withDay: boolean): string {
  return new Intl.DateTimeFormat(LOCALE, {
    timeZone: 'UTC',
    year: 'numeric',
    ...(withMonth ? { month: 'short' } : {}),
    ...(withDay ? { day: 'numeric' } : {}),
  }).format(date);
}

/** `Mar 2025`. */
export function month(text: string): string {
  return moment(text.slice(0, 7));
}

const instants = new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium', timeStyle: 'short' });
const instantDays = new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium' });

/** A moment of this app (RFC 3339), in the time of this computer. */
export function instant(text: string): string {
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? text : instants.format(date);
}

export function instantDay(text: string): string {
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? text : instantDays.format(date);
}

export function period(p: PeriodView | null): string {
  if (!p) return 'No dates';
  const [from, until] = [day(p.from), day(p.to)];
  return from === until ? from : `${from} – ${until}`;
}

/** `30 days`, `6 months`, `1 year`. */
export function days(n: number): string {
  if (n === 365 || n === 366) return '1 year';
  if (n >= 60 && n % 30 === 0) return counted(n / 30, 'month');
  return counted(n, 'day');
}

/** `4.2 MB`. */
export function bytes(n: number): string {
  if (n < 1000) return counted(n, 'byte');
  const units = ['kB', 'MB', 'GB', 'TB'];
  let value = n;
  let unit = -1;
  do {
    value /= 1000;
    unit++;
  } while (value >= 1000 && unit < units.length - 1);
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

/** Whole seconds as `2 h 05 min`. */
export function duration(seconds: number): string {
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), Math.floor(seconds % 60)];
  if (h > 0) return `${h} h ${String(m).padStart(2, '0')} min`;
  return m > 0 ? `${m} min ${String(s).padStart(2, '0')} s` : `${s} s`;
}

/** Today as `2026-11-21`, in the time of this computer. */
export function today(now = new Date()): string {
  const two = (n: number) => String(n).padStart(2, '0');
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

/** A whole date that the calendar has: `2026-02-30` is none. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

/** Hex in groups of eight, easier to compare by eye. */
export function groups(hex: string): string {
  return hex.match(/.{1,8}/g)?.join(' ') ?? hex;
}
