/** Opens the whole window on recorded data, at a place of a scene, the way a person would find it. */
import { render, screen, waitFor } from '@testing-library/svelte';
import { vi } from 'vitest';
import App from './App.svelte';
import { useBridge, type Bridge, type CommandName, type Request } from './api/bridge';
import { recordedBridge } from './api/recorded';
import { importing } from './state/importing.svelte';
import { route, placeOf } from './state/route.svelte';
import { search } from './state/search.svelte';
import { session } from './state/session.svelte';
import { speaker } from './state/speak.svelte';

export interface Window {
  /** Requests of one command so far, oldest first. */
  calls<C extends CommandName>(name: C): Request<C>[];
  bridge: Bridge;
}

export async function openWindow(scene = '', place = ''): Promise<Window> {
  const recorded = recordedBridge(new URLSearchParams(scene));
  const seen: { name: CommandName; request: unknown }[] = [];
  const bridge: Bridge = {
    ...recorded,
    call(name, request, onProgress, signal) {
      seen.push({ name, request: JSON.parse(JSON.stringify(request)) });
      return recorded.call(name, request, onProgress, signal);
    },
  };
  useBridge(bridge);
  search.begin();
  await importing.discard();
  session.settingUp = false;
  session.offerKeyring = false;
  speaker.hush();
  location.hash = '#/' + place;
  route.place = placeOf('#/' + place);
  await session.refresh();
  render(App);
  await screen.findByRole('heading', { level: 1 });
  return {
    bridge,
    calls: <C extends CommandName>(name: C) => seen.filter((s) => s.name === name).map((s) => s.request as Request<C>),
  };
}

export const button = (name: string | RegExp): Promise<HTMLElement> => screen.findByRole('button', { name });
export const click = async (name: string | RegExp): Promise<void> => {
  const found = await button(name);
  await waitFor(() => {
    if ((found as HTMLButtonElement).disabled) throw new Error(`${String(name)} is disabled`);
  });
  found.click();
};

export function type(field: HTMLElement, text: string): void {
  const input = field as HTMLInputElement;
  input.value = text;
  input.dispatchEvent(new Event('input', { bubbles: true }));
  input.dispatchEvent(new Event('change', { bubbles: true }));
}

export { screen, waitFor, vi };
