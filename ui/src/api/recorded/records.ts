/** About nine thousand records of Nora Whitfield of Bristol, who does not exist. */
import type { Kind } from '../generated/Kind';
import type { RecordRow } from '../generated/RecordRow';
import type { VendorRef } from '../generated/VendorRef';
import { Random } from './random';
import { AMAZON, FLIGHTS, MILES, MONZO, OCTOPUS, SPOTIFY } from './vendors';

export interface Sample extends RecordRow {
  account: string;
  external_id: string;
  values: Record<string, string>;
  import_id: number;
  file_row: number;
}

const GOODS: ReadonlyArray<readonly [title: string, pounds: number, isbn?: string]> = [
  ['The Salt Path — Raynor Winn', 9.99, '0241349648'],
  ['Piranesi — Susanna Clarke', 8.49, '1526622440'],
  ['Entangled Life — Merlin Sheldrake', 10.99, '1784708275'],
  ['The Living Mountain — Nan Shepherd', 8.99, '0857861832'],
  ['Small Things Like These — Claire Keegan', 7.99, '0571368689'],
  ['A Gentleman in Moscow — Amor Towles', 9.19, '0099558785'],
  ['The Old Ways — Robert Macfarlane', 11.99, '0141030585'],
  ['Hamnet — Maggie O’Farrell', 7.49, '1472223829'],
  ['Moleskine Classic Notebook, ruled, large', 16.95],
  ['Anker USB-C charger, 65 W', 32.99],
  ['Darn Tough hiking socks, women, M', 21.0],
  ['Bialetti Moka Express, 6 cups', 31.5],
  ['Osprey Talon 22 daypack, teal', 99.0],
  ['Ortlieb Back-Roller Classic, pair', 128.0],
  ['LED bicycle light set, rechargeable', 24.99],
  ['Steel water bottle, 750 ml', 18.5],
  ['Oatly barista edition, 6 × 1 l', 12.6],
  ['Printer paper A4, 5 × 500 sheets', 23.49],
  ['Hand cream, unscented, 3 × 75 ml', 11.25],
  ['Kindle Paperwhite, 16 GB', 149.99],
];

const SHOPS: ReadonlyArray<readonly [name: string, category: string, least: number, most: number]> = [
  ['Sainsbury’s', 'Groceries', 6, 84],
  ['Better Food, Wapping Wharf', 'Groceries', 4, 46],
  ['Small Street Espresso', 'Eating out', 3, 8],
  ['Hart’s Bakery', 'Eating out', 3, 12],
  ['First Bus', 'Transport', 2, 7],
  ['Great Western Railway', 'Transport', 12, 74],
  ['Bristol Water', 'Bills', 31, 34],
  ['Octopus Energy', 'Bills', 88, 142],
  ['Watershed Cinema', 'Entertainment', 8, 24],
  ['Stanfords', 'Shopping', 9, 58],
  ['TfL', 'Transport', 2, 9],
  ['Boots', 'Personal care', 4, 29],
];

const LEGS: ReadonlyArray<readonly [from: string, to: string, airline: string, prefix: string, miles: number]> = [
  ['Bristol (BRS/EGGD)', 'Amsterdam (AMS/EHAM)', 'KLM Cityhopper', 'KL', 320],
  ['Amsterdam (AMS/EHAM)', 'Bristol (BRS/EGGD)', 'KLM Cityhopper', 'KL', 320],
  ['London (LHR/EGLL)', 'Frankfurt (FRA/EDDF)', 'Lufthansa', 'LH', 406],
  ['Frankfurt (FRA/EDDF)', 'London (LHR/EGLL)', 'Lufthansa', 'LH', 406],
  ['Frankfurt (FRA/EDDF)', 'Oslo (OSL/ENGM)', 'Lufthansa', 'LH', 684],
  ['Munich (MUC/EDDM)', 'Lisbon (LIS/LPPT)', 'Lufthansa', 'LH', 1228],
  ['London (LHR/EGLL)', 'Boston (BOS/KBOS)', 'British Airways', 'BA', 3265],
  ['Boston (BOS/KBOS)', 'London (LHR/EGLL)', 'British Airways', 'BA', 3265],
];

