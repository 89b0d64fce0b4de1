import type { Curve, StopContext } from "../../core/stopper.ts";
import { horizonOf } from "./completed.ts";

/**
 * Whether a trial is on course for `loss`: the straight line through the second half of its reports, drawn on to the end of
 * the training, gets there. Learning curves flatten, so the line flatters: a trial that fails even by it is not catching up.
 * False where the end of the training is not known.
 */
export function isOnCourse(
  subject: Curve,
  peers: readonly Curve[],
  context: StopContext,
  loss: number,
): boolean {
  const horizon = horizonOf(context, peers);
  return horizon !== null && drawnOn(subject, horizon) <= loss;
}

/** The least-squares line through the second half of the reports, at step `horizon`; NaN of a single report. */
function drawnOn({ steps, losses }: Curve, horizon: number): number {
  const start = Math.floor(steps.length / 2);
  const count = steps.length - start;
  let meanStep = 0;
  let meanLoss = 0;
  for (let index = start; index < steps.length; index++) {
    meanStep += steps[index]! / count;
    meanLoss += losses[index]! / count;
  }
  let covariance = 0;
  let variance = 0;
  for (let index = start; index < steps.length; index++) {
    const offset = steps[index]! - meanStep;
    covariance += offset * (losses[index]! - meanLoss);
    variance += offset * offset;
  }
  return meanLoss + (covariance / variance) * (horizon - meanStep);
}
