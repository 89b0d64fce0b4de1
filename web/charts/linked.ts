import type { ReadonlySignal, Signal } from "@preact/signals";
import type { Brush } from "./brush.ts";

/** One selection for all charts of a page: what one of them sets, the others show. Trials by their index in the sample. */
export interface Linked {
  brush: Signal<Brush>;
  /** One byte a trial: 1 within the brush. */
  mask: ReadonlySignal<Uint8Array>;
  hover: Signal<Hover | null>;
  /** Trials that stay highlighted. */
  pinned: ReadonlySignal<readonly number[]>;
}

export interface Hover {
  trial: number;
  /** The pointer, to say beside it which trial it is; null: a table's row says it. */
  at: { x: number; y: number } | null;
}

/** Sets what is hovered, unless it is that already. */
export function hoverOver(hover: Signal<Hover | null>, trial: number | null, event: PointerEvent): void {
  if (trial === null) {
    if (hover.peek() !== null) hover.value = null;
  } else if (hover.peek()?.trial !== trial)
    hover.value = { trial, at: { x: event.clientX, y: event.clientY } };
}
