import { LINE_COLORS } from "./colors.ts";

/** Which line looks how: its slot chooses the colour, and beyond the last colour a pattern. By number of the trial. */
export type LineSlots = ReadonlyMap<number, number>;

/**
 * Slots of the trials shown together, no two the same: one that stays shown keeps its own, the others take the first that are
 * free. Up to as many as there are colours all differ in colour.
 */
export function assignSlots(before: LineSlots, shown: readonly number[]): LineSlots {
  const room = Math.max(LINE_COLORS, shown.length);
  const slots = new Map<number, number>();
  for (const trial of shown) {
    const slot = before.get(trial);
    if (slot !== undefined && slot < room) slots.set(trial, slot);
  }
  const taken = new Set(slots.values());
  let free = 0;
  for (const trial of shown) {
    if (slots.has(trial)) continue;
    while (taken.has(free)) free++;
    slots.set(trial, free++);
  }
  return slots;
}
