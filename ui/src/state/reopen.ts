/** After another vault took the place: opens it with the same secret, or leaves the lock screen to ask. */
import { call } from '../api/bridge';
import type { Secret } from '../api/generated/Secret';
import { session } from './session.svelte';
import { say } from './speak.svelte';

/** `first`: there was no vault before. Otherwise what the window still knows of the one before is let go first. */
export async function reopen(secret: Secret, words: string, first = false): Promise<void> {
  if (!first) await session.refresh();
  try {
    const status = await call('vault.unlock', { ...secret, older: true });
    session.opened(status, secret.recovery_code !== null || (first && secret.passphrase !== null));
  } catch {
    // Its keys may be others. The lock screen asks for one, and says what is the matter.
    await session.refresh();
  }
  say(words);
}
