/** Shares of the sample person in every honest state: active, waiting, confirmed, silent. */
import type { GrantDetail } from '../generated/GrantDetail';
import type { GrantEvent } from '../generated/GrantEvent';
import type { GrantState } from '../generated/GrantState';
import type { GrantSummary } from '../generated/GrantSummary';
import type { ReceiptCheck } from '../generated/ReceiptCheck';
import { OUTCOMES } from '../../text/outcome';
import { AIR, BOOKS } from './partners';
import { AMAZON, FLIGHTS, MILES } from './vendors';

const event = (at: string, kind: string, text: string, signed_by_partner = false): GrantEvent => ({ at, kind, text, signed_by_partner });

export function checks(): ReceiptCheck[] {
  const texts = [
    'The receipt is signed with the key that is known here since the partner was added.',
    'The message is a receipt, and no other kind of message.',
    'It is addressed to you, and to nobody else.',
    'It names exactly the permission and the list of contents that you signed.',
    'The fingerprint of the data is the one of the bytes you saw.',
    'The rows accepted and refused add up to the rows you sent.',
    'Nobody receives the data whom you did not allow.',
    'The data is stored only where you allowed it.',
    'The deletion date is not later than the last day you gave.',
  ];
  return texts.map((text, i) => ({ rule: `R${i + 1}`, text, ok: true }));
}

function summary(grant_id: string, partner: string, purpose: string, title: string, state: GrantState, created: string, ends: string, rows: number, gives_back: string): GrantSummary {
  return {
    grant_id,
    partner,
    partner_name: partner === AIR ? 'Alder Air' : 'Quill & Page',
    purpose,
    title,
    state,
    state_label: OUTCOMES[state].short,
    live: ['queued', 'sent', 'active', 'receipt_invalid'].includes(state),
    created,
    ends,
    rows,
    gives_back,
  };
}

function route(to: string, name: string, id: string): GrantDetail['second_route'] {
  return {
    to,
    subject: `I withdraw my consent (share ${id})`,
    body: `Dear ${name},\n\nI withdraw the consent I gave you in share ${id}. Please stop using the data at once, delete it, tell everybody you gave it to, and confirm this to me in writing (GDPR articles 7(3), 17(1)(b) and 19).\n\nYours sincerely\nNora Whitfield`,
  };
}

const books: Pick<GrantDetail, 'why' | 'given' | 'sources'> = {
  why: 'A person in our shop reads your list and picks three books you do not have yet.',
  given: [{ strand: 'purchases', label: 'Printed books you bought', fields: ['ISBN', 'Date (year only)', 'Title'], since: '2021-05-02', until: '2026-05-02' }],
  sources: [AMAZON],
};

const ifYouStop = [
  'Nothing more goes to the partner from this moment on, even while you are offline.',
  'The partner is asked to delete what it has, and to sign a statement about it.',
  'You lose what the share gave you, from the day the partner stops.',
  'The partner may keep what a law makes it keep, such as an invoice. It must say what, and until when.',
];

