import type { Evidence, Point, Problem } from "../../core/algorithm.ts";
import type { TrialRecord } from "../common/history.ts";
import type { Candidate } from "./maximise.ts";
import type { Surrogate } from "./surrogate.ts";

/** Why a point of the forest search was proposed, for people. */

export interface Context {
  problem: Problem;
  surrogate: Surrogate;
  /** Of the objectives, of sum 1. */
  weights: readonly number[];
  /** Completed trials, best first. */
  best: readonly TrialRecord[];
  results: number;
  pending: number;
}

const NEAREST = 3;

/** What the mean may lie above the best, in standard deviations, and the point still count as exploiting. */
const EXPLOITS_WITHIN = 0.5;

export function explainCandidate(candidate: Candidate, context: Context): Evidence {
  const { surrogate, problem, weights, best, results, pending } = context;
  const { point, mean, std, acquisition, from } = candidate;
  const nearest = nearestTrials(problem, best, point);
  const single = problem.objectives === 1;
  const predicted = surrogate.predict(point);
  const gap = surrogate.best === null ? null : (mean - surrogate.best) / std;
  const exploits = gap !== null && gap <= EXPLOITS_WITHIN;
  const aim =
    gap === null
      ? "no trial satisfies the constraints yet, so it goes where that is most likely"
      : exploits
        ? "it exploits: the prediction is about as good as the best, or better"
        : "it explores: the prediction is worse than the best, but uncertain enough to be better";
  const text =
    `Random forest on ${results} results: ${single ? "loss" : "losses"} ${predicted.map(short).join(", ")} foretold` +
    `${single ? "" : `, weighted ${weights.map((weight) => weight.toFixed(2)).join(" : ")} here`}; ${aim}. ` +
    `Nearest: ${nearest.length === 0 ? "none yet" : nearest.map((trial) => `trial ${trial}`).join(", ")}.`;
  return {
    rule: "rf-log-ei",
    inputs: {
      results,
      pending,
      acquisition: finite(acquisition),
      predicted: single ? finite(predicted[0]!) : predicted.map(finite),
      ...(single ? {} : { weights }),
      std: finite(std),
      incumbent: best[0]?.trial ?? null,
      nearest,
      from,
      aim: gap === null ? "feasibility" : exploits ? "exploit" : "explore",
    },
    text,
  };
}

export function explainRandom(share: number): Evidence {
  const text = `Random point, as ${Math.round(100 * share)} % of them are: it explores where the forest cannot know that it is wrong.`;
  return { rule: "rf-random", inputs: { share }, text };
}

/** Trial numbers by distance in the unit cube; a choice that differs, or a coordinate that only one has, counts 1. */
export function nearestTrials(problem: Problem, records: readonly TrialRecord[], point: Point): number[] {
  const near: { trial: number; distance: number }[] = [];
  for (const { trial, point: other } of records) {
    const distance = distanceOf(problem, point, other);
    if (near.length === NEAREST && distance >= near.at(-1)!.distance) continue;
    near.push({ trial, distance });
    near.sort((a, b) => a.distance - b.distance);
    near.length = Math.min(near.length, NEAREST);
  }
  return near.map(({ trial }) => trial);
}

function distanceOf({ dimensions }: Problem, a: Point, b: Point): number {
  let sum = 0;
  for (let k = 0; k < dimensions.length; k++) {
    const x = a[k]!;
    const y = b[k]!;
    if (x === null && y === null) continue;
    const apart = x === null || y === null || dimensions[k]!.kind === "categorical";
    sum += apart ? (x === y ? 0 : 1) : (x - y) ** 2;
  }
  return sum;
}

function short(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(4))) : "unknown";
}

/** JSON has no infinities. */
function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
