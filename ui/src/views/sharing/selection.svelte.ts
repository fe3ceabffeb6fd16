/** What the person gives, while choosing. It begins with the least: required fields, no optional strand, the shortest time. */
import type { OfferStrand } from '../../api/generated/OfferStrand';
import type { OfferView } from '../../api/generated/OfferView';
import type { PreviewShare } from '../../api/generated/PreviewShare';

export class StrandSelection {
  readonly offer: OfferStrand;
  included = $state(false);
  /** Optional fields given. */
  extra = $state<string[]>([]);
  since = $state('');
  until = $state('');
  sinceWrong = $state(false);
  untilWrong = $state(false);
  /** Records left out. */
  exclude = $state<number[]>([]);

  constructor(offer: OfferStrand) {
    this.offer = offer;
    this.included = offer.required;
    this.since = offer.since ?? '';
  }

  toggleField(name: string): void {
    this.extra = this.extra.includes(name) ? this.extra.filter((n) => n !== name) : [...this.extra, name];
  }

  toggleRow(id: number): void {
    this.exclude = this.exclude.includes(id) ? this.exclude.filter((n) => n !== id) : [...this.exclude, id];
  }
}

export class Selection {
  readonly offer: OfferView;
  readonly strands: StrandSelection[];
  days = $state(0);

  constructor(offer: OfferView) {
    this.offer = offer;
    this.strands = offer.strands.map((s) => new StrandSelection(s));
    this.days = Math.min(...offer.day_choices, offer.max_days);
  }

  /** A date that cannot be read must stop the share: without it, more would be given than the person meant. */
  get unclear(): boolean {
    return this.strands.some((s) => s.included && (s.sinceWrong || s.untilWrong));
  }

  request(): PreviewShare {
    return {
      partner: this.offer.partner,
      purpose: this.offer.purpose,
      strands: this.strands
        .filter((s) => s.included)
        .map((s) => ({
          strand: s.offer.strand,
          fields: s.offer.fields.filter((f) => f.required || s.extra.includes(f.name)).map((f) => f.name),
          since: s.since || null,
          until: s.until || null,
          exclude: [...s.exclude],
        })),
      days: this.days,
    };
  }
}
