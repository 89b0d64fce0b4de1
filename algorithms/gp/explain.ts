import type { Evidence, Point } from "../../core/algorithm.ts";
import type { History } from "../common/history.ts";
import { nearestTrials } from "../common/nearest.ts";
import type { Aim, AimName } from "./aim.ts";
import type { Features } from "./features.ts";
import type { Output, Outputs } from "./outputs.ts";

/** Why a point of the Gaussian process was proposed, for people. */

export interface Context {
  history: History;
  outputs: Outputs;
  aim: Aim;
  features: Features;
  /** The study's number of a record's trial. */
  trialOf(n: number): number;
}

const RULES: Record<AimName, string> = {
  improvement: "gp-log-ei",
  "clear-improvement": "gp-log-ei-clear",
  "lower-bound": "gp-lower-bound",
  feasibility: "gp-feasibility",
  hypervolume: "gp-log-ehvi",
  scalarised: "gp-scalarised-ei",
};

/** What the mean may lie above the best, in standard deviations, and the point still count as exploiting. */
const EXPLOITS_WITHIN = 0.5;

export function explainProposal(point: Point, acquisition: number, context: Context): Evidence {
  const { history, outputs, aim, features, trialOf } = context;
  const { pin } = features;
  const row = new Float64Array(features.width);
  features.encode(features.complete(point), row, 0);
  const foretold = outputs.losses.map((output) => foretell(output, row));
  const exploring = isExploring(foretold, aim);
  // With a budget, one record a configuration.
  const known = pin ? { completed: aim.best } : history;
  const nearest = nearestTrials(known, point, pin?.dimension).map(trialOf);
  const results = history.completed.length;
  const inputs = {
    results,
    pending: history.pending.length,
    acquisition: rounded(acquisition),
    predicted: foretold.map(({ loss }) => rounded(loss)),
    std: foretold.map(({ std }) => rounded(std)),
    incumbent: aim.best[0] ? trialOf(aim.best[0].trial) : null,
    nearest,
    warp: outputs.losses.map(({ warp }) => warp),
    exploring,
    ...(pin && { budget: pin.value }),
  };
  const expected = `loss ${foretold.map(({ loss }) => Number(loss.toPrecision(4))).join(", ")} foretold`;
  const there = pin ? `${expected} at the largest compared budget` : expected;
  const near = nearest.length === 0 ? "none yet" : nearest.map((trial) => `trial ${trial}`).join(", ");
  const text = `Gaussian process on ${results} results: ${there}; ${reason(aim, exploring)}. Nearest: ${near}.`;
  return { rule: RULES[aim.name], inputs, text };
}

interface Foretold {
  /** In the loss's own unit, within what was seen. */
  loss: number;
  /** In units of the warped targets. */
  mean: number;
  std: number;
}

function foretell(output: Output, row: Float64Array): Foretold {
  const mean = new Float64Array(1);
  const variance = new Float64Array(1);
  output.posterior.predict(row, 1, mean, variance);
  return { loss: lossAt(output, mean[0]!), mean: mean[0]!, std: Math.sqrt(variance[0]!) };
}

/** Between the losses whose targets lie around it; the lowest or highest loss seen where it lies outside. */
function lossAt({ targets, values }: Output, target: number): number {
  let below = -1;
  let above = -1;
  for (let i = 0; i < targets.length; i++) {
    if (targets[i]! <= target && (below < 0 || targets[i]! > targets[below]!)) below = i;
    if (targets[i]! >= target && (above < 0 || targets[i]! < targets[above]!)) above = i;
  }
  if (below < 0 || above < 0) return values[below < 0 ? above : below]!;
  const width = targets[above]! - targets[below]!;
  const share = width > 0 ? (target - targets[below]!) / width : 0;
  return values[below]! * (1 - share) + values[above]! * share;
}

function isExploring(foretold: readonly Foretold[], { threshold }: Aim): boolean {
  const { mean, std } = foretold[0]!;
  return threshold === null || mean - threshold > EXPLOITS_WITHIN * std;
}

function reason({ name }: Aim, exploring: boolean): string {
  switch (name) {
    case "feasibility":
      return "no trial satisfies the constraints yet, so it goes where that is most likely";
    case "hypervolume":
      return "it promises the largest gain in hypervolume beyond the front";
    case "scalarised":
      return "it promises the largest gain under a random weighting of the objectives";
    case "clear-improvement":
      return "it explores: hardly anything is left to gain near the best, so a clear improvement counts";
    case "lower-bound":
      return "it explores: how good it could be counts, not what is expected";
    case "improvement":
      return exploring
        ? "it explores: the prediction is worse than the best, but uncertain enough to be better"
        : "it exploits: the prediction is about as good as the best, or better";
  }
}

/** JSON has no infinities, and nobody reads seventeen digits. */
function rounded(value: number): number | null {
  return Number.isFinite(value) ? Number(value.toPrecision(6)) : null;
}
