/** Tells the app that somebody is at the window, which puts off its lock. */
import { call } from '../api/bridge';

/** Milliseconds between two such messages at least. */
const EVERY = 15_000;

export function watchPresence(): () => void {
  let told = -Infinity;
  const seen = () => {
    if (performance.now() - told < EVERY) return;
    told = performance.now();
    // A message that is lost is followed by another.
    void call('vault.here', {}).catch(() => undefined);
  };
  const signs = ['keydown', 'pointerdown', 'pointermove', 'wheel'] as const;
  for (const sign of signs) addEventListener(sign, seen, { passive: true, capture: true });
  return () => {
    for (const sign of signs) removeEventListener(sign, seen, { capture: true });
  };
}
