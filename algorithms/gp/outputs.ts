import type { Problem } from "../../core/algorithm.ts";
import type { Posterior } from "../../math/gp/model.ts";
import type { TrialRecord } from "../common/history.ts";
import type { GpConfig } from "./config.ts";
import type { Features } from "./features.ts";
import { createLedger, FAILURE_THRESHOLD, type Observations } from "./observations.ts";
import { DEFAULT_PRIOR, withBudget } from "./prior.ts";
import { createSurrogate, type Fitted, type Surrogate } from "./surrogate.ts";
import { plainTarget, type WarpName } from "./warp.ts";

/** The models of everything that a trial's point decides: losses, outcome constraints, and whether it fails. */

export interface Output extends Fitted, Pick<Observations, "records" | "rows"> {}

/** An output that is good up to a threshold, in units of its targets. */
export interface Limited extends Output {
  threshold: number;
}

export interface Outputs {
  /** One an objective. */
  losses: Output[];
  /** Outcome constraints that were measured, and failures where there were any. */
  limits: Limited[];
}

export interface OutputModels {
  observe(record: TrialRecord): void;
  /** @throws NotPositiveDefiniteError where numbers break down. */
  fit(): Outputs;
  rowOf(record: TrialRecord): Float64Array;
}

export function createOutputModels(problem: Problem, features: Features, options: GpConfig): OutputModels {
  const { warp, inputWarp } = options;
  const ledger = createLedger(problem, features);
  const { categorical, pin } = features;
  const budget = pin?.column ?? null;
  const prior = budget === null ? DEFAULT_PRIOR : withBudget(DEFAULT_PRIOR, budget);
  const surrogates = (count: number, warp: WarpName | "auto"): Surrogate[] =>
    Array.from({ length: count }, () => createSurrogate({ categorical, prior, budget, warp, inputWarp }));
  const losses = surrogates(problem.objectives, warp);
  const limits = surrogates(problem.constraints, "none");
  const failure = surrogates(1, "none")[0]!;

  const limited = (surrogate: Surrogate, data: Observations, limit: number): Limited[] => {
    if (data.records.length === 0) return [];
    const fitted = surrogate.at(data);
    return [{ ...fitted, ...tried(data), threshold: plainTarget(fitted.values, limit) }];
  };
  return {
    observe: ledger.observe,
    rowOf: ledger.rowOf,
    fit() {
      const failures = ledger.failures();
      return {
        losses: ledger.losses().map((data, k) => ({ ...losses[k]!.at(data), ...tried(data) })),
        limits: [
          ...ledger.violations().flatMap((data, k) => limited(limits[k]!, data, 0)),
          ...(failures ? limited(failure, failures, FAILURE_THRESHOLD) : []),
        ],
      };
    },
  };
}

/** A posterior that has seen the pending points come out as it foretells: it keeps off them. */
export function believing(posterior: Posterior, rows: readonly Float64Array[]): Posterior {
  const mean = new Float64Array(1);
  const variance = new Float64Array(1);
  let believed = posterior;
  for (const row of rows) {
    believed.predict(row, 1, mean, variance);
    believed = believed.extend(row, mean[0]!);
  }
  return believed;
}

function tried({ records, rows }: Observations) {
  return { records, rows };
}
