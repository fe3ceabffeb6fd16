/** Light or dark: the person's choice, or the system's. */
import { call } from '../api/bridge';
import type { Theme } from '../api/generated/Theme';

const systemIsDark = matchMedia('(prefers-color-scheme: dark)');

class ThemeChoice {
  choice = $state<Theme>('system');

  show(choice: Theme): void {
    this.choice = choice;
    this.apply();
  }

  apply(): void {
    const dark = this.choice === 'dark' || (this.choice === 'system' && systemIsDark.matches);
    document.documentElement.dataset['theme'] = dark ? 'dark' : 'light';
  }

  async load(): Promise<void> {
    this.apply();
    systemIsDark.addEventListener('change', () => this.apply());
    try {
      this.show((await call('settings.get', {})).theme);
    } catch {
      // Without stored settings the system decides; the settings screen shows the failure when it is opened.
    }
  }
}

export const theme = new ThemeChoice();
