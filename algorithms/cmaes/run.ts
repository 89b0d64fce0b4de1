import type { Point, Problem } from "../../core/algorithm.ts";
import { trialRng } from "../../core/rng.ts";
import type { History } from "../common/history.ts";
import { compareRanks, FAILED, type Rank, sharedWeights } from "../common/ranks.ts";
import { constantsOf } from "./constants.ts";
import { createDistribution, type Distribution, updateDistribution } from "./distribution.ts";
import type { Layout } from "./layout.ts";
import type { Progress, Regime } from "./restart.ts";
import type { Start } from "./start.ts";

/** A run of CMA-ES from its start to its end, generation by generation; replaced, never changed. */
export interface Run {
  readonly index: number;
  readonly regime: Regime;
  readonly distribution: Distribution;
  readonly progress: Progress;
  readonly generation: number;
  readonly results: number;
}

/** A run before its first generation. */
export function runFrom(
  layout: Layout,
  { normal, categories }: Start,
  size: number,
  diagonal: boolean,
  { index, regime }: { index: number; regime: Regime },
): Run {
  const constants = constantsOf(layout.normal.length, size, diagonal);
  return {
    index,
    regime,
    distribution: createDistribution(layout, constants, normal, categories),
    progress: { bests: [], scale: 0, startSigma: normal.sigma },
    generation: 0,
    results: 0,
  };
}

export interface Ranking {
  /** Trials, best first, as many as the generation has. */
  trials: number[];
  ranks: Rank[];
}

/**
 * The generation, once as many results are there as it needs. Failures count as the worst of it, but only as many as
 * there are places without a positive weight: a distribution must not move towards points that say nothing.
 */
export function takeGeneration(waiting: ReadonlyMap<number, Rank>, { distribution }: Run): Ranking | null {
  const { size, parents } = distribution.constants;
  const entries = [...waiting].sort(([, a], [, b]) => compareRanks(a, b));
  const ranked = entries.filter(([, rank]) => rank[0] !== FAILED).length;
  if (ranked < parents || entries.length < size) return null;
  const taken = entries.slice(0, size);
  return { trials: taken.map(([trial]) => trial), ranks: taken.map(([, rank]) => rank) };
}

/** The run, moved on by the generation that was taken. */
export function afterGeneration(
  problem: Problem,
  history: History,
  run: Run,
  { trials, ranks }: Ranking,
): Run {
  const members = trials.map((trial) => ({
    point: history.record(trial)!.point as Point,
    rng: trialRng(problem.seed, trial, "cmaes"),
  }));
  const weights = sharedWeights(run.distribution.constants.weights, ranks);
  const { bests, scale, startSigma } = run.progress;
  const losses = ranks.flatMap((rank) => (rank[0] === 0 ? [rank[1]] : []));
  const worst = losses.length === 0 ? 0 : losses.at(-1)! - losses[0]!;
  return {
    ...run,
    distribution: updateDistribution(run.distribution, members, weights),
    progress: {
      bests: losses.length === 0 ? bests : [...bests, losses[0]!],
      scale: Math.max(scale, worst),
      startSigma,
    },
    generation: run.generation + 1,
    results: run.results + trials.length,
  };
}
