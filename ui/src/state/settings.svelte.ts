/** The person's choices about this installation. */
import { call } from '../api/bridge';
import type { Settings } from '../api/generated/Settings';
import { Task } from './task.svelte';

const systemIsDark = matchMedia('(prefers-color-scheme: dark)');

class Choices {
  value = $state.raw<Settings>({ theme: 'system', lock_after_minutes: 15 });

  /** Before the first view, so that it never flashes in the wrong colours. */
  async load(): Promise<void> {
    systemIsDark.addEventListener('change', () => this.#paint());
    try {
      this.value = await call('settings.get', {});
    } catch {
      // The defaults serve; the settings screen shows the failure when something is changed.
    }
    this.#paint();
  }

  /** Shows a choice at once, and stores it. */
  async change(part: Partial<Settings>, task: Task<'settings.set'>): Promise<void> {
    this.value = { ...this.value, ...part };
    this.#paint();
    await task.run({ settings: this.value });
  }

  #paint(): void {
    const dark = this.value.theme === 'dark' || (this.value.theme === 'system' && systemIsDark.matches);
    document.documentElement.dataset['theme'] = dark ? 'dark' : 'light';
  }
}

export const settings = new Choices();
