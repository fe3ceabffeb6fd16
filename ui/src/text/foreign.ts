/** Text that somebody else wrote: a vendor, a partner, a file. It must not be able to hide, reorder or imitate anything. */

// Controls, and the marks that turn, join or hide what stands around them.
const HIDDEN = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff]/g;

/** Makes every hidden character visible. With `lines`, line breaks and tabs stay what they are. */
export function visible(text: string, lines = false): string {
  return text.replace(HIDDEN, (c) => {
    if (lines && (c === '\n' || c === '\t')) return c;
    if (lines && c === '\r') return '';
    const code = c.charCodeAt(0);
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    if (code === 0x7f) return '\u2421';
    return `[U+${code.toString(16).toUpperCase().padStart(4, '0')}]`;
  });
}

/** Cuts after `most` characters, never inside one. */
export function clip(text: string, most: number): string {
  if (text.length <= most) return text;
  const cut = Array.from(text.slice(0, most + 1)).slice(0, most - 1);
  return cut.join('').slice(0, most) + '…';
}

export function foreign(text: string, most = 300): string {
  return visible(clip(text, most));
}