export const GRANTS: GrantDetail[] = [
  {
    summary: summary('7c41f2aa', AIR, 'status-match', 'Match your airline status', 'active', '2026-06-20T09:20:11Z', '2026-12-17', 12, 'Silver status for 12 months'),
    why: 'We look at the flights you really took in the last twelve months, and give you the status that fits them.',
    given: [
      { strand: 'flights', label: 'Flights', fields: ['Date of the flight', 'From', 'To', 'Airline', 'Cabin'], since: '2025-06-20', until: '2026-06-20' },
    ],
    sources: [FLIGHTS, MILES],
    events: [
      event('2026-06-20T09:20:11Z', 'shared', 'You shared 12 rows and signed the permission.'),
      event('2026-06-20T09:20:14Z', 'receipt', 'Alder Air accepted 12 rows. All nine checks of the receipt passed.', true),
      event('2026-06-20T09:31:50Z', 'benefit', 'Silver status until 30 June 2027.', true),
      event('2026-09-20T07:00:00Z', 'reminder', 'Three months have passed. You kept the share.'),
    ],
    receipt: {
      received: '2026-06-20T09:20:14Z',
      accepted_rows: 12,
      rejected_rows: 0,
      delete_by: '2026-12-17',
      storage_locations: ['Ireland'],
      recipients: ['Nimbus Hosting (Ireland): stores it for us'],
      checks: checks(),
    },
    deletion: null,
    benefits: [{ at: '2026-06-20T09:31:50Z', text: 'Silver status until 30 June 2027', code: 'AA-SLV-4471-90', value: { value: '320.00', unit: 'EUR' } }],
    if_you_stop: [...ifYouStop.slice(0, 2), 'Silver status ends on the day Alder Air stops using your flights.', ...ifYouStop.slice(3)],
    second_route: route('privacy@alderair.example', 'Alder Air', '7c41f2aa'),
    waiting: null,
    can_revoke: true,
  },
  {
    ...books,
    summary: summary('1f90be37', BOOKS, 'gift-ideas', 'Gift ideas for December', 'revoking', '2026-11-01T18:00:00Z', '2027-01-30', 31, 'Five gift ideas a week until Christmas'),
    why: 'We suggest gifts that fit what you like to give.',
    given: [{ strand: 'purchases', label: 'Printed books you bought', fields: ['ISBN', 'Date (year only)'], since: '2024-11-01', until: '2026-11-01' }],
    events: [
      event('2026-11-01T18:00:00Z', 'shared', 'You shared 31 rows and signed the permission.'),
      event('2026-11-01T18:00:03Z', 'receipt', 'Quill & Page accepted 31 rows. All nine checks of the receipt passed.', true),
      event('2026-11-20T21:14:40Z', 'revoked', 'You stopped the share. Nothing more leaves this computer.'),
      event('2026-11-20T21:14:42Z', 'waiting', 'Quill & Page could not be reached. Your stop is sent again at the next “Check for answers”.'),
    ],
    receipt: {
      received: '2026-11-01T18:00:03Z',
      accepted_rows: 31,
      rejected_rows: 0,
      delete_by: '2027-01-30',
      storage_locations: ['United Kingdom'],
      recipients: [],
      checks: checks(),
    },
    deletion: null,
    benefits: [],
    if_you_stop: ifYouStop,
    second_route: route('hello@quillandpage.example', 'Quill & Page', '1f90be37'),
    waiting: 'Quill & Page could not be reached yet. It must stop by 22 November and delete by 4 December 2026.',
    can_revoke: false,
  },
  {
    ...books,
    summary: summary('a2d0934e', BOOKS, 'reading-advice', 'A bookseller who knows your shelf', 'erased', '2026-05-02T16:44:00Z', '2026-07-31', 154, 'Three suggestions a month, 15 % off'),
    events: [
      event('2026-05-02T16:44:00Z', 'shared', 'You shared 154 rows and signed the permission.'),
      event('2026-05-02T16:44:02Z', 'receipt', 'Quill & Page accepted 154 rows. All nine checks of the receipt passed.', true),
      event('2026-05-09T11:00:00Z', 'benefit', '15 % off your first order.', true),
      event('2026-07-12T19:30:05Z', 'revoked', 'You stopped the share.'),
      event('2026-07-12T19:30:09Z', 'stopped', 'Quill & Page stopped using the data.', true),
      event('2026-07-19T08:12:33Z', 'erased', 'Quill & Page deleted all 154 rows in every store.', true),
    ],
    receipt: null,
    deletion: {
      received: '2026-07-19T08:12:33Z',
      rows: 154,
      stores: ['Main database: deleted 18 July 2026', 'Search index: deleted 18 July 2026', 'Backups: key destroyed 19 July 2026'],
      retained: [],
      complete: true,
    },
    benefits: [{ at: '2026-05-09T11:00:00Z', text: '15 % off the first order', code: 'PAGE-15-NW', value: { value: '6.30', unit: 'GBP' } }],
    if_you_stop: ifYouStop,
    second_route: route('hello@quillandpage.example', 'Quill & Page', 'a2d0934e'),
    waiting: null,
    can_revoke: false,
  },
  {
    ...books,
    summary: summary('c8b15d02', AIR, 'route-planning', 'Tell us which routes you miss', 'overdue', '2026-07-01T10:00:00Z', '2026-09-29', 18, 'A voucher of €25'),
    why: 'We plan next summer. Where people really fly tells us which routes to open from Bristol.',
    given: [{ strand: 'flights', label: 'Flights', fields: ['Date of the flight (month only)', 'From', 'To'], since: '2024-07-01', until: '2026-07-01' }],
    sources: [FLIGHTS],
    events: [
      event('2026-07-01T10:00:00Z', 'shared', 'You shared 18 rows and signed the permission.'),
      event('2026-07-01T10:00:05Z', 'receipt', 'Alder Air accepted 18 rows. All nine checks of the receipt passed.', true),
      event('2026-09-29T00:00:00Z', 'expired', 'The share reached its last day.'),
      event('2026-10-29T00:00:00Z', 'overdue', 'The deletion statement was due today and did not come.'),
    ],
    receipt: null,
    deletion: null,
    benefits: [],
    if_you_stop: ifYouStop,
    second_route: route('privacy@alderair.example', 'Alder Air', 'c8b15d02'),
    waiting: 'Alder Air has been silent since 29 October 2026.',
    can_revoke: false,
  },
  {
    ...books,
    summary: summary('e41c77d9', BOOKS, 'author-evenings', 'Invitations to author evenings', 'rejected', '2026-05-20T08:00:00Z', '2026-06-19', 9, 'Invitations in Bristol'),
    given: [{ strand: 'purchases', label: 'Printed books you bought', fields: ['ISBN'], since: null, until: null }],
    events: [
      event('2026-05-20T08:00:00Z', 'shared', 'You shared 9 rows and signed the permission.'),
      event('2026-05-20T08:00:04Z', 'refused', 'Quill & Page refused: “We have no evenings planned in Bristol this season.” It keeps nothing.', true),
    ],
    receipt: null,
    deletion: null,
    benefits: [],
    if_you_stop: ifYouStop,
    second_route: route('hello@quillandpage.example', 'Quill & Page', 'e41c77d9'),
    waiting: null,
    can_revoke: false,
  },
];
