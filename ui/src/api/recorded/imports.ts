/** Past imports of the sample person, and what a new file looks like before it is stored. */
import type { DriftView } from '../generated/DriftView';
import type { FilePreview } from '../generated/FilePreview';
import type { ImportView } from '../generated/ImportView';
import type { Preview } from '../generated/Preview';
import type { PreviewImport } from '../generated/PreviewImport';
import type { QuarantineRow } from '../generated/QuarantineRow';
import type { RecordRow } from '../generated/RecordRow';
import type { RereadView } from '../generated/RereadView';
import type { SimilarPair } from '../generated/SimilarPair';
import type { VendorRef } from '../generated/VendorRef';
import { AMAZON, FLIGHTS, MILES, MONZO, OCTOPUS, SPOTIFY } from './vendors';

const nothing = { new: 0, already_here: 0, changed: 0, similar: 0, not_understood: 0 };

function past(import_id: number, file_name: string, vendor: VendorRef, at: string, records: number, size: number, from: string, to: string, pounds?: string): ImportView {
  return {
    import_id,
    file_name,
    vendors: [vendor],
    at,
    records,
    sums: pounds ? [{ unit: 'GBP', total: pounds }] : [],
    period: { from, to },
    verdicts: { ...nothing, new: records },
    size,
  };
}

/** Newest first. */
export const IMPORTS: ImportView[] = [
  { ...past(9, 'MonzoDataExport_2026-11-02.csv', MONZO, '2026-11-02T18:24:11Z', 118, 41_220, '2026-09-01', '2026-11-02', '-2204.18'), verdicts: { new: 118, already_here: 2362, changed: 3, similar: 1, not_understood: 0 } },
  { ...past(8, 'Your Orders.zip', AMAZON, '2026-11-02T18:20:40Z', 62, 1_204_332, '2026-02-04', '2026-11-02', '-1311.62'), verdicts: { new: 62, already_here: 698, changed: 0, similar: 1, not_understood: 2 } },
  past(6, 'consumption.csv', OCTOPUS, '2026-10-12T08:02:09Z', 610, 88_130, '2025-03-02', '2026-11-02'),
  past(5, 'my_spotify_data.zip', SPOTIFY, '2026-08-30T20:47:55Z', 5210, 3_881_002, '2024-03-28', '2026-08-29'),
  past(4, 'customer_data.json', MILES, '2026-06-18T17:11:30Z', 43, 52_018, '2018-09-02', '2026-06-11'),
  past(3, 'flightdiary_2026_06_18.csv', FLIGHTS, '2026-06-18T17:05:02Z', 86, 14_870, '2018-08-29', '2026-06-07'),
  past(2, 'MonzoDataExport_2026-06-01.csv', MONZO, '2026-06-01T10:22:47Z', 2362, 811_402, '2023-01-18', '2026-08-31', '4120.77'),
  past(1, 'Your Orders.zip', AMAZON, '2026-06-01T10:04:19Z', 698, 1_102_870, '2017-06-12', '2026-02-02', '-14630.45'),
];

function row(kind: RecordRow['kind'], vendor: VendorRef, moment: string, title: string, party: string, value?: string): RecordRow {
  return { id: 0, kind, vendor, moment, title, party, amount: value ? { value, unit: 'GBP' } : null, status: 'booked' };
}

/** What the oldest import of the bank tells by now. */
export const BETTER: RereadView = {
  import_id: 2,
  file_name: 'MonzoDataExport_2026-06-01.csv',
  vendor: MONZO,
  counts: { unchanged: 2239, changed: 120, added: 3, already_here: 0, similar: 0, gone: 1, stays: 0, history: 0, understood: 3, not_understood: 0, in_new_files: 0 },
  summary: '3 rows it could not read, 120 records gain “Category”, 1 record disappears.',
  differences: [{ name: 'category', label: 'Category', gained: 120, lost: 0, changed: 0 }],
  examples: [
    {
      before: { ...row('bank_transaction', MONZO, '2026-05-28T08:41', 'Hart’s Bakery', 'Hart’s Bakery', '-6.40'), id: 6101 },
      after: { ...row('bank_transaction', MONZO, '2026-05-28T08:41', 'Hart’s Bakery', 'Hart’s Bakery', '-6.40'), id: 6101 },
      changes: [{ label: 'Category', before: '', after: 'Eating out' }],
    },
    { before: null, after: row('bank_transaction', MONZO, '2026-05-30T19:02', 'Ticket machine 12', 'Great Western', '-14.20'), changes: [] },
    { before: { ...row('bank_transaction', MONZO, '2026-05-31', 'Total of May', '', '-412.11'), id: 6144 }, after: null, changes: [] },
  ],
  new_files: [],
  question: null,
  password_needed: false,
};

