import type { HowToGet } from '../generated/HowToGet';
import type { VendorRef } from '../generated/VendorRef';

export const AMAZON: VendorRef = { slug: 'amazon', name: 'Amazon' };
export const MONZO: VendorRef = { slug: 'monzo', name: 'Monzo' };
export const FLIGHTS: VendorRef = { slug: 'myflightradar24', name: 'myFlightradar24' };
export const MILES: VendorRef = { slug: 'miles-and-more', name: 'Miles & More' };
export const SPOTIFY: VendorRef = { slug: 'spotify', name: 'Spotify' };
export const OCTOPUS: VendorRef = { slug: 'octopus-energy', name: 'Octopus Energy' };

export const VENDORS = [AMAZON, MONZO, FLIGHTS, MILES, SPOTIFY, OCTOPUS];

function guide(vendor: VendorRef, countries: string[], link: string, wait: string, files: string[], steps: string[]): HowToGet {
  return { vendor, countries, steps, link, wait, files, privacy_contact: null };
}

export const DIRECTORY: HowToGet[] = [
  guide(AMAZON, ['GB', 'DE', 'US', 'FR', 'IT', 'ES'], 'https://www.amazon.co.uk/hz/privacy-central/data-requests/preview.html', 'Some hours to 7 days', ['Your Orders.zip'], [
    'Sign in and open “Request your data”.',
    'Choose “Your Orders” and send the request.',
    'Confirm with the link in the e-mail that Amazon sends you.',
    'Wait for the second e-mail, then download the file and drop it here as it is.',
  ]),
  guide({ slug: 'chase', name: 'Chase' }, ['US'], 'https://www.chase.com', 'At once', ['Chase1234_Activity.csv'], [
    'Open the account and choose “Download account activity”.',
    'Choose CSV and the longest period there is.',
    'Drop the file here.',
  ]),
  guide({ slug: 'flighty', name: 'Flighty' }, ['Everywhere'], 'https://flighty.com', 'At once', ['FlightyExport.csv'], [
    'In the app open Settings, then “Export your flights”.',
    'Send the file to this computer and drop it here.',
  ]),
  guide({ slug: 'ing-de', name: 'ING (Germany)' }, ['DE'], 'https://www.ing.de', 'At once', ['Umsatzanzeige_….csv'], [
    'Open the account and choose the period.',
    'Choose “Export”, then CSV.',
    'Drop the file here.',
  ]),
  guide(MILES, ['DE', 'AT', 'CH', 'GB'], 'https://www.miles-and-more.com', 'Up to one month', ['customer_data.json'], [
    'Sign in and open your profile, then “Data protection”.',
    'Ask for a copy of your data in a machine-readable form.',
    'Download the JSON file when it is ready and drop it here.',
  ]),
  guide(MONZO, ['GB'], 'https://monzo.com/help', 'At once', ['Monzo Data Export.csv'], [
    'In the app open the account, then the three dots, then “Export”.',
    'Choose CSV and “All transactions”.',
    'Send the file to this computer and drop it here.',
  ]),
  guide(FLIGHTS, ['Everywhere'], 'https://my.flightradar24.com/settings/export', 'At once', ['flightdiary_2026_11_02.csv'], [
    'Sign in and open Settings, then “Export”.',
    'Choose CSV.',
    'Drop the file here.',
  ]),
  guide({ slug: 'n26', name: 'N26' }, ['DE', 'AT', 'FR', 'ES', 'IT'], 'https://app.n26.com', 'At once', ['n26-csv-transactions.csv'], [
    'Sign in on the web and open “Downloads”.',
    'Choose CSV and the longest period there is.',
    'Drop the file here.',
  ]),
  guide(OCTOPUS, ['GB'], 'https://octopus.energy/dashboard', 'At once', ['consumption.csv'], [
    'Open your account, then “My energy”, then “Get your usage data”.',
    'Choose half-hourly and the longest period there is.',
    'Drop the file here.',
  ]),
  guide({ slug: 'revolut', name: 'Revolut' }, ['GB', 'IE', 'DE', 'FR', 'PL'], 'https://app.revolut.com', 'At once', ['account-statement_….csv'], [
    'Open the account, then “Statement”.',
    'Choose Excel or CSV and the longest period there is.',
    'Drop the file here.',
  ]),
  guide(SPOTIFY, ['Everywhere'], 'https://www.spotify.com/account/privacy/', 'Up to 30 days', ['my_spotify_data.zip'], [
    'Open “Account privacy” and choose “Extended streaming history”.',
    'Confirm with the link in the e-mail.',
    'Download the file when it is ready and drop it here as it is.',
  ]),
];
