/** What the person looks for in Everything. Kept while the window lives, so that coming back finds the same place; never written anywhere. */
import type { Kind } from '../api/generated/Kind';

export interface Filters {
  query: string;
  kinds: Kind[];
  vendor: string;
  from: string;
  to: string;
  /** One import alone, with its file's name for the chip. */
  imported: { id: number; name: string } | null;
}

const ALL: Filters = { query: '', kinds: [], vendor: '', from: '', to: '', imported: null };

class Search {
  filters = $state<Filters>({ ...ALL });
  /** The person asked for the search field with the keyboard. */
  wanted = $state(false);

  /** Starts anew with these filters and no others. */
  begin(some: Partial<Filters> = {}): void {
    this.filters = { ...ALL, ...some };
  }

  get narrowed(): boolean {
    const f = this.filters;
    return f.kinds.length > 0 || f.vendor !== '' || f.from !== '' || f.to !== '' || f.imported !== null;
  }
}

export const search = new Search();
