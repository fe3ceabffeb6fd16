/** What a column of a table is, for people. */
const ROLES: Record<string, string> = {
  date: 'the date',
  'value-date': 'a second date',
  time: 'the time',
  amount: 'the amount',
  debit: 'money out',
  credit: 'money in',
  balance: 'the balance',
  currency: 'the currency',
  text: 'what it was',
  party: 'with whom',
  account: 'the account',
  category: 'the category',
  reference: 'a reference',
  status: 'the status',
  indicator: 'in or out',
  fee: 'a fee',
  other: 'another amount',
};

export const role = (word: string): string => ROLES[word] ?? 'kept for search';
