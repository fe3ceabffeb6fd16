import { beforeEach, expect, it, vi } from 'vitest';

const invoke = vi.hoisted(() => vi.fn());
const listener = vi.hoisted(() => ({ now: undefined as undefined | ((event: { payload: unknown }) => void) }));
vi.mock('@tauri-apps/api/core', () => ({
  invoke,
  Channel: class {
    onmessage: unknown;
  },
}));
vi.mock('@tauri-apps/api/webview', () => ({
  getCurrentWebview: () => ({
    onDragDropEvent: async (handler: (event: { payload: unknown }) => void) => {
      listener.now = handler;
      return () => (listener.now = undefined);
    },
  }),
}));
vi.mock('@tauri-apps/plugin-dialog', () => ({ open: vi.fn(async () => null), save: vi.fn(async () => null) }));

import { Failure } from './bridge';
import { tauriBridge } from './tauri';

beforeEach(() => invoke.mockReset());

it('calls the one command with name, request as text, job and a channel, and reads the text it answers', async () => {
  invoke.mockResolvedValueOnce('{"records":3}');
  await expect(tauriBridge.call('vendor.get', { slug: 'amazon' })).resolves.toEqual({ records: 3 });
  const [command, args] = invoke.mock.calls[0] ?? [];
  expect(command).toBe('call');
  expect(args).toMatchObject({ name: 'vendor.get', request: '{"slug":"amazon"}' });
  expect(typeof args.job).toBe('string');
  expect(args.progress).toBeDefined();
});

it('gives every call a job of its own', async () => {
  invoke.mockResolvedValue('{}');
  await tauriBridge.call('home', {});
  await tauriBridge.call('home', {});
  expect(invoke.mock.calls[0]?.[1].job).not.toBe(invoke.mock.calls[1]?.[1].job);
});

it('turns what the app rejects into a failure with its words', async () => {
  invoke.mockRejectedValueOnce({ code: 'vault-locked', title: 'The vault is locked.', what_to_do: 'Unlock it.', question: null });
  const thrown = await tauriBridge.call('home', {}).catch((e: unknown) => e);
  expect(thrown).toBeInstanceOf(Failure);
  expect((thrown as Failure).view.what_to_do).toBe('Unlock it.');
});

it('cancels by job, and passes progress on only while it runs', async () => {
  let finish: (value: unknown) => void = () => undefined;
  invoke.mockImplementation((command: string) => (command === 'call' ? new Promise((resolve) => (finish = resolve)) : Promise.resolve()));
  const told: number[] = [];
  const stop = new AbortController();
  const run = tauriBridge.call('import.commit', { preview_id: 'p' }, (p) => told.push(p.done), stop.signal);
  const { job, progress } = invoke.mock.calls[0]?.[1] ?? {};
  progress.onmessage({ phase: 'storing', done: 1, total: 2, seconds_left: null, paused: false });
  stop.abort();
  expect(invoke).toHaveBeenLastCalledWith('cancel', { job });
  finish('{}');
  await run;
  progress.onmessage({ phase: 'storing', done: 2, total: 2, seconds_left: null, paused: false });
  expect(told).toEqual([1]);
});

it('K3: copies through the app, which takes it off the clipboard again', async () => {
  invoke.mockResolvedValueOnce(null);
  await tauriBridge.copy('K7QM', true);
  expect(invoke).toHaveBeenLastCalledWith('copy', { text: 'K7QM', secret: true });
});

it('pauses and continues by job, as long as it runs', async () => {
  let finish: (value: unknown) => void = () => undefined;
  invoke.mockImplementation((command: string) => (command === 'call' ? new Promise((resolve) => (finish = resolve)) : Promise.resolve()));
  const { signal } = new AbortController();
  const run = tauriBridge.call('import.commit', { preview_id: 'p' }, undefined, signal);
  const { job } = invoke.mock.calls[0]?.[1] ?? {};
  tauriBridge.pause(signal, true);
  expect(invoke).toHaveBeenLastCalledWith('pause', { job, paused: true });
  tauriBridge.pause(signal, false);
  expect(invoke).toHaveBeenLastCalledWith('pause', { job, paused: false });
  finish('{}');
  await run;
  tauriBridge.pause(signal, true);
  expect(invoke).toHaveBeenCalledTimes(3);
});

it('hands dropped paths on', async () => {
  const events = { over: vi.fn(), leave: vi.fn(), drop: vi.fn() };
  const stop = await tauriBridge.onDrop(events);
  listener.now?.({ payload: { type: 'enter', paths: ['/a.zip'] } });
  listener.now?.({ payload: { type: 'drop', paths: ['/a.zip'] } });
  listener.now?.({ payload: { type: 'leave' } });
  expect(events.over).toHaveBeenCalledOnce();
  expect(events.drop).toHaveBeenCalledWith(['/a.zip']);
  expect(events.leave).toHaveBeenCalledOnce();
  stop();
});

it('takes a closed dialog for no choice', async () => {
  await expect(tauriBridge.pickFiles('x')).resolves.toEqual([]);
  await expect(tauriBridge.pickSavePath('x', 'y')).resolves.toBeNull();
});
