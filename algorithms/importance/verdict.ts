import type { ParameterImportance, Verdict } from "./importance.ts";

/** When importance can be believed. */

/** Trials below which nothing is said for sure, whatever the interval. */
export const FEWEST_TRIALS = 20;
/** A wider interval of any parameter says too little. */
const WIDEST = 0.4;

export function judge(
  parameters: readonly ParameterImportance[],
  trials: number,
): { verdict: Verdict; text: string } {
  if (parameters.length === 0) return early("There is no parameter to search.");
  if (trials < FEWEST_TRIALS) {
    return early(
      `Too early to say: importance needs about ${FEWEST_TRIALS} trials with a result, ${trials} so far.`,
    );
  }
  if (parameters.every(({ importance }) => importance === 0)) {
    return early(`Too early to say: the losses of ${trials} trials show no effect of any parameter.`);
  }
  const widest = Math.max(...parameters.map(({ low, high }) => high - low));
  if (widest > WIDEST) {
    const half = (widest / 2).toFixed(2);
    return early(`Too early to say: from ${trials} trials the shares are only known to ±${half}.`);
  }
  return { verdict: "clear", text: `From ${trials} trials; intervals hold in 90 % of resamples of them.` };
}

function early(text: string): { verdict: Verdict; text: string } {
  return { verdict: "too-early", text };
}
