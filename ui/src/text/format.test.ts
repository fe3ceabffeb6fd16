import { describe, expect, it } from 'vitest';
import { amount, bytes, counted, days, groups, isDay, moment, month, period, sums, today } from './format';

describe('amounts', () => {
  it('keep every digit, however many there are', () => {
    expect(amount({ value: '123456789012345678.91', unit: 'GBP' })).toBe('£123,456,789,012,345,678.91');
    expect(amount({ value: '0.1234567', unit: 'EUR' })).toBe('€0.1234567');
  });
  it('show money with its smallest unit and a true minus', () => {
    expect(amount({ value: '-12.3', unit: 'EUR' })).toBe('−€12.30');
    expect(amount({ value: '1200', unit: 'JPY' })).toContain('1,200');
  });
  it('leave out a currency the file does not tell', () => expect(amount({ value: '9.50', unit: 'XXX' })).toBe('9.50'));
  it('show any other unit after the number', () => expect(amount({ value: '9.435', unit: 'kWh' })).toBe('9.435 kWh'));
  it('show three letters that are no currency as a unit', () => expect(amount({ value: '5', unit: 'ZZQ' })).toContain('5'));
  it('show what is no decimal as it is', () => expect(amount({ value: '1e9', unit: 'EUR' })).toBe('1e9 EUR'));
  it('join sums of several units', () => expect(sums([{ unit: 'GBP', total: '1.00' }, { unit: 'EUR', total: '2.00' }])).toBe('£1.00 · €2.00'));
});

describe('moments', () => {
  it.each([
    ['2025', '2025'],
    ['2025-03', 'Mar 2025'],
    ['2025-03-04', '4 Mar 2025'],
    ['2025-03-04T10:20', '4 Mar 2025, 10:20'],
    ['2025-03-04T10:20:59Z', '4 Mar 2025, 10:20'],
    ['2025-03-04T23:30:00+09:00', '4 Mar 2025, 23:30'],
    ['2025-03-04T00:00:00', '4 Mar 2025'],
  ])('%s is as precise as the vendor wrote it', (text, shown) => expect(moment(text)).toBe(shown));
  it('without a date say so', () => expect(moment(null)).toBe('No date'));
  it('that are no dates are shown as they are', () => expect(moment('soon')).toBe('soon'));
  it('of a month', () => expect(month('2025-03')).toBe('Mar 2025'));
  it('of a period of one day are told once', () => expect(period({ from: '2025-03-04', to: '2025-03-04T09:00' })).toBe('4 Mar 2025'));
});

it('a day must be in the calendar', () => {
  expect(isDay('2024-02-29')).toBe(true);
  expect(isDay('2025-02-29')).toBe(false);
  expect(isDay('2025-2-3')).toBe(false);
  expect(isDay('')).toBe(false);
});

it('counts, sizes and times read like words', () => {
  expect(counted(1, 'record')).toBe('1 record');
  expect(counted(1204, 'record')).toBe('1,204 records');
  expect(bytes(999)).toBe('999 bytes');
  expect(bytes(4_210_000)).toBe('4.2 MB');
  expect(days(30)).toBe('30 days');
  expect(days(90)).toBe('3 months');
  expect(days(365)).toBe('1 year');
  expect(groups('0123456789abcdef')).toBe('01234567 89abcdef');
  expect(today(new Date(2026, 0, 5))).toBe('2026-01-05');
});
