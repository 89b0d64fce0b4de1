/** Masks hold one byte a trial: 1 is selected. */

/**
 * What has come into a mask, in an order. Null: something has left it, or there was no mask before, so that adding to what
 * is drawn does not do.
 */
export function addedTo(before: Uint8Array | null, mask: Uint8Array, order: Int32Array): number[] | null {
  if (before === null || before.length !== mask.length) return null;
  const added: number[] = [];
  for (const trial of order) {
    if (before[trial] === mask[trial]) continue;
    if (mask[trial] === 0) return null;
    added.push(trial);
  }
  return added;
}

/** All trials in a mask, in an order. */
export function inMask(mask: Uint8Array, order: Int32Array): number[] {
  const all: number[] = [];
  for (const trial of order) if (mask[trial] === 1) all.push(trial);
  return all;
}
