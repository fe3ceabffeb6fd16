/** What leaves the vault through the clipboard. The app remembers it, and takes it off again. */
import { bridge } from '../api/bridge';
import { say } from '../state/speak.svelte';

const BY_HAND = 'Copying is not possible here. Write it down by hand.';

/** Puts text on the clipboard until the vault locks; a secret for half a minute at most. */
export async function copyText(text: string, secret = false): Promise<boolean> {
  try {
    await bridge().copy(text, secret);
    say(secret ? 'Copied. In 30 seconds it is taken off the clipboard again.' : 'Copied.');
    return true;
  } catch {
    say(BY_HAND);
    return false;
  }
}

/** Takes over what the person selects and copies: otherwise nobody would clear it. Below `data-secret` it is a secret. */
export function copySelection(event: ClipboardEvent): void {
  const selection = getSelection();
  const text = selection?.toString() ?? '';
  // What is copied out of a field is what the person typed there.
  if (text === '' || !selection || event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement) return;
  event.preventDefault();
  const range = selection.getRangeAt(0);
  const secret = [...document.querySelectorAll('[data-secret]')].some((element) => range.intersectsNode(element));
  void copyText(text, secret);
}