const SONGS: ReadonlyArray<readonly [song: string, artist: string, album: string]> = [
  ['Hopopono', 'GoGo Penguin', 'v2.0'],
  ['Says', 'Nils Frem', 'Rooms'],
  ['Holocene Walk', 'The Wintering', 'Low Country'],
  ['Night Ferry', 'Lisbeth Quartet', 'Harbour Songs'],
  ['Orla', 'Talos & Sons', 'Far-Out Dust'],
  ['Glass Eights', 'John Roberts Trio', 'Plum'],
];

const DAY = 86_400_000;
const LAST = Date.UTC(2026, 10, 2);
const two = (n: number) => String(n).padStart(2, '0');
const isoDay = (t: number) => new Date(t).toISOString().slice(0, 10);

function clock(r: Random): string {
  return `T${two(r.whole(7, 22))}:${two(r.whole(0, 59))}:${two(r.whole(0, 59))}`;
}

interface Draft {
  kind: Kind;
  vendor: VendorRef;
  moment: string;
  title: string;
  party: string;
  money?: number;
  unit?: string;
  status?: RecordRow['status'];
  external_id: string;
  account: string;
  import_id: number;
  values: Record<string, string>;
}

function orders(r: Random): Draft[] {
  const list: Draft[] = [];
  for (let i = 0; i < 742; i++) {
    const at = LAST - Math.floor((i / 742) * 9.4 * 365) * DAY - r.whole(0, 3) * DAY;
    const [title, pounds, isbn] = r.pick(GOODS);
    const number = `20${r.whole(2, 6)}-${r.whole(1000000, 9999999)}-${r.whole(1000000, 9999999)}`;
    const order: Draft = {
      kind: 'order_line',
      vendor: AMAZON,
      moment: isoDay(at) + clock(r) + 'Z',
      title,
      party: 'Amazon.co.uk',
      money: -pounds,
      external_id: number,
      account: '',
      import_id: i < 61 ? 8 : 1,
      values: {
        orderNumber: number,
        orderQuantity: '1',
        price: `${pounds.toFixed(2)} GBP`,
        marketplace: 'Amazon.co.uk',
        paymentMethod: 'Visa - 4417',
        deliveryStatus: 'Shipped',
        shipDate: isoDay(at + DAY),
        deliveryAddress: 'N. Whitfield, 14 Cotham Vale, Bristol BS6',
        ...(isbn ? { isbn, sku: isbn } : { sku: `B0${r.whole(10000000, 99999999)}` }),
      },
    };
    list.push(order);
    if (i % 41 === 7) {
      list.push({ ...order, kind: 'refund', money: pounds, moment: isoDay(at + 9 * DAY) + clock(r) + 'Z', values: { orderNumber: number, reason: 'Customer return' } });
    }
  }
  return list;
}

function bank(r: Random): Draft[] {
  const list: Draft[] = [];
  for (let i = 0; i < 2480; i++) {
    const at = LAST - Math.floor((i / 2480) * 3.8 * 365) * DAY;
    const salary = i % 62 === 11;
    const [shop, category, least, most] = r.pick(SHOPS);
    const money = salary ? 2684.32 : -(r.whole(least * 100, most * 100) / 100);
    list.push({
      kind: 'bank_transaction',
      vendor: MONZO,
      moment: isoDay(at) + clock(r),
      title: salary ? 'Salary' : shop,
      party: salary ? 'Avonside Maps Ltd' : shop,
      money,
      status: i < 2 ? 'pending' : 'booked',
      external_id: `tx_0000A${(900000 - i).toString(36).toUpperCase()}`,
      account: 'Current account ··· 2209',
      import_id: i < 118 ? 9 : 2,
      values: {
        transactionType: salary ? 'Faster payment' : 'Card payment',
        category: salary ? 'Income' : category,
        originalAmount: `${money.toFixed(2)} GBP`,
        ...(salary ? { counterpartyAccount: '04-00-04 ··· 1180', memo: 'Thank you, Nora' } : {}),
      },
    });
  }
  return list;
}

