import { mount } from 'svelte';
import App from './App.svelte';
import { useBridge } from './api/bridge';
import { watchPresence } from './state/presence';
import { session } from './state/session.svelte';
import { settings } from './state/settings.svelte';
import './style/tokens.css';
import './style/base.css';
import './style/controls.css';

async function start(): Promise<void> {
  if (window.__TAURI_INTERNALS__ === undefined) {
    const { recordedBridge } = await import('./api/recorded');
    useBridge(recordedBridge(new URLSearchParams(location.search)));
  } else {
    const { tauriBridge } = await import('./api/tauri');
    useBridge(tauriBridge);
  }
  const target = document.getElementById('app');
  if (!target) return;
  await Promise.all([settings.load(), session.refresh()]);
  watchPresence();
  mount(App, { target });
}

void start();
