import type { CurveProblem, Measure } from "./problems/problem.ts";
import type { Observation, Simulation } from "./simulate.ts";

/**
 * How far a study has come at a moment, in two ways. `seen`: the lowest loss reported so far, by any training at any step,
 * as is usual in the literature (Salinas et al. 2022). `final`: what a user would take home. That is the configuration whose
 * last report is the lowest of all last reports so far, whatever step it has reached, judged by the loss at the end of its
 * whole training: a low loss seen early counts for no more than it is worth.
 */
export type Curves = Readonly<Record<Measure, (number | null)[]>>;

/** Moments at which regret is recorded, in whole trainings' worth of worker time: a quarter octave apart. */
export const MOMENTS: readonly number[] = Array.from({ length: 45 }, (_, index) => 2 ** (index / 4 - 2));

/** At each of MOMENTS up to the horizon; null before the first report, and where the whole training diverges. */
export function curvesOf(
  problem: CurveProblem,
  { observations, trainings }: Pick<Simulation, "observations" | "trainings">,
  { workers, horizon }: { workers: number; horizon: number },
): Curves {
  const unit = problem.meanSeconds / workers;
  const moments = MOMENTS.filter((moment) => moment * unit <= horizon * (1 + 1e-9));
  const incumbents = followIncumbent(observations, moments, unit);
  const finalOf = (trial: number | null) =>
    trial === null ? null : trainings.get(trial)!.lossAt(problem.max);
  return {
    seen: followLowest(observations, moments, unit).map(short),
    final: incumbents.map(finalOf).map(short),
  };
}

/** Seven digits are more than any comparison needs, and keep the committed records small. */
function short(loss: number | null): number | null {
  return loss !== null && Number.isFinite(loss) ? Number(loss.toPrecision(7)) : null;
}

function followLowest(
  observations: readonly Observation[],
  moments: readonly number[],
  unit: number,
): number[] {
  let lowest = Number.POSITIVE_INFINITY;
  let next = 0;
  return moments.map((moment) => {
    for (; next < observations.length && observations[next]!.time <= moment * unit * (1 + 1e-9); next++) {
      const { loss } = observations[next]!;
      if (loss < lowest) lowest = loss;
    }
    return lowest;
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
