import type { Point, Problem, Search, Suggestion } from "../core/algorithm.ts";
import { indexAt } from "../core/dimension.ts";
import type { SourcePoint, WarmStartSource } from "../core/warm-start.ts";
import { createDistinct } from "./common/distinct.ts";
import { createHistory, type History } from "./common/history.ts";

/**
 * Any algorithm with a head start: the best points of earlier studies are tried first (the strongest simple form of
 * transfer, and the algorithm learns from them like from any trial). A source is believed for a few points; after that
 * it must show that it ranks this study's trials as this study does, or it is dropped.
 */

/** Points of each source that are tried on trust. */
const TRUSTED_POINTS = 3;
/** Results from which similarity can be judged at all. */
const MIN_RESULTS = 5;
/** Least rank correlation at which a source is worth more trials. */
const MIN_SIMILARITY = 0.3;
/** Neighbours whose ranks foretell a point's. */
const NEIGHBOURS = 3;

/** @param points most points that are tried again, over all sources. */
export function withWarmStart(
  base: Search,
  problem: Problem,
  sources: readonly WarmStartSource[],
  points: number,
): Search {
  const history = createHistory();
  const distinct = createDistinct(problem);
  const tries = sources.map(() => 0);
  const origin = originOf(problem, sources);
  const oracles = sources.map((source) => oracleOf(problem, source));

  return {
    observe(event) {
      if (event.type === "scheduled") {
        const source = origin(event.point);
        if (source !== undefined && !distinct.has(event.point)) tries[source]! += 1;
        distinct.add(event.point);
      }
      history.observe(event);
      base.observe(event);
    },
    suggest(rng) {
      const total = tries.reduce((sum, count) => sum + count, 0);
      // Past the points on trust every second suggestion is the algorithm's own.
      const turn = total < TRUSTED_POINTS * sources.length || history.trials.length % 2 === 0;
      const transferred =
        turn && total < points ? transfer(problem, oracles, tries, history, distinct.has) : null;
      return transferred ?? base.suggest(rng);
    },
  };
}

/** A source, and what it foretells of points: each is asked of it in every second suggestion, and worked out once. */
interface Oracle {
  source: WarmStartSource;
  foretell(point: Point): number;
}

function oracleOf(problem: Problem, source: WarmStartSource): Oracle {
  const known = new WeakMap<Point, number>();
  return {
    source,
    foretell(point) {
      const rank = known.get(point) ?? foretell(problem, source.points, point);
      known.set(point, rank);
      return rank;
    },
  };
}

function transfer(
  problem: Problem,
  oracles: readonly Oracle[],
  tries: readonly number[],
  history: History,
  tried: (point: Point) => boolean,
): Suggestion | null {
  const candidates = oracles.flatMap((oracle, index) => {
    const { source } = oracle;
    const similarity = similarityOf(oracle, history);
    const trusted = tries[index]! < TRUSTED_POINTS && (similarity === null || similarity > 0);
    if (!trusted && (similarity === null || similarity < MIN_SIMILARITY)) return [];
    const best = source.points.find(({ point }) => !tried(point) && problem.feasible(point));
    return best === undefined ? [] : [{ source, similarity, best }];
  });
  // The first of the most similar: deterministic, and the user's order breaks ties.
  const chosen = candidates.reduce<(typeof candidates)[number] | null>(
    (most, candidate) =>
      most === null || (candidate.similarity ?? 0) > (most.similarity ?? 0) ? candidate : most,
    null,
  );
  if (chosen === null) return null;
  const { source, similarity, best } = chosen;
  const likeness =
    similarity === null
      ? "too early to judge how alike they are"
      : `rank correlation ${similarity.toFixed(2)}`;
  const text = `Trial ${best.trial} of study "${source.study}", among its best ${percent(best.rank)} (${likeness}).`;
  const inputs = { study: source.study, trial: best.trial, rank: best.rank, similarity };
  return { type: "start", point: best.point, budget: null, why: { rule: "warm-start", inputs, text } };
}

function percent(rank: number): string {
  return `${Math.max(1, Math.ceil(rank * 100))} %`;
}

/** Which source a point came from: the first that holds it. */
function originOf(
  problem: Problem,
  sources: readonly WarmStartSource[],
): (point: Point) => number | undefined {
  const keyed = new Map<string, number>();
  for (const [index, { points }] of sources.entries()) {
    for (const { point } of points) {
      const key = JSON.stringify(point);
      if (problem.feasible(point) && !keyed.has(key)) keyed.set(key, index);
    }
  }
  return (point) => keyed.get(JSON.stringify(point));
}

/**
 * Spearman's correlation between this study's losses and what the source's nearest points foretell, -1 to 1; null while
 * there are too few results, or they are all alike.
 */
function similarityOf(oracle: Oracle, { completed }: History): number | null {
  const results = completed.filter(({ losses }) => losses!.length === 1);
  if (results.length < MIN_RESULTS) return null;
  const foretold = results.map(({ point }) => oracle.foretell(point));
  return correlation(ranks(foretold), ranks(results.map(({ losses }) => losses![0]!)));
}

function foretell(problem: Problem, points: readonly SourcePoint[], target: Point): number {
  const near = points
    .map(({ point, rank }) => ({ distance: distanceBetween(problem, point, target), rank }))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, NEIGHBOURS);
  const weights = near.map(({ distance }) => 1 / (distance + 1e-6));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return near.reduce((sum, { rank }, index) => sum + rank * weights[index]!, 0) / total;
}

/** Gower's distance: mean over the coordinates, a different choice or activity counting 1. */
function distanceBetween({ dimensions }: Problem, a: Point, b: Point): number {
  let sum = 0;
  for (const [index, dimension] of dimensions.entries()) {
    const x = a[index]!;
    const y = b[index]!;
    if (x === null || y === null) sum += x === y ? 0 : 1;
    else if (dimension.kind === "categorical") sum += indexAt(dimension, x) === indexAt(dimension, y) ? 0 : 1;
    else sum += Math.abs(x - y);
  }
  return sum / Math.max(1, dimensions.length);
}

/** Ranks from 0, ties at their mean. */
function ranks(values: readonly number[]): number[] {
  const order = values.map((_, index) => index).sort((a, b) => values[a]! - values[b]!);
  const result = values.map(() => 0);
  for (let from = 0; from < order.length; ) {
    let to = from;
    while (to + 1 < order.length && values[order[to + 1]!] === values[order[from]!]) to++;
    for (let k = from; k <= to; k++) result[order[k]!] = (from + to) / 2;
    from = to + 1;
  }
  return result;
}

function correlation(a: readonly number[], b: readonly number[]): number | null {
  const mean = (a.length - 1) / 2;
  let ab = 0;
  let aa = 0;
  let bb = 0;
  for (let k = 0; k < a.length; k++) {
    ab += (a[k]! - mean) * (b[k]! - mean);
    aa += (a[k]! - mean) ** 2;
    bb += (b[k]! - mean) ** 2;
  }
  return aa === 0 || bb === 0 ? null : ab / Math.sqrt(aa * bb);
}
