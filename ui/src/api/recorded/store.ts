/** Reads of the sample records: search, detail, home and vendor pages. */
import type { FieldView } from '../generated/FieldView';
import type { FindRecords } from '../generated/FindRecords';
import type { Found } from '../generated/Found';
import type { GrantSummary } from '../generated/GrantSummary';
import type { ImportView } from '../generated/ImportView';
import type { Kind } from '../generated/Kind';
import type { KindCount } from '../generated/KindCount';
import type { RecordDetail } from '../generated/RecordDetail';
import type { RecordRow } from '../generated/RecordRow';
import type { SumView } from '../generated/SumView';
import type { ValueForm } from '../generated/ValueForm';
import type { VendorDetail } from '../generated/VendorDetail';
import type { VendorSummary } from '../generated/VendorSummary';
import { kindNames } from '../../text/kinds';
import { RECORDS, type Sample } from './records';
import { DIRECTORY, VENDORS } from './vendors';

export function rowOf(s: RecordRow): RecordRow {
  const { id, kind, moment, title, party, amount, status, vendor } = s;
  return { id, kind, moment, title, party, amount, status, vendor };
}

function matches(s: Sample, request: FindRecords, words: string[]): boolean {
  const date = s.moment?.slice(0, 10) ?? '';
  if (request.kinds.length > 0 && !request.kinds.includes(s.kind)) return false;
  if (request.vendors.length > 0 && !request.vendors.includes(s.vendor.slug)) return false;
  if (request.import_id !== null && s.import_id !== request.import_id) return false;
  if (request.from && date < request.from) return false;
  if (request.to && date > request.to) return false;
  const text = `${s.title} ${s.party} ${s.vendor.name} ${Object.values(s.values).join(' ')}`.toLowerCase();
  return words.every((w) => text.startsWith(w) || new RegExp(`[^\\p{L}\\p{N}]${escape(w)}`, 'u').test(text));
}

