/** About how long a command still takes, in words; nothing where that is not known. */
export function remaining(seconds: number | null): string | undefined {
  if (seconds === null) return undefined;
  if (seconds < 5) return 'a few seconds left';
  if (seconds < 55) return `about ${Math.ceil(seconds / 5) * 5} seconds left`;
  if (seconds < 90) return 'about a minute left';
  return `about ${Math.round(seconds / 60)} minutes left`;
}
