import type { Kind } from '../api/generated/Kind';

/** Kinds in the order in which a person thinks of them, with the word for one and for many. */
export const KINDS: ReadonlyArray<{ kind: Kind; one: string; many: string }> = [
  { kind: 'order_line', one: 'Purchase', many: 'Purchases' },
  { kind: 'refund', one: 'Refund', many: 'Refunds' },
  { kind: 'bank_transaction', one: 'Bank transaction', many: 'Bank transactions' },
  { kind: 'flight', one: 'Flight', many: 'Flights' },
  { kind: 'loyalty_entry', one: 'Loyalty entry', many: 'Loyalty entries' },
  { kind: 'stay', one: 'Stay', many: 'Stays' },
  { kind: 'ride', one: 'Ride', many: 'Rides' },
  { kind: 'journey', one: 'Journey', many: 'Journeys' },
  { kind: 'listen', one: 'Listen', many: 'Listening' },
  { kind: 'watch', one: 'Watch', many: 'Watching' },
  { kind: 'read', one: 'Read', many: 'Reading' },
  { kind: 'energy_reading', one: 'Energy reading', many: 'Energy readings' },
  { kind: 'health_sample', one: 'Health measurement', many: 'Health measurements' },
  { kind: 'contact', one: 'Contact', many: 'Contacts' },
  { kind: 'other', one: 'Other record', many: 'Other records' },
];

const byKind = new Map(KINDS.map((k) => [k.kind, k]));

export function kindName(kind: Kind): string {
  return byKind.get(kind)?.one ?? 'Record';
}

export function kindNames(kind: Kind): string {
  return byKind.get(kind)?.many ?? 'Records';
}
