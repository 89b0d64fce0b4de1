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
      `Too early to say: importance needs ${FEWEST_TRIALS} finished trials. ${trials} so far, ${FEWEST_TRIALS - trials} more to go.`,
    );
  }
  if (parameters.every(({ importance }) => importance === 0)) {
    return early(`Too early to say: the losses of ${trials} trials show no effect of any parameter.`);
  }
  const widest = Math.max(...parameters.map(({ low, high }) => high - low));
  if (widest > WIDEST) {
    const half = (widest / 2).toFixed(2);
    return early(
      `Too early to say: from ${trials} trials the shares are only known to ±${half}. ` +
        `About ${moreTrials(trials, widest)} more finished trials should do.`,
    );
  }
  return { verdict: "clear", text: `From ${trials} trials; intervals hold in 90 % of resamples of them.` };
}

/** How many it takes until intervals are narrow enough, if they shrink with the square root of the trials. */
function moreTrials(trials: number, widest: number): number {
  return Math.ceil(trials * ((widest / WIDEST) ** 2 - 1));
}

function early(text: string): { verdict: Verdict; text: string } {
  return { verdict: "too-early", text };
}
