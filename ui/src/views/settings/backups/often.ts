/** How often backups are made, in words. 0 days: only by hand. */
import { counted } from '../../../text/format';

const WORDS: Record<number, string> = { 0: 'Only by hand', 1: 'Every day', 7: 'Every week', 30: 'Every month' };

export function often(days: number): string {
  return WORDS[days] ?? `Every ${counted(days, 'day')}`;
}

/** What can be chosen; a number that was set elsewhere stays among them. */
export function choices(present: number): number[] {
  const usual = [1, 7, 30, 0];
  return usual.includes(present) ? usual : [present, ...usual];
}
