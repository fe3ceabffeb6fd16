/**
 * How the window speaks to the app. Views know this interface and nothing behind it, so that the same window runs in the desktop program
 * (tauri.ts) and, with recorded data, in an ordinary browser tab (recorded.ts).
 */
import type { Commands } from './generated/commands';
import type { ErrorView } from './generated/ErrorView';
import type { ProgressView } from './generated/ProgressView';

export type CommandName = keyof Commands;
export type Request<C extends CommandName> = Commands[C]['request'];
export type View<C extends CommandName> = Commands[C]['view'];

/** What happens to files that are dragged over the window. Only paths arrive: the app alone reads files. */
export interface DropEvents {
  over(): void;
  leave(): void;
  drop(paths: string[]): void;
}

export interface Bridge {
  /** The data is invented, and nothing is stored. */
  readonly recorded: boolean;
  /** Answers with the command's view, or throws a {@link Failure}. */
  call<C extends CommandName>(
    name: C,
    request: Request<C>,
    onProgress?: (progress: ProgressView) => void,
    signal?: AbortSignal,
  ): Promise<View<C>>;
  /** Lets the call with this signal stand still, or go on. One that has ended already is no error. */
  pause(signal: AbortSignal, paused: boolean): void;
  /** Puts text on the clipboard. It is taken off again when the vault locks, and a secret after half a minute. Throws if that cannot be done. */
  copy(text: string, secret: boolean): Promise<void>;
  /** Native dialogs. An empty list or `null` means that the person closed the dialog. */
  pickFiles(title: string): Promise<string[]>;
  pickFolder(title: string): Promise<string | null>;
  pickSavePath(title: string, fileName: string): Promise<string | null>;
  /** Starts listening; the answer stops it. */
  onDrop(events: DropEvents): Promise<() => void>;
}

/** A command that did not succeed, in words for a person. */
export class Failure extends Error {
  readonly view: ErrorView;

  constructor(view: ErrorView) {
    super(view.title);
    this.name = 'Failure';
    this.view = view;
  }

  get code(): string {
    return this.view.code;
  }
}

/** Makes a failure of anything that was thrown, so that each has a title and a way on. */
export function failureFrom(thrown: unknown): Failure {
  if (thrown instanceof Failure) return thrown;
  if (isErrorView(thrown)) return new Failure(thrown);
  return new Failure({
    code: 'window',
    title: 'Something in this window did not work.',
    what_to_do: 'Try again. If it happens again, close Holdall and open it once more; nothing in your vault was changed by this.',
    question: null,
  });
}

function isErrorView(value: unknown): value is ErrorView {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as ErrorView).code === 'string' &&
    typeof (value as ErrorView).title === 'string' &&
    typeof (value as ErrorView).what_to_do === 'string'
  );
}

/** A command stopped because the person asked for it. */
export function wasCancelled(failure: Failure): boolean {
  return failure.code === 'cancelled';
}

let current: Bridge | null = null;

export function useBridge(bridge: Bridge): void {
  current = bridge;
}

export function bridge(): Bridge {
  if (!current) throw new Error('useBridge() comes first');
  return current;
}

/** Short for {@link Bridge.call}. */
export function call<C extends CommandName>(
  name: C,
  request: Request<C>,
  onProgress?: (progress: ProgressView) => void,
  signal?: AbortSignal,
): Promise<View<C>> {
  return bridge().call(name, request, onProgress, signal);
}