function flights(r: Random): Draft[] {
  const list: Draft[] = [];
  for (let i = 0; i < 86; i++) {
    const at = LAST - Math.floor((i / 86) * 8.2 * 365 + r.whole(0, 9)) * DAY;
    const [from, to, airline, prefix, miles] = LEGS[i % LEGS.length] ?? LEGS[0]!;
    const number = `${prefix}${r.whole(120, 2980)}`;
    const city = (place: string) => place.replace(/ \(.*/, '');
    list.push({
      kind: 'flight',
      vendor: FLIGHTS,
      moment: `${isoDay(at)}T${two(r.whole(6, 20))}:${two(r.whole(0, 11) * 5)}`,
      title: `${city(from)} → ${city(to)}`,
      party: airline,
      external_id: `${number} ${isoDay(at)}`,
      account: '',
      import_id: 3,
      values: {
        flightNumber: number,
        departureAirport: from,
        arrivalAirport: to,
        cabinClass: i % 9 === 0 ? 'Business' : 'Economy',
        seatNumber: `${r.whole(3, 31)}${r.pick(['A', 'C', 'D', 'F'])}`,
        aircraft: miles > 2000 ? 'Boeing 777-200 (B772)' : 'Embraer 190 (E190)',
        distance: `${miles} mi`,
        duration: String(2400 + miles * 7),
      },
    });
    if (prefix === 'LH') {
      list.push({
        kind: 'loyalty_entry',
        vendor: MILES,
        moment: isoDay(at + 4 * DAY),
        title: `${number} ${city(from)}–${city(to)}`,
        party: 'Lufthansa',
        money: Math.round(miles * 1.25),
        unit: 'miles',
        external_id: `MM-${100000 + i}`,
        account: '9920 ··· ··· 118',
        import_id: 4,
        values: { awardMiles: String(Math.round(miles * 1.25)), statusPoints: '20', category: 'Flight', membershipNumber: '992003471186118' },
      });
    }
  }
  return list;
}

function listens(r: Random): Draft[] {
  return Array.from({ length: 5210 }, (_, i): Draft => {
    const at = LAST - Math.floor((i / 5210) * 2.6 * 365) * DAY;
    const [song, artist, album] = r.pick(SONGS);
    return {
      kind: 'listen',
      vendor: SPOTIFY,
      moment: isoDay(at) + clock(r) + 'Z',
      title: song,
      party: artist,
      external_id: '',
      account: '',
      import_id: 5,
      values: { byArtist: artist, inAlbum: album, duration: String(r.whole(48, 412)), device: r.pick(['android', 'web player']), country: 'GB', skipped: String(r.next() < 0.1) },
    };
  });
}

function energy(r: Random): Draft[] {
  return Array.from({ length: 610 }, (_, i): Draft => {
    const at = LAST - i * DAY;
    const winter = Math.cos((new Date(at).getUTCMonth() / 12) * 2 * Math.PI);
    return {
      kind: 'energy_reading',
      vendor: OCTOPUS,
      moment: isoDay(at),
      title: 'Electricity used in a day',
      party: 'Octopus Energy',
      money: Number((7.2 + winter * 2.6 + r.next() * 1.8).toFixed(3)),
      unit: 'kWh',
      external_id: `${isoDay(at)}`,
      account: 'Meter ··· 0417',
      import_id: 6,
      values: { direction: 'Import', meter: '21E0047 0417', endDate: isoDay(at + DAY) },
    };
  });
}

/** All records, newest first. The id is the place from the end, so that later ones have higher ids. */
export const RECORDS: Sample[] = (() => {
  const r = new Random(20261121);
  const drafts = [...orders(r), ...bank(r), ...flights(r), ...listens(r), ...energy(r)];
  drafts.sort((a, b) => (a.moment < b.moment ? 1 : a.moment > b.moment ? -1 : 0));
  return drafts.map((d, i) => ({
    id: drafts.length - i,
    kind: d.kind,
    moment: d.moment,
    title: d.title,
    party: d.party,
    amount: d.money === undefined ? null : { value: d.unit ? String(d.money) : d.money.toFixed(2), unit: d.unit ?? 'GBP' },
    status: d.status ?? 'booked',
    vendor: d.vendor,
    account: d.account,
    external_id: d.external_id,
    values: d.values,
    import_id: d.import_id,
    file_row: drafts.length - i + 1,
  }));
})();
