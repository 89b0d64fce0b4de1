/**
 * Puts a text on the clipboard. False where the browser does not let it: the clipboard's interface is there on HTTPS and on
 * this machine alone, and the older way, which is tried next, may be forbidden too.
 */
export async function copyText(text: string): Promise<boolean> {
  if (!isSecureContext) return copySelected(text);
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copySelected(text);
  }
}

/** Copies as if the text had been selected by hand, and gives the focus back. */
function copySelected(text: string): boolean {
  const focused = document.activeElement;
  const area = document.createElement("textarea");
  area.value = text;
  area.readOnly = true;
  area.style.position = "fixed";
  area.style.opacity = "0";
  // What stands outside a modal dialog cannot be selected.
  (focused?.closest("dialog") ?? document.body).append(area);
  area.select();
  const copied = document.execCommand("copy");
  area.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return copied;
}
