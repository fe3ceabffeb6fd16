/** Two partners that do not exist, and what they ask. */
import type { OfferField } from '../generated/OfferField';
import type { OfferView } from '../generated/OfferView';
import type { PartnerView } from '../generated/PartnerView';

export const AIR = 'https://alderair.example';
export const BOOKS = 'https://quillandpage.example';

export const PARTNERS: PartnerView[] = [
  {
    origin: AIR,
    host: 'alderair.example',
    name: 'Alder Air',
    country: 'Ireland',
    contact: 'privacy@alderair.example',
    privacy_policy: 'https://alderair.example/privacy',
    pinned_since: '2026-06-20T09:12:00Z',
    key_words: ['harbour', 'lemon', 'quiet', 'saddle', 'north', 'violin'],
    development: false,
    offers: 2,
    active_shares: 1,
  },
  {
    origin: BOOKS,
    host: 'quillandpage.example',
    name: 'Quill & Page',
    country: 'United Kingdom',
    contact: 'hello@quillandpage.example',
    privacy_policy: 'https://quillandpage.example/privacy',
    pinned_since: '2026-05-02T16:40:00Z',
    key_words: ['orchard', 'paper', 'brisk', 'copper', 'velvet', 'moon'],
    development: false,
    offers: 1,
    active_shares: 0,
  },
];

function field(name: string, label: string, required: boolean, why: string, more: Partial<OfferField> = {}): OfferField {
  return { name, label, required, why, precision: null, about_others: false, ...more };
}

const honest = { automated_decision: false, profiling: false, ai_training: false, active_grant: null };

export const OFFERS: OfferView[] = [
  {
    ...honest,
    partner: AIR,
    partner_name: 'Alder Air',
    purpose: 'status-match',
    title: 'Match your airline status',
    why: 'We look at the flights you really took in the last twelve months, and give you the status that fits them.',
    gives_back: 'Silver status for 12 months: lounge entry, a second bag, and priority boarding.',
    benefit: { value: '320.00', unit: 'EUR' },
    strands: [
      {
        strand: 'flights',
        label: 'Flights',
        required: true,
        since: '2025-11-21',
        max_records: 200,
        have: 11,
        fields: [
          field('moment', 'Date of the flight', true, 'Status counts flights of the last twelve months only.', { precision: 'day' }),
          field('departureAirport', 'From', true, 'To work out the distance you flew.'),
          field('arrivalAirport', 'To', true, 'To work out the distance you flew.'),
          field('party', 'Airline', true, 'Flights with our own partners count double.'),
          field('cabinClass', 'Cabin', false, 'Business class counts more. Without it we count every flight as Economy.'),
          field('flightNumber', 'Flight number', false, 'Lets us check a flight against public schedules, so the answer comes sooner.'),
          field('seatNumber', 'Seat', false, 'To suggest a seat you like on your first flight with us.'),
          field('passengerName', 'Other passengers', false, 'To offer your travel companions a match as well.', { about_others: true }),
        ],
      },
      {
        strand: 'memberships',
        label: 'Loyalty entries',
        required: false,
        since: '2025-11-21',
        max_records: 100,
        have: 14,
        fields: [
          field('moment', 'Date', true, 'To see which year the points belong to.', { precision: 'month' }),
          field('statusPoints', 'Points', true, 'A higher number of points may give you Gold instead of Silver.'),
          field('membershipNumber', 'Membership number', false, 'To check the card with the other programme.'),
        ],
      },
    ],
    max_days: 180,
    day_choices: [30, 90, 180],
    recipients: ['Nimbus Hosting (Ireland): stores it for us'],
    storage_locations: ['Ireland'],
    if_you_refuse: 'Nothing changes. You can join at the basic level, and you can still send us a photo of your card by e-mail.',
    automated_decision: true,
  },
  {
    ...honest,
    partner: AIR,
    partner_name: 'Alder Air',
    purpose: 'route-planning',
    title: 'Tell us which routes you miss',
    why: 'We plan next summer. Where people really fly tells us which routes to open from Bristol.',
    gives_back: 'A voucher, and a note when one of your routes opens.',
    benefit: { value: '25.00', unit: 'EUR' },
    strands: [
      {
        strand: 'flights',
        label: 'Flights',
        required: true,
        since: '2024-11-21',
        max_records: 500,
        have: 21,
        fields: [
          field('moment', 'Date of the flight', true, 'To see the season. We get the month only.', { precision: 'month' }),
          field('departureAirport', 'From', true, 'To see where you start.'),
          field('arrivalAirport', 'To', true, 'To see where you go.'),
        ],
      },
    ],
    max_days: 90,
    day_choices: [30, 90],
    recipients: [],
    storage_locations: ['Ireland'],
    if_you_refuse: 'Nothing changes for you.',
  },
  {
    ...honest,
    partner: BOOKS,
    partner_name: 'Quill & Page',
    purpose: 'reading-advice',
    title: 'A bookseller who knows your shelf',
    why: 'A person in our shop reads your list and picks three books you do not have yet.',
    gives_back: 'Three hand-picked suggestions a month, and 15 % off your first order.',
    benefit: { value: '12.00', unit: 'GBP' },
    strands: [
      {
        strand: 'purchases',
        label: 'Printed books you bought',
        required: true,
        since: '2021-11-21',
        max_records: 1000,
        have: 168,
        fields: [
          field('isbn', 'ISBN', true, 'It says which book it is, and which edition.'),
          field('moment', 'Date', true, 'What you read lately matters more. We get the year only.', { precision: 'year' }),
          field('title', 'Title', false, 'Helps us when a book has no entry in our catalogue.'),
          field('amount', 'Price', false, 'To suggest books you find worth the money.'),
          field('giftRecipient', 'Gift for', false, 'To leave out books you bought for somebody else.', { about_others: true }),
        ],
      },
    ],
    max_days: 365,
    day_choices: [30, 90, 365],
    recipients: [],
    storage_locations: ['United Kingdom'],
    if_you_refuse: 'Nothing changes. Our newsletter has the same monthly picks for everybody.',
  },
];
