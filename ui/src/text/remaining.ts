import type { ProgressView } from '../api/generated/ProgressView';

/** About how long a command still takes, in words. Nothing in its first two seconds, when any guess would be wrong. */
export function remaining(progress: ProgressView, elapsed: number): string | undefined {
  if (!progress.total || progress.done <= 0 || elapsed < 2000) return undefined;
  const seconds = ((elapsed / progress.done) * Math.max(0, progress.total - progress.done)) / 1000;
  if (seconds < 5) return 'a few seconds left';
  if (seconds < 55) return `about ${Math.ceil(seconds / 5) * 5} seconds left`;
  if (seconds < 90) return 'about a minute left';
  return `about ${Math.round(seconds / 60)} minutes left`;
}
