import type { Problem } from "../../core/algorithm.ts";
import type { Rng } from "../../core/rng.ts";
import { type Forest, type ForestOptions, growForest } from "../../math/forest/forest.ts";
import { normalQuantile } from "../../math/normal.ts";
import type { TrialRecord } from "../common/history.ts";
import { rate } from "./data.ts";
import { featuresOf, rowsOf } from "./rows.ts";
import type { Settings, Target } from "./settings.ts";
import { halfRankScale, logScale, plainScale, type TargetScale } from "./target.ts";

/** Forests grown on the trials up to a checkpoint. */
export interface Grown {
  readonly objectives: readonly { scale: TargetScale; forest: Forest }[];
  readonly constraints: readonly { forest: Forest; scale: number }[];
}

/** Rows times dimensions that one tree draws at most, so that growing stays under a second. */
const MOST_CELLS = 200_000;
/** A function of `records`, in their order, and of what `random` gives. */
export function grow(
  problem: Problem,
  records: readonly TrialRecord[],
  random: Rng,
  settings: Settings,
): Grown {
  const features = featuresOf(problem.dimensions);
  const options = optionsFor(settings, features.length);
  const target = problem.objectives === 1 ? settings.target : settings.targetOfSeveral;
  const objectives = Array.from({ length: problem.objectives }, (_, k) => {
    const { points, losses } = rate(records, k);
    const scale = scaleOf(target, losses);
    const x = rowsOf(points, features.length);
    return {
      scale,
      forest: growForest(x, Float64Array.from(losses, scale.toTarget), features, options, random),
    };
  });
  const constraints = Array.from({ length: problem.constraints }, (_, k) => {
    const measured = records.filter(({ violations }) => violations[k] !== undefined);
    const violations = measured.map((record) => record.violations[k]!);
    const unit = unitOf(violations);
    const y = Float64Array.from(violations, (violation) => bend(violation, unit));
    const rows = rowsOf(
      measured.map(({ point }) => point),
      features.length,
    );
    return { y, unit, rows };
  })
    .filter(({ y }) => y.length > 0)
    .map(({ y, unit, rows }) => ({ forest: growForest(rows, y, features, options, random), scale: unit }));
  return { objectives, constraints };
}

function optionsFor(settings: Settings, dimensions: number): ForestOptions {
  const { trees, featureShare, minSplit, minLeaf, bootstrap } = settings;
  const maxRows = Math.max(1000, Math.floor(MOST_CELLS / Math.max(1, dimensions)));
  return { trees, featureShare, minSplit, minLeaf, bootstrap, maxRows, cut: "random" };
}

function scaleOf(target: Target, losses: readonly number[]): TargetScale {
  if (target === "log") return logScale(losses);
  return target === "plain" ? plainScale(losses) : halfRankScale(losses, normalQuantile);
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
