/** The person's choices about this installation. */
import { call } from '../api/bridge';
import type { Settings } from '../api/generated/Settings';
import { Task } from './task.svelte';

const systemIsDark = matchMedia('(prefers-color-scheme: dark)');

class Choices {
  value = $state.raw<Settings>({ theme: 'system', lock_after_minutes: 15, hidden_from_capture: true });
  /** Whether the system can keep the window out of screenshots and shared screens. */
  canHide = $state(false);

  /** Before the first view, so that it never flashes in the wrong colours. */
  async load(): Promise<void> {
    systemIsDark.addEventListener('change', () => this.#paint());
    try {
      const { settings: value, can_hide_from_capture } = await call('settings.get', {});
      this.value = value;
      this.canHide = can_hide_from_capture;
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
