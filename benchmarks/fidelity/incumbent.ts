import type { CurveProblem } from "./problems/problem.ts";
import type { Observation, Simulation } from "./simulate.ts";

/**
 * What a user would take home at a moment: the configuration whose last report is the lowest of all last reports so far,
 * whatever step it has reached, judged by the loss at the end of its whole training. So a low loss seen early counts for
 * no more than it is worth, and a configuration need not have been trained to the end to be chosen.
 */

/** Moments at which regret is recorded, in whole trainings' worth of worker time: a quarter octave apart. */
export const MOMENTS: readonly number[] = Array.from({ length: 45 }, (_, index) => 2 ** (index / 4 - 2));

/**
 * Final loss of the incumbent at each of MOMENTS up to the horizon; null before the first report. A loss that is NaN
 * (the whole training diverges) is null as well.
 */
export function incumbentCurve(
  problem: CurveProblem,
  { observations, trainings }: Pick<Simulation, "observations" | "trainings">,
  { workers, horizon }: { workers: number; horizon: number },
): (number | null)[] {
  const unit = problem.meanSeconds / workers;
  const moments = MOMENTS.filter((moment) => moment * unit <= horizon * (1 + 1e-9));
  const incumbents = followIncumbent(observations, moments, unit);
  return incumbents.map((trial) => {
    const loss = trial === null ? Number.NaN : trainings.get(trial)!.lossAt(problem.max);
    return Number.isFinite(loss) ? Number(loss.toPrecision(7)) : null;
  });
}

/** The incumbent's trial at each moment. */
function followIncumbent(
  observations: readonly Observation[],
  moments: readonly number[],
  unit: number,
): (number | null)[] {
  const last = new Map<number, number>();
  let incumbent: number | null = null;
  let next = 0;
  return moments.map((moment) => {
    for (; next < observations.length && observations[next]!.time <= moment * unit * (1 + 1e-9); next++) {
      const { trial, loss } = observations[next]!;
      // What diverged, or starts again from nothing, is as good as it was told last.
      last.set(trial, Number.isFinite(loss) ? loss : Number.POSITIVE_INFINITY);
      const least = incumbent === null ? Number.POSITIVE_INFINITY : last.get(incumbent)!;
      if (trial === incumbent) incumbent = lowest(last);
      else if (loss < least) incumbent = trial;
    }
    return incumbent;
  });
}

function lowest(last: ReadonlyMap<number, number>): number | null {
  let best: number | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const [trial, loss] of last) {
    if (!(loss < least)) continue;
    best = trial;
    least = loss;
  }
  return best;
}
