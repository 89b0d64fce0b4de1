import type { Rng } from "../../core/rng.ts";
import { posteriorTerm } from "./acquisition.ts";
import { type Aim, isAttained } from "./aim.ts";
import { attainedAt } from "./attained.ts";
import { hypervolumeImprovement, scalarisedImprovement } from "./hypervolume-improvement.ts";
import { believing, type Output } from "./outputs.ts";
import { atPin, type Pin } from "./pin.ts";

/** What is hoped for with several objectives: to push the front forward. */

/** Objectives up to which the hypervolume's boxes are few. */
const MOST_FOR_HYPERVOLUME = 3;
/** Share of the range by which the reference point lies behind the worst that was seen. */
const BEHIND = 0.1;

/** `pin`: see `objectiveOf`. `pending`: rows of trials that run; they count as if they had come out as foretold. */
export function severalAims(
  losses: readonly Output[],
  pin: Pin | null,
  pending: readonly Float64Array[],
  rng: Rng,
): Aim {
  const d = losses[0]!.theta.length - 2;
  const known = losses.map((loss) => attainedAt(pin, loss));
  const { records } = known[0]!;
  const usable = [...records.keys()].filter((index) => isAttained(records[index]!));
  const points = usable.map((index) => known.map(({ targets }) => targets[index]!));
  if (points.length === 0) return { name: "feasibility", term: null, best: records, threshold: null };
  const posteriors = losses.map(({ posterior }) => believing(posterior, pending));
  const there = pending.map((row) => (pin === null ? row : atPin(pin, row)));
  const believed = there.map((row) => posteriors.map((posterior) => meanAt(posterior, row)));
  const front = [...points, ...believed];
  const weights = simplexWeights(losses.length, rng);
  const ideal = losses.map((_, k) => Math.min(...front.map((point) => point[k]!)));
  const scalarised = (point: readonly number[]) =>
    Math.max(...point.map((target, k) => weights[k]! * (target - ideal[k]!)));
  const best = usable
    .map((index, i) => ({ record: records[index]!, value: scalarised(points[i]!) }))
    .sort((a, b) => a.value - b.value)
    .map(({ record }) => record);
  const hypervolume = losses.length <= MOST_FOR_HYPERVOLUME;
  const criterion = hypervolume
    ? hypervolumeImprovement(front, referenceOf(points))
    : scalarisedImprovement(weights, ideal, Math.min(...front.map(scalarised)));
  return {
    name: hypervolume ? "hypervolume" : "scalarised",
    term: posteriorTerm(posteriors, d, criterion),
    best,
    threshold: null,
  };
}

/** A little behind the worst of all results in each loss. */
function referenceOf(points: readonly (readonly number[])[]): number[] {
  return points[0]!.map((_, k) => {
    const values = points.map((point) => point[k]!);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    return high + BEHIND * Math.max(high - low, 1e-6);
  });
}

/** Uniform on the simplex, none of them 0. */
function simplexWeights(count: number, rng: Rng): number[] {
  const draws = Array.from({ length: count }, () => -Math.log(Math.max(rng(), 1e-12)) + 1e-3);
  const sum = draws.reduce((a, b) => a + b, 0);
  return draws.map((draw) => draw / sum);
}

function meanAt(posterior: Output["posterior"], row: Float64Array): number {
  const mean = new Float64Array(1);
  posterior.predict(row, 1, mean, new Float64Array(1));
  return mean[0]!;
}
