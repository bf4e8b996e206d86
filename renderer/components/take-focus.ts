/** Gives an element the focus while it is there, and afterwards gives it back to what had it before. */
export function takeFocus(element: HTMLElement): () => void {
  const before = document.activeElement;
  element.focus();
  return () => {
    if (before instanceof HTMLElement && before.isConnected) before.focus();
  };
}
