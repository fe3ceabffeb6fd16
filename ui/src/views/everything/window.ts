/**
 * Which rows of a long list are on screen. Browsers cap the height of an element, so a list that would be taller than {@link TALLEST} is squeezed: one
 * pixel of scrolling then stands for more than one pixel of rows.
 */
export const TALLEST = 10_000_000;

export interface Seen {
  /** Height of the scrolled content in pixels. */
  height: number;
  first: number;
  /** The topmost row that can be seen. */
  visible: number;
  /** One past the last row. */
  end: number;
  /** Where the first row stands, in pixels from the top of the content. */
  top: number;
}

export function seen(count: number, rowHeight: number, viewHeight: number, scrollTop: number, spare = 6): Seen {
  const full = count * rowHeight;
  const height = Math.min(full, TALLEST);
  const squeeze = height > viewHeight ? (full - viewHeight) / (height - viewHeight) : 1;
  const at = Math.max(0, Math.min(scrollTop, Math.max(0, height - viewHeight)));
  const offset = at * squeeze;
  const first = Math.max(0, Math.floor(offset / rowHeight) - spare);
  const end = Math.min(count, Math.ceil((offset + viewHeight) / rowHeight) + spare);
  const visible = Math.max(0, Math.min(count - 1, Math.floor(offset / rowHeight)));
  return { height, first, visible, end, top: at - (offset - first * rowHeight) };
}

/** The scroll position that brings a row into view with as little movement as possible; `undefined` if it is in view. */
export function scrollFor(index: number, count: number, rowHeight: number, viewHeight: number, scrollTop: number): number | undefined {
  const full = count * rowHeight;
  const height = Math.min(full, TALLEST);
  const squeeze = height > viewHeight ? (full - viewHeight) / (height - viewHeight) : 1;
  const offset = scrollTop * squeeze;
  const top = index * rowHeight;
  if (top < offset) return top / squeeze;
  if (top + rowHeight > offset + viewHeight) return (top + rowHeight - viewHeight) / squeeze;
  return undefined;
}
