/** New exports in the folder that the person lets Holdall watch: looked for while the vault is open, and only offered. */
import { call } from '../api/bridge';
import type { FoundExport } from '../api/generated/FoundExport';
import type { WatchView } from '../api/generated/WatchView';
import { importing } from './importing.svelte';
import { route } from './route.svelte';
import { Task } from './task.svelte';

/** Milliseconds between two looks. */
const EVERY = 5000;

class Watch {
  view = $state.raw<WatchView>();
  offers = $state.raw<FoundExport[]>([]);
  readonly changing = new Task('watch.set');
  readonly declining = new Task('watch.decline');
  #looking = false;

  /** From when the vault opens until it closes. */
  begin(): () => void {
    void this.#ask();
    const timer = setInterval(() => void this.#look(), EVERY);
    return () => {
      clearInterval(timer);
      this.view = undefined;
      this.offers = [];
    };
  }

  async choose(folder: string | null): Promise<void> {
    const view = await this.changing.run({ folder });
    if (!view) return;
    this.view = view;
    this.offers = [];
    void this.#look();
  }

  look(offer: FoundExport): void {
    route.go('import');
    void importing.read([offer.path]);
  }

  async decline(offer: FoundExport): Promise<void> {
    if (await this.declining.run({ path: offer.path })) this.offers = this.offers.filter((o) => o.path !== offer.path);
  }

  async #ask(): Promise<void> {
    try {
      this.view = await call('watch.get', {});
    } catch {
      // Nothing is watched then; the settings say so.
    }
    void this.#look();
  }

  async #look(): Promise<void> {
    if (this.#looking || !this.view?.folder || document.hidden) return;
    this.#looking = true;
    try {
      const found = await call('watch.look', { folder: null });
      if (this.view?.folder) this.offers = found.offers;
    } catch {
      // A vault that was just locked, or a folder that went away: the next look tells.
    } finally {
      this.#looking = false;
    }
  }
}

export const watch = new Watch();
