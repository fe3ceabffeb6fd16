/** A view's first read: run once when the view opens, and again on request. */
import type { CommandName, Request } from '../api/bridge';
import { Task } from './task.svelte';

export function loaded<C extends CommandName>(name: C, request: () => Request<C>): Task<C> & { again(): void } {
  const task = new Task(name);
  const again = () => void task.run(request());
  $effect(again);
  return Object.assign(task, { again });
}
