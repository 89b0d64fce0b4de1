import { z } from "zod";
import type { Curve, StopContext } from "../../core/stopper.ts";
import { horizonOf } from "./completed.ts";

/** The settings that keep a rule from deciding on too little, worded once for all rules that have them. */

export const minTrialsSchema = z
  .int()
  .min(1)
  .max(10_000)
  .default(3)
  .describe("No stop before so many other trials have got as far as the one in question.");

export const minReportsSchema = z
  .int()
  .min(1)
  .max(1_000_000)
  .default(4)
  .describe("No stop before the trial has reported so many values, so that one noisy start ends nothing.");

export const minStepSchema = z
  .number()
  .min(0)
  .max(1e12)
  .default(0)
  .describe("No stop before this step, for metrics that mean little at first.");

/** `share`: the default, in [0, 1]. */
export const minShareSchema = (share: number) =>
  z
    .number()
    .min(0)
    .max(1)
    .default(share)
    .describe(
      "No stop before this share of the whole training, where its length is declared or a trial has completed: late starters overtake.",
    );

interface WarmUp {
  minReports: number;
  minStep: number;
  minShare: number;
}

/** Whether the trial has reported too little to be judged; true of one without any finite value. */
export function isWarmingUp(
  config: WarmUp,
  { steps }: Curve,
  peers: readonly Curve[],
  context: StopContext,
): boolean {
  const last = steps.at(-1);
  if (last === undefined || steps.length < config.minReports || last < config.minStep) return true;
  return last < config.minShare * (horizonOf(context, peers) ?? 0);
}
