import type { Problem } from "../../core/algorithm.ts";
import type { GpData } from "../../math/gp/model.ts";
import type { TrialRecord } from "../common/history.ts";
import type { Features } from "./features.ts";
import { alignLevels } from "./levels.ts";
import { atPin, type Pin } from "./pin.ts";
import { medianOf } from "./warp.ts";

/** What the log says about each output, in the order in which it became known. */

export interface Observations {
  /** n trials. */
  records: readonly TrialRecord[];
  /** n rows of d features. */
  rows: readonly Float64Array[];
  /** How far each is from the pinned budget; null without one. */
  distances: Float64Array | null;
  /**
   * The first `count` values, lower is better, as they are when nothing else is known: so a fit of an earlier moment can
   * be made again later.
   */
  values(count: number): Float64Array;
}

/** How a trial that ended without a result counts: 0 is a success, 2 a certain failure, 1 between them. */
const INFEASIBLE = 2;
/** A crash may have been the machine's fault: alone it says little, several in one place say as much. */
const FAILED = 1.6;
/** Above it a failure is predicted. */
export const FAILURE_THRESHOLD = 1;

export interface Ledger {
  observe(record: TrialRecord): void;
  /**
   * One an objective, of all trials that ended; with a pinned budget, all losses are in the unit of those there. Those without a result count as no better than the median: what is
   * certain to teach nothing must not look unexplored.
   */
  losses(): Observations[];
  /** One an outcome constraint, of trials that measured it. Values are violations. */
  violations(): Observations[];
  /** Trials that ended well or failed; null when none failed. */
  failures(): Observations | null;
  rowOf(record: TrialRecord): Float64Array;
}

export function createLedger(problem: Problem, features: Features): Ledger {
  const { pin } = features;
  const finished = new Map<number, TrialRecord>();
  const rows = new WeakMap<TrialRecord, Float64Array>();
  const rowOf = (record: TrialRecord): Float64Array => {
    const known = rows.get(record);
    if (known) return known;
    const row = new Float64Array(features.width);
    features.encode(features.complete(record.point), row, 0);
    rows.set(record, row);
    return row;
  };
  const observations = (
    records: readonly TrialRecord[],
    values: (first: readonly TrialRecord[]) => Float64Array,
  ): Observations => ({
    records,
    rows: records.map(rowOf),
    distances: pin && Float64Array.from(records, (record) => distanceFrom(pin, rowOf(record))),
    values: (count) => values(records.slice(0, count)),
  });
  return {
    rowOf,
    observe(record) {
      // A trial that is run again becomes known anew.
      finished.delete(record.trial);
      if (record.status !== "pending" && record.status !== "cancelled") finished.set(record.trial, record);
    },
    losses() {
      const records = [...finished.values()];
      return Array.from({ length: problem.objectives }, (_, k) =>
        observations(records, (first) => lossesOf(first, k, pin && { pin, rowOf })),
      );
    },
    violations() {
      return Array.from({ length: problem.constraints }, (_, k) => {
        const measured = [...finished.values()].filter(({ violations }) => Number.isFinite(violations[k]));
        return observations(measured, (first) =>
          Float64Array.from(first, ({ violations }) => violations[k]!),
        );
      });
    },
    failures() {
      const records = [...finished.values()].filter(({ status }) => status !== "pruned");
      const failed = records.some((record) => failureOf(record) > 0);
      return failed ? observations(records, (first) => Float64Array.from(first, failureOf)) : null;
    },
  };
}

function lossesOf(records: readonly TrialRecord[], k: number, budgets: Budgets | null): Float64Array {
  const completed = records.filter(hasResult);
  const aligned = budgets === null ? asTheyAre : alignerOf(completed, k, budgets);
  const lossOf = (record: TrialRecord) => aligned(record, record.losses![k]!);
  const median = completed.length === 0 ? 0 : medianOf(completed.map(lossOf));
  return Float64Array.from(records, (record) =>
    hasResult(record) ? lossOf(record) : atLeast(median, record, k, aligned),
  );
}

interface Budgets {
  pin: Pin;
  rowOf(record: TrialRecord): Float64Array;
}

/** A loss of a trial in the unit of those at the pinned budget. */
type Aligner = (record: TrialRecord, loss: number) => number;

const asTheyAre: Aligner = (_record, loss) => loss;

function alignerOf(completed: readonly TrialRecord[], k: number, { pin, rowOf }: Budgets): Aligner {
  const budgetOf = (record: TrialRecord) => rowOf(record)[pin.column]!;
  const map = alignLevels(
    completed.map((record) => ({
      configuration: atPin(pin, rowOf(record)).join(","),
      budget: budgetOf(record),
      loss: record.losses![k]!,
    })),
    pin.value,
  );
  return (record, loss) => map(budgetOf(record), loss);
}

function distanceFrom({ column, value }: Pin, row: Float64Array): number {
  return Math.abs(row[column]! - value);
}

function hasResult({ status, losses }: TrialRecord): boolean {
  return status === "completed" && losses !== null;
}

/** A pruned trial was worse than others when it was stopped, and would hardly have got worse. */
function atLeast(median: number, record: TrialRecord, k: number, aligned: Aligner): number {
  if (record.status !== "pruned") return median;
  const loss = record.last?.losses[k];
  return loss !== undefined && Number.isFinite(loss) ? Math.max(aligned(record, loss), median) : median;
}

function failureOf({ status, losses }: TrialRecord): number {
  if (status === "failed") return FAILED;
  return status === "infeasible" || losses === null ? INFEASIBLE : 0;
}

/** Some of the observations as the data of a model, with these n targets. */
export function dataOf(
  { rows }: Observations,
  categorical: Uint8Array,
  indices: readonly number[],
  targets: Float64Array,
): GpData {
  const d = categorical.length;
  const x = new Float64Array(indices.length * d);
  for (const [position, index] of indices.entries()) x.set(rows[index]!, position * d);
  return { n: indices.length, d, x, categorical, y: Float64Array.from(indices, (index) => targets[index]!) };
}

/** Whether a log began with these very records, none of them changed since. */
export function isPrefix(start: readonly TrialRecord[], all: readonly TrialRecord[]): boolean {
  return start.length <= all.length && start.every((record, index) => record === all[index]);
}
