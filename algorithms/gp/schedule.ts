/** When hyper-parameters are fitted anew, and on which trials: functions of the results alone, so that a replay agrees. */

/** Results that a fit looks at. */
export const FIT_POINTS = 256;

/** Each result up to here has its own fit. */
const ALWAYS_UNTIL = 50;
/** Later, the results between two fits are this part of all. */
const PART = 25;

/** The number of results at the latest fit when there are `count`, >= 1. */
export function checkpointAt(count: number): number {
  if (count <= ALWAYS_UNTIL) return count;
  let checkpoint = ALWAYS_UNTIL;
  for (;;) {
    const next = checkpoint + Math.max(1, Math.floor(checkpoint / PART));
    if (next > count) return checkpoint;
    checkpoint = next;
  }
}

/** The warp is chosen anew when the results have grown by this part: it changes less, and costs several fits. */
const WARP_GROWTH = 1.35;
const FIRST_WARP = 10;

/** The number of results at the latest choice of a warp when there are `count`; 0 before the first. */
export function warpCheckpointAt(count: number): number {
  if (count < FIRST_WARP) return 0;
  let checkpoint = FIRST_WARP;
  for (;;) {
    const next = Math.ceil(checkpoint * WARP_GROWTH);
    if (next > count) return checkpoint;
    checkpoint = next;
  }
}

/**
 * Up to `size` of the indices 0 … n - 1, ascending: half of them those of the lowest losses, a quarter the latest, the
 * rest evenly over time. With `distances` of the observations from the pinned budget: half of them the nearest to it, the
 * lowest losses of these first, a quarter those of the lowest losses anywhere, the rest evenly over time.
 */
export function representatives(
  losses: ArrayLike<number>,
  size: number,
  distances: ArrayLike<number> | null = null,
): number[] {
  const n = losses.length;
  const all = Array.from({ length: n }, (_, index) => index);
  if (n <= size) return all;
  const byLoss = [...all].sort((a, b) => losses[a]! - losses[b]! || a - b);
  const [first, second] =
    distances === null
      ? [byLoss, [...all].reverse()]
      : [[...byLoss].sort((a, b) => distances[a]! - distances[b]!), byLoss];
  const chosen = new Set(first.slice(0, Math.floor(size / 2)));
  for (const index of second) {
    if (chosen.size >= Math.floor((3 * size) / 4)) break;
    chosen.add(index);
  }
  const rest = all.filter((index) => !chosen.has(index));
  const wanted = size - chosen.size;
  for (let k = 0; k < wanted; k++) chosen.add(rest[Math.floor(((k + 0.5) * rest.length) / wanted)]!);
  return [...chosen].sort((a, b) => a - b);
}
