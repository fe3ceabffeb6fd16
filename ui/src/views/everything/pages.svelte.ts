/**
 * A list of any length, read page by page as it is scrolled. Only pages near the eye stay in memory; the others are read again from the cursor
 * that began them, so a million records cost no more than a few thousand.
 */
import { call, failureFrom, type Failure } from '../../api/bridge';
import type { FindRecords } from '../../api/generated/FindRecords';
import type { RecordRow } from '../../api/generated/RecordRow';
import { noticeFailure } from '../../state/session.svelte';

export const PAGE = 200;
const KEEP = 24;

export class Pages {
  /** How many rows can be scrolled to now: all that were reached, and one page more while there is more. */
  reachable = $state(0);
  total = $state(0);
  exact = $state(true);
  loading = $state(false);
  failure = $state.raw<Failure>();
  /** Rises with each page that arrives, so that rows on screen are read again. */
  revision = $state(0);

  #request: Omit<FindRecords, 'cursor' | 'limit'> | undefined;
  #round = 0;
  /** Where page i begins; `undefined` ends the list of those reached. */
  #cursors: (string | null)[] = [null];
  #pages = new Map<number, RecordRow[]>();
  #pending = new Map<number, Promise<void>>();

  /** Starts a new search. Rows of the one before stay until its first page is here. */
  async search(request: Omit<FindRecords, 'cursor' | 'limit'>): Promise<void> {
    this.#request = request;
    const round = ++this.#round;
    this.loading = true;
    try {
      const found = await call('record.find', { ...request, cursor: null, limit: PAGE });
      if (round !== this.#round) return;
      this.#pages = new Map([[0, found.rows]]);
      this.#pending.clear();
      this.#cursors = found.next === null ? [null] : [null, found.next];
      this.reachable = found.rows.length + (found.next === null ? 0 : PAGE);
      this.total = found.total;
      this.exact = found.total_is_exact;
      this.failure = undefined;
      this.revision++;
    } catch (thrown) {
      if (round !== this.#round) return;
      this.failure = failureFrom(thrown);
      noticeFailure(this.failure);
    } finally {
      if (round === this.#round) this.loading = false;
    }
  }

  row(index: number): RecordRow | undefined {
    return this.#pages.get(Math.floor(index / PAGE))?.[index % PAGE];
  }

  /** Sees to it that these rows are here soon. */
  want(from: number, until: number): void {
    const first = Math.floor(from / PAGE);
    const last = Math.floor(Math.max(from, until - 1) / PAGE);
    for (let page = first; page <= last; page++) this.#read(page);
    if (this.#pages.size > KEEP) {
      for (const page of this.#pages.keys()) {
        if (page < first - KEEP / 2 || page > last + KEEP / 2) this.#pages.delete(page);
      }
    }
  }

  #read(page: number): void {
    const cursor = this.#cursors[page];
    if (cursor === undefined || this.#pages.has(page) || this.#pending.has(page) || !this.#request) return;
    const round = this.#round;
    const pending = call('record.find', { ...this.#request, cursor, limit: PAGE })
      .then((found) => {
        if (round !== this.#round) return;
        this.#pages.set(page, found.rows);
        if (found.next !== null && this.#cursors.length === page + 1) this.#cursors.push(found.next);
        if (this.#cursors.length <= page + 2) this.reachable = page * PAGE + found.rows.length + (found.next === null ? 0 : PAGE);
        this.revision++;
      })
      .catch((thrown: unknown) => {
        if (round === this.#round) this.failure = failureFrom(thrown);
      })
      .finally(() => {
        if (round === this.#round) this.#pending.delete(page);
      });
    this.#pending.set(page, pending);
  }
}
