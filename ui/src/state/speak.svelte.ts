/** Short messages: read out by screen readers, and shown for a moment at the foot of the window. */
class Speaker {
  message = $state('');
  #timer: ReturnType<typeof setTimeout> | undefined;

  say(message: string): void {
    clearTimeout(this.#timer);
    this.message = message;
    this.#timer = setTimeout(() => (this.message = ''), 6000);
  }

  hush(): void {
    clearTimeout(this.#timer);
    this.message = '';
  }
}

export const speaker = new Speaker();
export const say = (message: string): void => speaker.say(message);
