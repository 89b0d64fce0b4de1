import type { Point } from "../../core/algorithm.ts";
import { normalScores } from "../common/normal-scores.ts";
import { compareRanks, type Rank } from "../common/ranks.ts";
import type { Distribution } from "./distribution.ts";
import { whiten } from "./gaussian.ts";
import { fitSurrogate } from "./surrogate.ts";

/** Evaluated points as the model of nearby results sees them. */
export interface Ranked {
  trial: number;
  point: Point;
  rank: Rank;
}

export interface Judge {
  /** Results that the judgement rests on. */
  results: number;
  /** Expected normal score of a point, lower is better: -1 is about the best sixth of the results nearby. */
  judge(point: Point): number;
}

/** Results in the model: enough for a quadratic trend in few dimensions, bounded because a fit costs their cube. */
const MOST_RESULTS = 200;
/** Farther from the mean than this many times √d, a result says nothing about the samples. */
const REACH = 4;
/** Results looked at, the latest ones. */
const LATEST = 2_000;
/** Two samples of the standard normal distribution are √2 apart in each coordinate; so are two choices. */
const MISMATCH = 2;

/** A judge of samples from the results near the distribution; null where there are too few. */
export function createJudge(distribution: Distribution, results: readonly Ranked[]): Judge | null {
  const { layout } = distribution;
  const dimensions = layout.normal.length + layout.categorical.length;
  const near = nearest(distribution, results.slice(-LATEST), dimensions);
  const n = near.length;
  if (n < dimensions + 2) return null;
  near.sort((a, b) => compareRanks(a.rank, b.rank));
  const distances = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < i; j++)
      distances[i * n + j] = squaredDistance(layout.categorical, near[i]!, near[j]!);
  const scores = normalScores(near, (a, b) => compareRanks(a.rank, b.rank));
  const surrogate = fitSurrogate(distances, scores, dimensions);
  if (surrogate === null) return null;
  return {
    results: n,
    judge(point) {
      const place = { point, z: whitePlace(distribution, point) };
      return surrogate.predict(
        Float64Array.from(near, (other) => squaredDistance(layout.categorical, place, other)),
      );
    },
  };
}

interface Place {
  point: Point;
  z: Float64Array;
}

function nearest(distribution: Distribution, results: readonly Ranked[], dimensions: number) {
  const places = results.map((result) => {
    const z = whitePlace(distribution, result.point);
    return { ...result, z, squared: z.reduce((sum, v) => sum + v * v, 0) };
  });
  const count = Math.min(MOST_RESULTS, 3 * dimensions + 20);
  return places
    .filter(({ squared }) => squared <= REACH ** 2 * dimensions)
    .sort((a, b) => a.squared - b.squared || a.trial - b.trial)
    .slice(0, count);
}

/** Coordinates in which the distribution is the standard normal one; an inactive coordinate is taken for the mean. */
function whitePlace({ normal, layout }: Distribution, point: Point): Float64Array {
  const y = Float64Array.from(layout.normal, (dimension, i) => {
    const coordinate = point[dimension]!;
    return coordinate === null ? 0 : (coordinate - normal.mean[i]!) / normal.sigma;
  });
  return whiten(normal, y);
}

function squaredDistance(categorical: readonly number[], a: Place, b: Place): number {
  let sum = 0;
  for (let i = 0; i < a.z.length; i++) sum += (a.z[i]! - b.z[i]!) ** 2;
  for (const dimension of categorical) if (a.point[dimension] !== b.point[dimension]) sum += MISMATCH;
  return sum;
}
