/** Takes the keyboard to what replaced the thing it was on, so that it is read out and the next Tab goes on from there. */
export function focusHere(node: HTMLElement): void {
  node.tabIndex = -1;
  node.focus({ preventScroll: true });
}

/** For a field that the person just asked for. */
export function focusField(node: HTMLElement): void {
  node.focus();
}
