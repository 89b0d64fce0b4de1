import type { Point, Problem } from "../../core/algorithm.ts";
import { type Rng, uniformInt } from "../../core/rng.ts";
import { type ForestOptions, growForest } from "../../math/forest/forest.ts";
import type { Tree } from "../../math/forest/tree.ts";
import { directionOf } from "./direction.ts";
import { type Importance, type Interaction, intervalOf, type RatedTrial, runThrough } from "./importance.ts";
import { areRelated, varianceShares } from "./variance-shares.ts";
import { judge } from "./verdict.ts";

/**
 * fANOVA (Hutter, Hoos & Leyton-Brown 2014): shares of the loss's variance over the whole space, from a forest whose
 * leaves are integrated exactly. It works on coordinates, so a parameter on a log scale is judged on that scale.
 *
 * Conditional parameters: the forest learns the loss as a function of the full cube, in which an inactive coordinate
 * changes nothing (it is filled in at random for each tree). The share of a conditional parameter is its variance
 * within the region where it is active, times the size of that region.
 *
 * Intervals: trees come in groups, each group grown on its own resample of the trials (Sexton & Laake 2009); the
 * interval is that of the groups, the estimate the mean of all trees.
 */

export interface FanovaOptions {
  /** Resamples, each with a few trees. Default 20. */
  groups?: number;
  /** Most trials; of more, a random sample. Default 1000. */
  maxTrials?: number;
  /** Most important parameters whose pairs are looked at. Default 4. */
  paired?: number;
}

const TREES_A_GROUP = 3;
const MAX_TRIALS = 1000;

const FOREST: ForestOptions = {
  trees: 1,
  featureShare: 5 / 6,
  minSplit: 6,
  minLeaf: 3,
  bootstrap: false,
  maxRows: Number.POSITIVE_INFINITY,
  cut: "middle",
};

/** Losses further above the upper quartile than so many interquartile ranges are held there. */
const FENCE = 3;

/** Shares by tree: one entry a dimension, and one a pair. */
interface Shares {
  main: readonly number[];
  pairs: ReadonlyMap<string, number>;
}

/**
 * Yields between groups of trees, some tens of milliseconds apart, so that a server can answer in between.
 */
export function* fanovaInSteps(
  problem: Problem,
  trials: readonly RatedTrial[],
  options: FanovaOptions,
  rng: Rng,
): Generator<void, Importance> {
  const { groups = 20, maxTrials = MAX_TRIALS, paired = 4 } = options;
  const used = fenced(sampled(trials, maxTrials, rng));
  const drawn: Shares[] = [];
  const pairsOf = pairChooser(problem, paired);
  for (let group = 0; group < groups && used.length > 0; group++) {
    drawn.push(groupShares(problem, resampled(used, rng), pairsOf, rng));
    yield;
  }
  const parameters = problem.dimensions.map((_, dimension) => ({
    dimension,
    ...summary(drawn.map(({ main }) => main[dimension]!)),
    direction: directionOf(problem, used, dimension),
  }));
  parameters.sort((a, b) => b.importance - a.importance || a.dimension - b.dimension);
  return {
    parameters,
    interactions: interactionsOf(drawn),
    trials: used.length,
    ...judge(parameters, used.length),
  };
}

export function fanova(
  problem: Problem,
  trials: readonly RatedTrial[],
  options: FanovaOptions,
  rng: Rng,
): Importance {
  return runThrough(fanovaInSteps(problem, trials, options, rng));
}

/** Chooses, from the main shares of the first group, the pairs that all groups look at: those of the largest. */
type PairsOf = (main: readonly number[]) => readonly (readonly [number, number])[];

