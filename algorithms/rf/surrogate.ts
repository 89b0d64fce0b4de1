import type { Point, Problem } from "../../core/algorithm.ts";
import type { Rng } from "../../core/rng.ts";
import { logExpectedImprovement, logProbabilityBelow } from "../../math/expected-improvement.ts";
import { type Forest, type ForestOptions, growForest, predictForest } from "../../math/forest/forest.ts";
import { updateForest } from "../../math/forest/update.ts";
import { normalQuantile } from "../../math/normal.ts";
import type { TrialRecord } from "../common/history.ts";
import { rate } from "./data.ts";
import { featuresOf, rowsOf } from "./rows.ts";
import type { Settings } from "./settings.ts";
import { halfRankScale, logScale, plainScale, type TargetScale } from "./target.ts";

/**
 * The forests behind a suggestion: one of the losses, one of each outcome constraint's violations.
 *
 * n: trials. d: dimensions. y: n targets. mean, std: of the target at a candidate. best: the lowest mean at a valid
 * trial, which noise flatters less than the lowest target. acquisition: ln EI + sum over constraints of ln P(satisfied).
 */

export interface Judgement {
  acquisition: Float64Array;
  mean: Float64Array;
  std: Float64Array;
}

export interface Surrogate {
  readonly scale: TargetScale;
  /** Target to improve on; null while no trial satisfies the constraints. */
  readonly best: number | null;
  /** `rows`: m×d. Larger is better. */
  judge(rows: Float64Array): Judgement;
}

/** Forests grown on the trials up to a checkpoint. */
export interface Grown {
  readonly scale: TargetScale;
  readonly objective: Forest;
  readonly constraints: readonly { forest: Forest; scale: number }[];
}

/** Rows times dimensions that one tree draws at most, so that growing stays under a second. */
const MOST_CELLS = 200_000;
/** Below this share of the spread of targets a standard deviation says nothing; zero would hide the order of means. */
const LEAST_STD = 1e-6;

export function grow(
  problem: Problem,
  records: readonly TrialRecord[],
  lossOf: (losses: readonly number[]) => number,
  random: Rng,
  settings: Settings,
): Grown {
  const { points, losses } = rate(records, lossOf);
  const features = featuresOf(problem.dimensions);
  const x = rowsOf(points, features.length);
  const options = optionsFor(settings, features.length);
  const scale = scaleOf(settings.target, losses);
  const objective = growForest(x, Float64Array.from(losses, scale.toTarget), features, options, random);
  const constraints = Array.from({ length: problem.constraints }, (_, k) => {
    const measured = records.filter(({ violations }) => violations[k] !== undefined);
    const violations = measured.map((record) => record.violations[k]!);
    const unit = unitOf(violations);
    const y = Float64Array.from(violations, (violation) => bend(violation, unit));
    const rows = rowsOf(
      measured.map(({ point }) => point),
      features.length,
    );
    return { forest: y.length > 0 ? growForest(rows, y, features, options, random) : objective, scale: unit };
  }).filter(({ forest }) => forest !== objective);
  return { scale, objective, constraints };
}

/**
 * The forests with what came after the checkpoint in their leaves, and pending trials at the mean foretold for them
 * (Ginsbourger et al. 2010), so that parallel suggestions keep off each other.
 */
export function createSurrogate(
  grown: Grown,
  records: readonly TrialRecord[],
  grownOn: number,
  lossOf: (losses: readonly number[]) => number,
  pending: readonly Point[],
  settings: Settings,
): Surrogate {
  const { scale, constraints } = grown;
  const width = grown.objective.features.length;
  const { points, losses, valid } = rate(records, lossOf);
  const targets = Float64Array.from(losses, scale.toTarget);
  const later = rowsOf(points.slice(grownOn), width);
  const current = updateForest(grown.objective, later, targets.subarray(grownOn));
  const waiting = rowsOf(pending, width);
  const forest = updateForest(current, waiting, predictForest(current, waiting).mean);
  const best = lowestMean(
    current,
    points.filter((_, index) => valid[index]),
    width,
    settings,
    targets,
    valid,
  );
  const leastStd = LEAST_STD * Math.max(spreadOf(targets), Number.MIN_VALUE / LEAST_STD);
  const judge = (rows: Float64Array): Judgement => {
    const { mean, variance } = predictForest(forest, rows);
    const std = variance.map((value) => Math.max(leastStd, Math.sqrt(value)));
    const acquisition = new Float64Array(mean.length);
    if (best !== null) {
      for (let row = 0; row < mean.length; row++) {
        acquisition[row] = logExpectedImprovement(mean[row]!, std[row]!, best).value;
      }
    }
    for (const constraint of constraints) addFeasibility(acquisition, constraint.forest, rows);
    return { acquisition, mean, std };
  };
  return { scale, best, judge };
}

function addFeasibility(acquisition: Float64Array, forest: Forest, rows: Float64Array): void {
  const { mean, variance } = predictForest(forest, rows);
  for (let row = 0; row < mean.length; row++) {
    const std = Math.sqrt(variance[row]!) + LEAST_STD;
    acquisition[row]! += logProbabilityBelow(mean[row]!, std, 0).value;
  }
}

function lowestMean(
  forest: Forest,
  points: readonly Point[],
  width: number,
  settings: Settings,
  targets: Float64Array,
  valid: readonly boolean[],
): number | null {
  if (points.length === 0) return null;
  if (settings.incumbent === "observed") {
    return targets.reduce(
      (low, target, i) => (valid[i] ? Math.min(low, target) : low),
      Number.POSITIVE_INFINITY,
    );
  }
  return predictForest(forest, rowsOf(points, width)).mean.reduce((low, mean) => Math.min(low, mean));
}

function optionsFor(settings: Settings, dimensions: number): ForestOptions {
  const { trees, featureShare, minSplit, minLeaf, bootstrap } = settings;
  const maxRows = Math.max(1000, Math.floor(MOST_CELLS / Math.max(1, dimensions)));
  return { trees, featureShare, minSplit, minLeaf, bootstrap, maxRows, cut: "random" };
}

function scaleOf(target: Settings["target"], losses: readonly number[]): TargetScale {
  if (target === "log") return logScale(losses);
  return target === "plain" ? plainScale(losses) : halfRankScale(losses, normalQuantile);
}

function spreadOf(targets: Float64Array): number {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const target of targets) {
    low = Math.min(low, target);
    high = Math.max(high, target);
  }
  return high - low;
}

/** Median size of a violation, the unit in which `bend` is linear. */
function unitOf(violations: readonly number[]): number {
  const sizes = violations.map(Math.abs).filter((size) => size > 0 && Number.isFinite(size));
  return sizes.sort((a, b) => a - b)[sizes.length >> 1] ?? 1;
}

/** Keeps the sign, compresses what is far from the bound, and makes an infinite violation a large one. */
function bend(violation: number, unit: number): number {
  const size = Math.min(Math.abs(violation) / unit, 1e6);
  return Math.sign(violation) * Math.log1p(size);
}
