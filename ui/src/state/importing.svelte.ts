/** The import under way. It lives beside the views, because a file can be dropped on any of them and must survive a change of view. */
import { call } from '../api/bridge';
import type { Answer } from '../api/generated/Answer';
import type { Imported } from '../api/generated/Imported';
import type { Preview } from '../api/generated/Preview';
import { Task } from './task.svelte';

class Importing {
  readonly reading = new Task('import.preview');
  readonly storing = new Task('import.commit');
  paths = $state.raw<string[]>([]);
  answers = $state.raw<Answer[]>([]);
  preview = $state.raw<Preview>();
  result = $state.raw<Imported>();
  #password: string | null = null;

  /** Reads files for a preview. An earlier preview that was not stored is thrown away. */
  async read(paths: string[]): Promise<void> {
    await this.discard();
    this.paths = paths;
    this.answers = [];
    this.#password = null;
    await this.#readAgain();
  }

  async answer(answer: Answer): Promise<void> {
    this.answers = [...this.answers.filter((a) => a.id !== answer.id), answer];
    await this.#readAgain();
  }

  async unlockWith(password: string): Promise<void> {
    this.#password = password;
    await this.#readAgain();
  }

  async #readAgain(): Promise<void> {
    const old = this.preview;
    this.result = undefined;
    const preview = await this.reading.run({ paths: this.paths, answers: this.answers, password: this.#password });
    if (old && preview && preview.preview_id !== old.preview_id) void call('import.discard', { preview_id: old.preview_id }).catch(() => undefined);
    if (preview) this.preview = preview;
  }

  async store(): Promise<void> {
    if (!this.preview) return;
    const result = await this.storing.run({ preview_id: this.preview.preview_id });
    if (!result) return;
    this.result = result;
    this.preview = undefined;
    this.#password = null;
  }

  async discard(): Promise<void> {
    const preview = this.preview;
    this.preview = undefined;
    this.result = undefined;
    this.#password = null;
    this.reading.clear();
    this.storing.clear();
    if (preview) await call('import.discard', { preview_id: preview.preview_id }).catch(() => undefined);
  }
}

export const importing = new Importing();
