/** The bridge of the desktop program. The only file that may import `@tauri-apps`. */
import { Channel, invoke } from '@tauri-apps/api/core';
import { getCurrentWebview } from '@tauri-apps/api/webview';
import { open, save } from '@tauri-apps/plugin-dialog';
import { failureFrom, type Bridge, type CommandName, type DropEvents, type Request, type View } from './bridge';
import type { ProgressView } from './generated/ProgressView';

let jobs = 0;
/** Which job a signal ends, for as long as it runs. */
const running = new WeakMap<AbortSignal, string>();

async function call<C extends CommandName>(
  name: C,
  request: Request<C>,
  onProgress?: (progress: ProgressView) => void,
  signal?: AbortSignal,
): Promise<View<C>> {
  const job = String(++jobs);
  const progress = new Channel<ProgressView>();
  let listening = true;
  progress.onmessage = (message) => {
    // The last messages of a channel may arrive after the answer.
    if (listening) onProgress?.(message);
  };
  const cancel = () => void invoke('cancel', { job }).catch(() => undefined);
  if (signal) running.set(signal, job);
  if (signal?.aborted) cancel();
  signal?.addEventListener('abort', cancel, { once: true });
  try {
    // JSON crosses as text: the app parses it once, with strict types.
    const answer = await invoke<string>('call', { name, request: JSON.stringify(request), job, progress });
    return JSON.parse(answer) as View<C>;
  } catch (thrown) {
    throw failureFrom(thrown);
  } finally {
    listening = false;
    if (signal) running.delete(signal);
    signal?.removeEventListener('abort', cancel);
  }
}

async function onDrop(events: DropEvents): Promise<() => void> {
  return getCurrentWebview().onDragDropEvent(({ payload }) => {
    if (payload.type === 'enter' || payload.type === 'over') events.over();
    else if (payload.type === 'drop') events.drop(payload.paths);
    else events.leave();
  });
}

export const tauriBridge: Bridge = {
  recorded: false,
  call,
  async copy(text, secret) {
    await invoke('copy', { text, secret });
  },
  pause(signal, paused) {
    const job = running.get(signal);
    if (job !== undefined) void invoke('pause', { job, paused }).catch(() => undefined);
  },
  async pickFiles(title) {
    const picked = await open({ title, multiple: true, directory: false });
    return picked ?? [];
  },
  async pickFolder(title) {
    return open({ title, multiple: false, directory: true });
  },
  async pickSavePath(title, fileName) {
    return save({ title, defaultPath: fileName });
  },
  onDrop,
};