function escape(word: string): string {
  return word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** `most`: how many records to pretend there are; the real ones are told again and again. */
export function find(request: FindRecords, most: number): Found {
  const words = request.query.toLowerCase().split(/\s+/).filter(Boolean);
  const plain = words.length === 0 && request.kinds.length + request.vendors.length === 0 && !request.from && !request.to && request.import_id === null;
  const hits = plain ? RECORDS : RECORDS.filter((s) => matches(s, request, words));
  const total = plain ? most : hits.length;
  const start = Number(request.cursor ?? 0);
  const end = Math.min(start + Math.max(1, Math.min(request.limit, 1000)), total);
  const rows: RecordRow[] = [];
  for (let i = start; i < end; i++) {
    const hit = hits[i % hits.length];
    if (hit) rows.push(rowOf(hit));
  }
  return { rows, total, total_is_exact: true, next: end < total ? String(end) : null };
}

const LABELS: Record<string, readonly [label: string, form: ValueForm]> = {
  orderNumber: ['Order number', 'text'],
  orderQuantity: ['Quantity', 'number'],
  price: ['Unit price', 'quantity'],
  marketplace: ['Shop', 'text'],
  paymentMethod: ['Paid with', 'text'],
  deliveryStatus: ['Delivery', 'text'],
  shipDate: ['Sent on', 'moment'],
  deliveryAddress: ['Delivery address', 'text'],
  isbn: ['ISBN', 'text'],
  sku: ['Article number', 'text'],
  reason: ['Reason', 'text'],
  transactionType: ['Type', 'text'],
  category: ['Category', 'text'],
  originalAmount: ['Original amount', 'quantity'],
  counterpartyAccount: ['Other account', 'text'],
  memo: ['Note', 'text'],
  flightNumber: ['Flight', 'text'],
  departureAirport: ['From', 'text'],
  arrivalAirport: ['To', 'text'],
  cabinClass: ['Cabin', 'text'],
  seatNumber: ['Seat', 'text'],
  aircraft: ['Aircraft', 'text'],
  distance: ['Distance', 'quantity'],
  duration: ['Duration', 'duration'],
  awardMiles: ['Award miles', 'number'],
  statusPoints: ['Points', 'number'],
  membershipNumber: ['Membership number', 'text'],
  byArtist: ['Artist', 'text'],
  inAlbum: ['Album', 'text'],
  device: ['Device', 'text'],
  country: ['Country', 'text'],
  skipped: ['Skipped', 'truth'],
  direction: ['Direction', 'text'],
  meter: ['Meter', 'text'],
  endDate: ['Ends', 'moment'],
};

const HEADERS: Record<string, string> = {
  orderNumber: 'Order ID',
  orderQuantity: 'Original Quantity',
  price: 'Unit Price',
  marketplace: 'Website',
  paymentMethod: 'Payment Method Type',
  deliveryStatus: 'Shipment Status',
  shipDate: 'Ship Date',
  deliveryAddress: 'Shipping Address',
  sku: 'ASIN',
  transactionType: 'Type',
  category: 'Category',
  departureAirport: 'From',
  arrivalAirport: 'To',
  flightNumber: 'Flight number',
  seatNumber: 'Seat number',
  cabinClass: 'Flight class',
  aircraft: 'Aircraft',
  duration: 'Duration',
};

export function detail(id: number, imports: ImportView[]): RecordDetail | undefined {
  const s = RECORDS[RECORDS.length - id];
  if (!s) return undefined;
  const fields = Object.entries(s.values).map(([name, value]): FieldView => {
    const [label, form] = LABELS[name] ?? [name, 'text'];
    return { name, label, value, form };
  });
  const origin = imports.find((i) => i.import_id === s.import_id);
  const cells = [
    { header: s.vendor.slug === 'amazon' ? 'Order Date' : 'Date', text: s.moment ?? '' },
    { header: s.vendor.slug === 'amazon' ? 'Product Name' : 'Name', text: s.title },
    ...Object.entries(s.values)
      .filter(([name]) => name !== 'isbn')
      .map(([name, text]) => ({ header: HEADERS[name] ?? name, text })),
    ...(s.amount ? [{ header: s.amount.unit === 'GBP' ? 'Amount' : s.amount.unit, text: s.amount.value }] : []),
  ];
  return {
    row: rowOf(s),
    account: s.account,
    external_id: s.external_id,
    fields,
    source: {
      import_id: s.import_id,
      file_name: origin?.file_name ?? 'export.csv',
      entry: s.vendor.slug === 'amazon' ? 'Your Amazon Orders/Order History.csv' : '',
      row: s.file_row,
      imported_at: origin?.at ?? '2026-11-02T18:20:00Z',
      cells,
      raw: null,
      note: null,
    },
    history: s.status === 'pending' ? [] : s.id % 37 === 0 ? [{ until: '2026-06-01T09:00:00Z', row: { ...rowOf(s), status: 'pending' } }] : [],
  };
}

function total(list: Sample[]): SumView[] {
  const cents = new Map<string, bigint>();
  for (const { amount } of list) {
    if (!amount) continue;
    const [whole = '0', part = ''] = amount.value.replace('-', '').split('.');
    const value = BigInt(whole + part.padEnd(3, '0')) * (amount.value.startsWith('-') ? -1n : 1n);
    cents.set(amount.unit, (cents.get(amount.unit) ?? 0n) + value);
  }
  return Array.from(cents, ([unit, value]) => {
    const digits = String(value < 0n ? -value : value).padStart(4, '0');
    const text = `${value < 0n ? '-' : ''}${digits.slice(0, -3)}.${digits.slice(-3)}`;
    return { unit, total: unit === 'GBP' ? text.slice(0, -1) : text };
  });
}

export function kindCounts(list: Sample[]): KindCount[] {
  const counts = new Map<Kind, number>();
  for (const { kind } of list) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return Array.from(counts, ([kind, count]) => ({ kind, label: kindNames(kind), count })).sort((a, b) => b.count - a.count);
}

export function vendorSummaries(imports: ImportView[]): VendorSummary[] {
  return VENDORS.map((vendor) => {
    const own = RECORDS.filter((s) => s.vendor.slug === vendor.slug);
    const last = imports.find((i) => i.vendors.some((v) => v.slug === vendor.slug));
    return {
      vendor,
      records: own.length,
      kinds: kindCounts(own),
      period: own.length > 0 ? { from: own.at(-1)?.moment ?? '', to: own[0]?.moment ?? '' } : null,
      last_import: last?.at ?? null,
    };
  }).sort((a, b) => b.records - a.records);
}

export function vendorDetail(slug: string, imports: ImportView[], grants: GrantSummary[]): VendorDetail | undefined {
  const summary = vendorSummaries(imports).find((s) => s.vendor.slug === slug);
  if (!summary) return undefined;
  const own = RECORDS.filter((s) => s.vendor.slug === slug);
  const byMonth = new Map<string, Sample[]>();
  for (const s of own) {
    const key = (s.moment ?? '').slice(0, 7);
    byMonth.set(key, [...(byMonth.get(key) ?? []), s]);
  }
  const months = [];
  const [first, last] = [own.at(-1)?.moment?.slice(0, 7) ?? '', own[0]?.moment?.slice(0, 7) ?? ''];
  for (let m = first; m !== '' && m <= last; m = nextMonth(m)) {
    const list = byMonth.get(m) ?? [];
    months.push({ month: m, count: list.length, sums: total(list) });
  }
  return {
    summary,
    sums: total(own),
    months,
    imports: imports.filter((i) => i.vendors.some((v) => v.slug === slug)),
    how_to_get: DIRECTORY.find((d) => d.vendor.slug === slug) ?? null,
    grants,
  };
}

function nextMonth(text: string): string {
  const [y = 0, m = 0] = text.split('-').map(Number);
  return m === 12 ? `${y + 1}-01` : `${y}-${String(m + 1).padStart(2, '0')}`;
}
