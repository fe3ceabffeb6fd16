/** One command under way: its progress, its answer, its failure, and a way to stop it. */
import { bridge, call, Failure, failureFrom, wasCancelled, type CommandName, type Request, type View } from '../api/bridge';
import type { ProgressView } from '../api/generated/ProgressView';
import { person } from './person.svelte';
import { noticeFailure } from './session.svelte';

export class Task<C extends CommandName> {
  readonly name: C;
  value = $state.raw<View<C>>();
  failure = $state.raw<Failure>();
  progress = $state.raw<ProgressView>();
  running = $state(false);
  /** The person wants it to stand still; that it does is told by its progress. */
  paused = $state(false);
  #round = 0;
  #stop: AbortController | undefined;

  constructor(name: C) {
    this.name = name;
  }

  /** Runs the command. An answer that comes after a newer run began is thrown away. */
  async run(request: Request<C>): Promise<View<C> | undefined> {
    this.#stop?.abort();
    const stop = new AbortController();
    const round = ++this.#round;
    this.#stop = stop;
    this.running = true;
    this.progress = undefined;
    this.failure = undefined;
    this.paused = false;
    try {
      const value = await this.#call(request, round, stop.signal);
      if (round !== this.#round) return undefined;
      this.value = value;
      return value;
    } catch (thrown) {
      if (round !== this.#round) return undefined;
      const failure = failureFrom(thrown);
      noticeFailure(failure);
      if (!wasCancelled(failure)) this.failure = failure;
      return undefined;
    } finally {
      if (round === this.#round) this.running = false;
    }
  }

  /** Calls, and once more if the person had to type the passphrase first. */
  async #call(request: Request<C>, round: number, signal: AbortSignal): Promise<View<C>> {
    const ask = () => call(this.name, request, (p) => (this.progress = round === this.#round ? p : this.progress), signal);
    try {
      return await ask();
    } catch (thrown) {
      if (failureFrom(thrown).code !== 'confirm-needed') throw thrown;
      if (await person.ask(signal)) return ask();
      throw new Failure({ code: 'cancelled', title: 'Cancelled.', what_to_do: '', question: null });
    }
  }

  pause(paused: boolean): void {
    if (!this.running || !this.#stop) return;
    this.paused = paused;
    bridge().pause(this.#stop.signal, paused);
  }

  cancel(): void {
    this.#stop?.abort();
  }

  /** Forgets answer and failure; a run under way is stopped and its answer ignored. */
  clear(): void {
    this.#stop?.abort();
    this.#round++;
    this.running = false;
    this.value = undefined;
    this.failure = undefined;
    this.progress = undefined;
  }
}
