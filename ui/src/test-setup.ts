/** What jsdom lacks and the window uses. Sizes are those of a window of 1180 × 780. */
import { afterEach, vi } from 'vitest';
import { cleanup, configure } from '@testing-library/svelte';

// Patient enough for a busy machine: a test that passes never waits this long.
configure({ asyncUtilTimeout: 8000, getElementError: (message) => new Error(message?.split('\n\nIgnored nodes')[0]?.slice(0, 600)) });

Object.defineProperty(navigator, 'language', { configurable: true, value: 'en-GB' });
vi.stubGlobal('matchMedia', (query: string) => ({ matches: false, media: query, addEventListener: () => undefined, removeEventListener: () => undefined }));
vi.stubGlobal(
  'ResizeObserver',
  class {
    observe() {}
    unobserve() {}
    disconnect() {}
  },
);
Object.defineProperty(HTMLElement.prototype, 'clientHeight', { configurable: true, get: (): number => 60 * 9 });
Object.defineProperty(HTMLElement.prototype, 'clientWidth', { configurable: true, get: (): number => 900 });
HTMLElement.prototype.scrollTo = function (this: HTMLElement, place?: ScrollToOptions | number) {
  if (typeof place === 'object' && place.top !== undefined) this.scrollTop = place.top;
} as typeof HTMLElement.prototype.scrollTo;
HTMLDialogElement.prototype.showModal = function () {
  this.open = true;
};
HTMLDialogElement.prototype.close = function () {
  this.open = false;
  this.dispatchEvent(new Event('close'));
};

afterEach(() => {
  cleanup();
  location.hash = '';
});
