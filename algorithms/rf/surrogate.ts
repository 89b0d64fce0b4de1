import type { Point } from "../../core/algorithm.ts";
import { logExpectedImprovement, logProbabilityBelow } from "../../math/expected-improvement.ts";
import { type Forest, predictForest } from "../../math/forest/forest.ts";
import { updateForest } from "../../math/forest/update.ts";
import type { TrialRecord } from "../common/history.ts";
import { type Rated, rate } from "./data.ts";
import type { Grown } from "./grow.ts";
import { rowsOf } from "./rows.ts";
import type { Scalarisation } from "./scalarise.ts";
import type { Settings } from "./settings.ts";
import type { TargetScale } from "./target.ts";

/**
 * The forests behind a suggestion: one of each objective, one of each outcome constraint's violations.
 *
 * n: trials. d: dimensions. m: objectives. mean, std: of the target at a candidate; of several objectives, of their
 * scalarisation. best: the lowest mean at a valid trial, which noise flatters less than the lowest target.
 * acquisition: ln EI + sum over constraints of ln P(satisfied).
 */

export interface Judgement {
  acquisition: Float64Array;
  mean: Float64Array;
  std: Float64Array;
}

export interface Surrogate {
  /** To improve on; null while no trial satisfies the constraints. */
  readonly best: number | null;
  /** `rows`: r×d. Larger is better. */
  judge(rows: Float64Array): Judgement;
  /** The m losses foretold at a point. */
  predict(point: Point): number[];
}

/** Below this share of the spread of targets a standard deviation says nothing; zero would hide the order of means. */
const LEAST_STD = 1e-6;

/** A forest of one objective, with what came after the checkpoint in its leaves. */
interface Objective {
  scale: TargetScale;
  /** Of the trials that ended. */
  current: Forest;
  /** With pending trials at the mean foretold for them (Ginsbourger et al. 2010): parallel suggestions keep apart. */
  forest: Forest;
  /** n, and the least standard deviation that is told. */
  targets: Float64Array;
  leastStd: number;
}

/** `records`: trials that ended, `grownOn` of which the forests were grown on. */
export function createSurrogate(
  grown: Grown,
  records: readonly TrialRecord[],
  grownOn: number,
  scalarisation: Scalarisation,
  pending: readonly Point[],
  settings: Settings,
): Surrogate {
  const width = grown.objectives[0]!.forest.features.length;
  const waiting = rowsOf(pending, width);
  const rated = grown.objectives.map((_, k) => rate(records, k));
  const objectives = grown.objectives.map(({ scale, forest: old }, k): Objective => {
    const { points, losses } = rated[k]!;
    const targets = Float64Array.from(losses, scale.toTarget);
    const current = updateForest(old, rowsOf(points.slice(grownOn), width), targets.subarray(grownOn));
    const forest = updateForest(current, waiting, predictForest(current, waiting).mean);
    const leastStd = LEAST_STD * Math.max(spreadOf(targets), Number.MIN_VALUE / LEAST_STD);
    return { scale, current, forest, targets, leastStd };
  });
  const best = lowest(objectives, rated[0]!, scalarisation, settings);
  const judge = (rows: Float64Array): Judgement => {
    const { mean, std } = foretell(objectives, "forest", scalarisation, rows);
    const acquisition = new Float64Array(mean.length);
    if (best !== null) {
      for (let row = 0; row < mean.length; row++) {
        acquisition[row] = logExpectedImprovement(mean[row]!, std[row]!, best).value;
      }
    }
    for (const constraint of grown.constraints) addFeasibility(acquisition, constraint.forest, rows);
    return { acquisition, mean, std };
  };
  const predict = (point: Point) =>
    objectives.map(({ scale, forest }) =>
      scale.toLoss(predictForest(forest, rowsOf([point], width)).mean[0]!),
    );
  return { best, judge, predict };
}

function foretell(
  objectives: readonly Objective[],
  which: "current" | "forest",
  scalarisation: Scalarisation,
  rows: Float64Array,
): { mean: Float64Array; std: Float64Array } {
  const each = objectives.map((objective) => {
    const { mean, variance } = predictForest(objective[which], rows);
    return { mean, std: variance.map((value) => Math.max(objective.leastStd, Math.sqrt(value))) };
  });
  if (each.length === 1) return each[0]!;
  const [mean, std] = [each[0]!.mean.slice(), each[0]!.std.slice()];
  for (let row = 0; row < mean.length; row++) {
    const moments = scalarisation.moments(
      each.map((objective) => objective.mean[row]!),
      each.map((objective) => objective.std[row]!),
    );
    mean[row] = moments.mean;
    std[row] = Math.max(LEAST_STD, moments.std);
  }
  return { mean, std };
}

function addFeasibility(acquisition: Float64Array, forest: Forest, rows: Float64Array): void {
  const { mean, variance } = predictForest(forest, rows);
  for (let row = 0; row < mean.length; row++) {
    const std = Math.sqrt(variance[row]!) + LEAST_STD;
    acquisition[row]! += logProbabilityBelow(mean[row]!, std, 0).value;
  }
}

/** Over valid trials; null where there is none. */
function lowest(
  objectives: readonly Objective[],
  { points, valid }: Rated,
  scalarisation: Scalarisation,
  settings: Settings,
): number | null {
  const which = [...valid.keys()].filter((index) => valid[index]);
  if (which.length === 0) return null;
  const rows = rowsOf(
    which.map((index) => points[index]!),
    objectives[0]!.current.features.length,
  );
  const values =
    settings.incumbent === "observed"
      ? Float64Array.from(which, (at) => scalarisation.of(objectives.map(({ targets }) => targets[at]!)))
      : foretell(objectives, "current", scalarisation, rows).mean;
  return values.reduce((low, value) => Math.min(low, value), Number.POSITIVE_INFINITY);
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
