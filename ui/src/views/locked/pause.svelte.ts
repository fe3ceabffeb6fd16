/** Keys that are guessed at have to wait: not after a typing mistake or two, then twice as long each time. Nobody is locked out. */
const FREE = 2;
const LONGEST = 30;

/** Seconds to wait after so many refused keys. */
export function seconds(refused: number): number {
  return refused <= FREE ? 0 : Math.min(LONGEST, 2 ** (refused - FREE - 1));
}

export class Pause {
  /** Seconds that are left. */
  left = $state(0);
  #refused = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  /** Another key was refused. */
  refused(): void {
    this.left = seconds(++this.#refused);
    clearInterval(this.#timer);
    if (this.left > 0) this.#timer = setInterval(() => this.#tick(), 1000);
  }

  #tick(): void {
    this.left -= 1;
    if (this.left <= 0) this.end();
  }

  end(): void {
    clearInterval(this.#timer);
    this.left = 0;
  }
}
