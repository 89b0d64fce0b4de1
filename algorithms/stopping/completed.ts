import type { Curve, StopContext } from "../../core/stopper.ts";

/** What the trials that ran to their end tell about those that still run. Trials that diverged tell nothing. */

/** The step at which a whole training ends: as declared, else the last step of the longest completed peer; null: not known. */
export function horizonOf({ maxStep }: StopContext, peers: readonly Curve[]): number | null {
  if (maxStep !== null) return maxStep;
  let longest = Number.NEGATIVE_INFINITY;
  for (const peer of peers) if (isComplete(peer)) longest = Math.max(longest, peer.steps.at(-1)!);
  return Number.isFinite(longest) ? longest : null;
}

/** The incumbent's loss: the least last loss of a completed peer; null when none has completed. */
export function bestFinal(peers: readonly Curve[]): number | null {
  let best = Number.POSITIVE_INFINITY;
  for (const peer of peers) if (isComplete(peer)) best = Math.min(best, peer.losses.at(-1)!);
  return Number.isFinite(best) ? best : null;
}

/** Whether it ran to its end and has a last loss. */
export function isComplete({ completed, diverged, losses }: Curve): boolean {
  return completed && !diverged && losses.length > 0;
}