export const SIMILAR: SimilarPair[] = [
  {
    kept: { ...row('bank_transaction', MONZO, '2026-10-28T08:41', 'Hart’s Bakery', 'Hart’s Bakery', '-6.40'), id: 6212 },
    other: { ...row('bank_transaction', MONZO, '2026-10-28T08:43', 'HARTS BAKERY BRISTOL', 'Hart’s Bakery', '-6.40'), id: 9088 },
  },
  {
    kept: { ...row('order_line', AMAZON, '2026-03-14', 'Piranesi — Susanna Clarke', 'Amazon.co.uk', '-8.49'), id: 5120 },
    other: { ...row('order_line', AMAZON, '2026-03-14', 'Piranesi (Paperback)', 'Amazon.co.uk', '-8.49'), id: 9061 },
  },
];

export const QUARANTINE: QuarantineRow[] = [
  { import_id: 8, file_name: 'Your Orders.zip', row: 311, reason: 'The row has 24 cells where 28 are expected.', text: '"Amazon.co.uk","204-5519283-1129374","2026-05-09T10:14:02Z","GBP","18.50' },
  { import_id: 8, file_name: 'Your Orders.zip', row: 402, reason: '“Order Date” is no date that can be read.', text: '"Amazon.co.uk","206-9928171-5512093","Not Available","GBP","9.99","Not Applicable"' },
];

function ready(path: string, vendor: VendorRef | null, export_title: string, first_rows: RecordRow[], more: Partial<FilePreview>): FilePreview {
  return {
    path,
    entry: '',
    outcome: 'ready',
    vendor: vendor?.slug ?? null,
    vendor_name: vendor?.name ?? null,
    export: export_title.toLowerCase().replaceAll(' ', '-'),
    export_title,
    confidence: 0.99,
    records: 0,
    sums: [],
    period: null,
    verdicts: nothing,
    diagnostics: [],
    first_rows,
    question: null,
    import_id: null,
    ...more,
  };
}

function amazon(path: string): FilePreview[] {
  const rows = [
    row('order_line', AMAZON, '2026-11-18T20:11:09Z', 'Ortlieb Back-Roller Classic, pair', 'Amazon.co.uk', '-128.00'),
    row('order_line', AMAZON, '2026-11-14T07:52:40Z', 'Small Things Like These — Claire Keegan', 'Amazon.co.uk', '-7.99'),
    row('order_line', AMAZON, '2026-11-14T07:52:40Z', 'Hamnet — Maggie O’Farrell', 'Amazon.co.uk', '-7.49'),
    row('order_line', AMAZON, '2026-11-09T12:30:22Z', 'Bialetti Moka Express, 6 cups', 'Amazon.co.uk', '-31.50'),
  ];
  return [
    ready(path, AMAZON, 'Order history', rows, {
      entry: 'Your Amazon Orders/Order History.csv',
      records: 771,
      sums: [{ unit: 'GBP', total: '-16114.05' }],
      period: { from: '2017-06-12', to: '2026-11-18' },
      verdicts: { new: 9, already_here: 758, changed: 1, similar: 1, not_understood: 2 },
      diagnostics: [
        { id: 'row-width', severity: 'warning', row: 311, text: 'This row has fewer cells than the others. It is kept aside with its text, and nothing is guessed.' },
        { id: 'date-unreadable', severity: 'warning', row: 402, text: 'The order date says “Not Available”. The row is kept aside with its text.' },
        { id: 'cancelled-orders', severity: 'note', row: null, text: '4 cancelled orders are shown in your records, and are not counted in the sum.' },
      ],
    }),
    ready(path, AMAZON, 'Refunds', [row('refund', AMAZON, '2026-11-11T09:00:00Z', 'Refund: LED bicycle light set, rechargeable', 'Amazon.co.uk', '24.99')], {
      entry: 'Your Amazon Orders/Refund Details.csv',
      records: 19,
      confidence: 0.97,
      sums: [{ unit: 'GBP', total: '402.16' }],
      period: { from: '2018-01-22', to: '2026-11-11' },
      verdicts: { ...nothing, new: 1, already_here: 18 },
    }),
    ready(path, AMAZON, '', [], { entry: 'Your Amazon Orders/README.pdf', outcome: 'ignored', export: null, export_title: null }),
  ];
}

