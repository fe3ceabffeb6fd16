/** Backups of the open vault: what there is, and the one that is due, made by itself while the window is open. */
import type { BackupsView } from '../api/generated/BackupsView';
import { Task } from './task.svelte';

const HOUR = 60 * 60 * 1000;

class Backups {
  view = $state.raw<BackupsView>();
  readonly listing = new Task('backup.list');
  /** The one under way, whoever began it; its failure stays until the next one. */
  readonly making = new Task('backup.make');
  /** The one under way was begun by the clock. */
  byItself = $state(false);
  /** Nothing may be written into the vault meanwhile. */
  held = false;

  /** From when the vault opens until it closes. The answer ends it. */
  watch(): () => void {
    void this.#makeIfDue();
    const timer = setInterval(() => void this.#makeIfDue(), HOUR);
    return () => {
      clearInterval(timer);
      this.listing.clear();
      this.making.clear();
      this.view = undefined;
      this.held = false;
    };
  }

  async look(): Promise<void> {
    const view = await this.listing.run({});
    if (view) this.view = view;
  }

  async make(): Promise<void> {
    this.byItself = false;
    await this.#run(false);
  }

  async #makeIfDue(): Promise<void> {
    await this.look();
    const plan = this.view?.plan;
    if (this.held || this.making.running || !plan?.folder || plan.every_days === 0) return;
    this.byItself = true;
    await this.#run(true);
  }

  async #run(onlyIfDue: boolean): Promise<void> {
    const made = await this.making.run({ folder: null, only_if_due: onlyIfDue });
    if (made?.backup) await this.look();
  }
}

export const backups = new Backups();
