/** Asks whether the person is there: some acts open the vault to others, and want the passphrase although the vault is open. */
class Person {
  asking = $state(false);
  #waiting: ((there: boolean) => void)[] = [];

  /** True once the passphrase was typed; false when the question was closed, or `signal` took it back. */
  ask(signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      const settle = (there: boolean) => {
        this.#waiting = this.#waiting.filter((other) => other !== settle);
        this.asking = this.#waiting.length > 0;
        resolve(there);
      };
      if (signal.aborted) return resolve(false);
      signal.addEventListener('abort', () => settle(false), { once: true });
      this.#waiting.push(settle);
      this.asking = true;
    });
  }

  /** One answer serves every act that waits. */
  answer(there: boolean): void {
    for (const settle of [...this.#waiting]) settle(there);
  }
}

export const person = new Person();