function pairChooser(problem: Problem, paired: number): PairsOf {
  let chosen: readonly (readonly [number, number])[] | null = null;
  return (main) => {
    if (chosen) return chosen;
    const largest = main.map((_, k) => k).sort((a, b) => main[b]! - main[a]! || a - b);
    const top = largest.slice(0, paired).sort((a, b) => a - b);
    chosen = top.flatMap((i, rank) =>
      top.slice(rank + 1).flatMap((j) => (areRelated(problem, i, j) ? [] : [[i, j] as const])),
    );
    return chosen;
  };
}

function groupShares(problem: Problem, trials: readonly RatedTrial[], pairsOf: PairsOf, rng: Rng): Shares {
  const shares = Array.from({ length: TREES_A_GROUP }, () =>
    varianceShares(growTree(problem, trials, rng), problem),
  );
  const average = (pick: (share: (typeof shares)[number]) => number) =>
    shares.reduce((sum, share) => sum + pick(share) / TREES_A_GROUP, 0);
  const main = problem.dimensions.map((_, k) => average((share) => share.main[k]!));
  const pairs = pairsOf(main).map(([i, j]) => [`${i},${j}`, average((share) => share.pair(i, j))] as const);
  return { main, pairs: new Map(pairs) };
}

function growTree(problem: Problem, trials: readonly RatedTrial[], rng: Rng): Tree {
  const { dimensions } = problem;
  const x = new Float64Array(trials.length * dimensions.length);
  for (const [row, { point }] of trials.entries())
    x.set(filledIn(problem, point, rng), row * dimensions.length);
  const y = Float64Array.from(trials, ({ loss }) => loss);
  const features = dimensions.map((dimension) => ({
    choices: dimension.kind === "categorical" ? dimension.choices : 0,
  }));
  return growForest(x, y, features, FOREST, rng).trees[0]!;
}

/** Coordinates of the full cube: inactive ones uniform, so that they say nothing. */
function filledIn({ dimensions }: Problem, point: Point, rng: Rng): number[] {
  return point.map((coordinate, k) => {
    if (coordinate !== null) return coordinate;
    const dimension = dimensions[k]!;
    return dimension.kind === "categorical" ? uniformInt(rng, dimension.choices) : rng();
  });
}

function interactionsOf(drawn: readonly Shares[]): Interaction[] {
  const keys = [...(drawn[0]?.pairs.keys() ?? [])];
  const interactions = keys.map((key): Interaction => {
    const [i, j] = key.split(",").map(Number) as [number, number];
    return { dimensions: [i, j], ...summary(drawn.map(({ pairs }) => pairs.get(key)!)) };
  });
  return interactions.sort((a, b) => b.importance - a.importance);
}

function summary(samples: readonly number[]): { importance: number; low: number; high: number } {
  const importance = samples.reduce((sum, value) => sum + value / samples.length, 0);
  return { importance, ...intervalOf(samples, importance) };
}

function sampled(trials: readonly RatedTrial[], most: number, rng: Rng): readonly RatedTrial[] {
  if (trials.length <= most) return trials;
  const rest = [...trials];
  for (let kept = 0; kept < most; kept++) {
    const other = kept + uniformInt(rng, rest.length - kept);
    [rest[kept], rest[other]] = [rest[other]!, rest[kept]!];
  }
  return rest.slice(0, most);
}

function resampled(trials: readonly RatedTrial[], rng: Rng): RatedTrial[] {
  return trials.map(() => trials[uniformInt(rng, trials.length)]!);
}

/** A few diverged trials must not be all of the variance. */
function fenced(trials: readonly RatedTrial[]): RatedTrial[] {
  const sorted = Float64Array.from(trials, ({ loss }) => loss).sort();
  const lower = sorted[Math.floor(0.25 * sorted.length)] ?? 0;
  const upper = sorted[Math.floor(0.75 * sorted.length)] ?? 0;
  const fence = upper > lower ? upper + FENCE * (upper - lower) : Number.POSITIVE_INFINITY;
  return trials.map(({ point, loss }) => ({ point, loss: Math.min(loss, fence) }));
}
