import { expect, it } from 'vitest';
import { remaining } from './remaining';

it.each([
  [{ phase: 'reading', done: 10, total: 100 }, 1000, undefined],
  [{ phase: 'reading', done: 10, total: null }, 9000, undefined],
  [{ phase: 'reading', done: 98, total: 100 }, 9800, 'a few seconds left'],
  [{ phase: 'reading', done: 50, total: 100 }, 21_000, 'about 25 seconds left'],
  [{ phase: 'reading', done: 10, total: 100 }, 60_000, 'about 9 minutes left'],
])('%j after %d ms', (progress, elapsed, words) => expect(remaining(progress, elapsed)).toBe(words));