function monzo(path: string): FilePreview[] {
  const rows = [
    row('bank_transaction', MONZO, '2026-11-20T12:41', 'Small Street Espresso', 'Small Street Espresso', '-3.40'),
    row('bank_transaction', MONZO, '2026-11-19T18:03', 'Better Food, Wapping Wharf', 'Better Food, Wapping Wharf', '-27.15'),
    row('bank_transaction', MONZO, '2026-11-18T08:20', 'Great Western Railway', 'Great Western Railway', '-42.30'),
  ];
  return [
    ready(path, MONZO, 'Transactions', rows, {
      records: 41,
      sums: [{ unit: 'GBP', total: '-812.09' }],
      period: { from: '2026-11-03', to: '2026-11-20' },
      verdicts: { ...nothing, new: 38, already_here: 3 },
    }),
  ];
}

function unclear(path: string, answered: boolean): FilePreview[] {
  const bank: VendorRef = { slug: 'generic-bank', name: 'A bank' };
  return [
    ready(path, bank, 'Bank statement', [row('bank_transaction', bank, '2026-04-03', 'Card payment Stanfords', 'Stanfords', '-18.00')], {
      outcome: answered ? 'ready' : 'question',
      confidence: 0.64,
      records: answered ? 57 : 0,
      verdicts: answered ? { ...nothing, new: 57 } : nothing,
      period: answered ? { from: '2026-01-02', to: '2026-06-28' } : null,
      sums: answered ? [{ unit: 'GBP', total: '-2210.40' }] : [],
      question: answered
        ? null
        : {
            id: 'date-order',
            text: 'Every date in this file could be read in two ways. Is 03/04/2026 the third of April, or the fourth of March?',
            choices: [
              { value: 'dmy', label: '3 April 2026 (day first)' },
              { value: 'mdy', label: '4 March 2026 (month first)' },
            ],
          },
    }),
  ];
}

export const failed = (path: string, outcome: 'unknown' | 'failed', id: string, text: string): FilePreview =>
  ready(path, null, '', [], { export: null, export_title: null, outcome, confidence: 0, diagnostics: [{ id, severity: 'error', row: null, text }] });

export function preview(request: PreviewImport): Preview {
  const files = request.paths.flatMap((path) => {
    const name = path.toLowerCase();
    if (name.includes('order')) return amazon(path);
    if (name.includes('monzo')) return monzo(path);
    if (name.includes('statement')) return unclear(path, request.answers.some((a) => a.id === 'date-order'));
    if (name.includes('locked') && !request.password) {
      return [failed(path, 'failed', 'password-needed', 'This archive is locked with a password. The vendor usually sends it in a separate message.')];
    }
    if (name.includes('broken')) {
      return [failed(path, 'failed', 'archive-truncated', 'The archive ends in the middle. The download was probably interrupted: download it again and drop the new file.')];
    }
    if (name.endsWith('.csv') || name.endsWith('.zip')) return monzo(path);
    return [failed(path, 'unknown', 'no-definition', 'Nothing Holdall knows reads this file. If it comes from a vendor in “Get my data”, check that it is the file described there.')];
  });
  const unknown = files.filter((f) => f.outcome === 'unknown').length;
  const changed = request.paths.some((p) => p.toLowerCase().includes('changed'));
  return { preview_id: `p-${request.paths.length}-${request.answers.length}`, files, drift: changed ? DRIFT : unknown > 0 ? { ...DRIFT, files: files.length, not_understood: unknown, new_columns: 0, text: `${unknown} of ${files.length} ${files.length === 1 ? 'file' : 'files'} not understood, nothing dropped` } : null };
}

/** What a vendor changed, and how it is described. */
export const DRIFT: DriftView = { files: 7, not_understood: 3, new_columns: 2, missing_columns: 0, text: '3 of 7 files not understood, 2 new columns kept, nothing dropped' };

export const LAYOUT = `Holdall 0.1.0, linux x86_64
The layout of a file that Holdall does not fully know: headings and the shapes of values, and no value.

Aaaa Aaaa.zip (7 files in it)
  Aaaa.Aaaa/Aaaa Aaaa.csv: table, UTF-8, commas between columns, headings in row 1, 4 columns
    read as amazon/order-history
    1 Order Date: 9999-99-99A99:99:99A
    2 Order ID: 999-9999999-9999999
    3 Total Owed: 99.99  |  999.99
    4 Loyalty tier (new): Aaaa
  Aaaa.Aaaa/aaaa.json: json, UTF-8
    1 createdAt: 9999-99-99
    2 state: AAAA
`;
