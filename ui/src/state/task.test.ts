import { afterEach, expect, it, vi } from 'vitest';
import { Failure, useBridge, type Bridge } from '../api/bridge';
import { person } from './person.svelte';
import { Task } from './task.svelte';

const answers: Array<{ resolve: (value: unknown) => void; reject: (e: unknown) => void; signal: AbortSignal | undefined; request: unknown }> = [];
useBridge({
  call: (_: string, request: unknown, __: unknown, signal?: AbortSignal) => new Promise((resolve, reject) => answers.push({ resolve, reject, signal, request })),
} as unknown as Bridge);
afterEach(() => answers.splice(0));

it('ignores the answer to a question that was asked again', async () => {
  const task = new Task('record.get');
  const first = task.run({ id: 1 });
  const second = task.run({ id: 2 });
  answers[1]?.resolve({ row: { id: 2 } });
  answers[0]?.resolve({ row: { id: 1 } });
  expect(await first).toBeUndefined();
  expect(await second).toEqual({ row: { id: 2 } });
  expect(task.value).toEqual({ row: { id: 2 } });
  expect(answers[0]?.signal?.aborted).toBe(true);
});

it('shows a failure with what to do', async () => {
  const task = new Task('home');
  const run = task.run({});
  answers[0]?.reject(new Failure({ code: 'x', title: 'It broke.', what_to_do: 'Mend it.', question: null }));
  await run;
  expect(task.failure?.view).toMatchObject({ title: 'It broke.', what_to_do: 'Mend it.' });
  expect(task.running).toBe(false);
});

it('makes a sentence of anything else that is thrown', async () => {
  const task = new Task('home');
  const run = task.run({});
  answers[0]?.reject(new TypeError('undefined is not a function'));
  await run;
  expect(task.failure?.view.title).not.toContain('undefined');
  expect(task.failure?.view.what_to_do).not.toBe('');
});

it('does not call a wanted stop a failure', async () => {
  const task = new Task('import.preview');
  const run = task.run({ paths: [], answers: [], password: null });
  task.cancel();
  expect(answers[0]?.signal?.aborted).toBe(true);
  answers[0]?.reject({ code: 'cancelled', title: 'Cancelled.', what_to_do: '', question: null });
  await run;
  expect(task.failure).toBeUndefined();
  vi.restoreAllMocks();
});

const needed = { code: 'confirm-needed', title: 'This needs your passphrase.', what_to_do: 'Type it.', question: null };

it('asks whether the person is there, and then runs the same request again', async () => {
  const task = new Task('export.all');
  const run = task.run({ dir: '/tmp/out', into_cloud: false });
  answers[0]?.reject(needed);
  await vi.waitFor(() => expect(person.asking).toBe(true));
  person.answer(true);
  await vi.waitFor(() => expect(answers).toHaveLength(2));
  expect(answers[1]?.request).toEqual({ dir: '/tmp/out', into_cloud: false });
  answers[1]?.resolve({ files: 3 });
  expect(await run).toEqual({ files: 3 });
  expect(person.asking).toBe(false);
});

it.each([
  ['the person closes the question', () => person.answer(false)],
  ['the command is called off', (task: Task<'export.all'>) => task.cancel()],
])('gives up without a failure when %s', async (_, stop) => {
  const task = new Task('export.all');
  const run = task.run({ dir: '/tmp/out', into_cloud: false });
  answers[0]?.reject(needed);
  await vi.waitFor(() => expect(person.asking).toBe(true));
  stop(task);
  expect(await run).toBeUndefined();
  expect(answers).toHaveLength(1);
  expect([task.failure, task.running, person.asking]).toEqual([undefined, false, false]);
});
