/** Builds the exact bytes of a share from the sample records, the way the app does: what is shown is what is hashed. */
import type { PreviewShare } from '../generated/PreviewShare';
import type { PreviewTable } from '../generated/PreviewTable';
import type { SharePreview } from '../generated/SharePreview';
import type { Kind } from '../generated/Kind';
import { OFFERS } from './partners';
import { RECORDS, type Sample } from './records';

const KIND_OF: Record<string, Kind> = { flights: 'flight', memberships: 'loyalty_entry', purchases: 'order_line' };

function value(s: Sample, name: string, precision: string | null): string {
  if (name === 'moment') {
    const moment = s.moment ?? '';
    return moment.slice(0, precision === 'year' ? 4 : precision === 'month' ? 7 : precision === 'day' ? 10 : moment.length);
  }
  if (name === 'title') return s.title;
  if (name === 'party') return s.party;
  if (name === 'amount') return s.amount ? `${s.amount.value} ${s.amount.unit}` : '';
  return s.values[name] ?? '';
}

async function sha256(text: string): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Array.from(new Uint8Array(hash), (b) => b.toString(16).padStart(2, '0')).join('');
}

export async function previewShare(request: PreviewShare): Promise<SharePreview | undefined> {
  const offer = OFFERS.find((o) => o.partner === request.partner && o.purpose === request.purpose);
  if (!offer) return undefined;
  const tables: PreviewTable[] = [];
  const lines: string[] = [];
  for (const strand of offer.strands) {
    const choice = request.strands.find((c) => c.strand === strand.strand);
    if (!strand.required && !choice) continue;
    const fields = strand.fields.filter((f) => f.required || choice?.fields.includes(f.name));
    const rows = RECORDS.filter((s) => {
      const date = s.moment?.slice(0, 10) ?? '';
      return (
        s.kind === KIND_OF[strand.strand] &&
        (strand.strand !== 'purchases' || s.values['isbn'] !== undefined) &&
        date >= (choice?.since ?? strand.since ?? '') &&
        (!choice?.until || date <= choice.until) &&
        !choice?.exclude.includes(s.id)
      );
    }).slice(0, strand.max_records ?? undefined);
    for (const s of rows) {
      lines.push(JSON.stringify({ strand: strand.strand, ...Object.fromEntries(fields.map((f) => [f.name, value(s, f.name, f.precision)])) }));
    }
    tables.push({
      strand: strand.strand,
      label: strand.label,
      columns: fields.map((f) => f.label),
      rows: rows.slice(0, 500).map((s) => fields.map((f) => value(s, f.name, f.precision))),
      record_ids: rows.slice(0, 500).map((s) => s.id),
      total_rows: rows.length,
    });
  }
  const text = lines.join('\n') + '\n';
  const total = tables.reduce((n, t) => n + t.total_rows, 0);
  const days = request.days ?? offer.day_choices[0] ?? 30;
  const ends = new Date(Date.UTC(2026, 10, 21 + days)).toISOString().slice(0, 10);
  return {
    preview_id: `${request.partner} ${request.purpose} ${days}`,
    sha256: await sha256(text),
    bytes: text.length,
    rows: total,
    tables,
    text: text.slice(0, 65_536),
    partner: offer.partner,
    partner_name: offer.partner_name,
    purpose: offer.purpose,
    title: offer.title,
    gives_back: offer.gives_back,
    notice: `I give ${offer.partner_name} the ${total} rows shown above, for “${offer.title}” and for nothing else, until ${ends}. It keeps them in ${offer.storage_locations.join(', ')}. I can stop this at any time, as easily as I give it; ${offer.partner_name} then deletes the data and signs a statement about it.`,
    ends,
    others: request.strands.some((c) => c.fields.some((f) => f === 'passengerName' || f === 'giftRecipient'))
      ? ['Other people appear in these rows. Ask them first, or leave that field out.']
      : [],
    left_out: offer.purpose === 'reading-advice' ? ['41 purchases without an ISBN stay here: they are no printed books.'] : [],
    problems: total === 0 ? ['There are no rows to share. Choose a longer period, or put back rows you left out.'] : [],
  };
}
