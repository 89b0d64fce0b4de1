import { useMemo, useRef } from "preact/hooks";
import { assignSlots, type LineSlots } from "./line-slots.ts";

/** Slots of the trials shown, kept from one drawing to the next; the same object while the same are shown. */
export function useLineSlots(shown: readonly number[]): LineSlots {
  const kept = useRef<LineSlots>(new Map());
  kept.current = useMemo(() => assignSlots(kept.current, shown), [shown.join(" ")]);
  return kept.current;
}
