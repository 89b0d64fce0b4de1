import { useEffect, useRef } from "preact/hooks";

/** Keyboard shortcuts: single keys, anywhere but in fields. */

export interface Shortcut {
  /** As in KeyboardEvent.key. */
  key: string;
  /** What it does, for the list of them. */
  does: string;
  run: () => void;
}

const active = new Map<symbol, readonly Shortcut[]>();

/** Those that work now, the newest page's first. */
export function activeShortcuts(): readonly Shortcut[] {
  return [...active.values()].reverse().flat();
}

/** Shortcuts for as long as a component is shown. */
export function useShortcuts(shortcuts: readonly Shortcut[]): void {
  const id = useRef(Symbol("shortcuts"));
  active.set(id.current, shortcuts);
  useEffect(() => () => void active.delete(id.current), []);
}

export function listenForKeys(): void {
  window.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isField(event.target))
      return;
    const shortcut = activeShortcuts().find(({ key }) => key === event.key);
    if (shortcut === undefined) return;
    event.preventDefault();
    shortcut.run();
  });
}

function isField(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName))
  );
}
