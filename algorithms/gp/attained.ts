import type { TrialRecord } from "../common/history.ts";
import type { Output } from "./outputs.ts";
import { atPin, flat, type Pin } from "./pin.ts";

/** What an output is at the points that were tried, as far as is known: one entry each. */
export interface Attained {
  records: readonly TrialRecord[];
  rows: readonly Float64Array[];
  targets: Float64Array;
}

/**
 * Without a pin, the observations. With one, one entry a configuration, whatever budgets it was observed at: the record
 * nearest to the pinned budget, and what the model believes of the configuration there. A low loss at another budget is
 * nothing to improve on.
 */
export function attainedAt(pin: Pin | null, { records, rows, targets, posterior }: Output): Attained {
  if (pin === null) return { records, rows, targets };
  const nearest = new Map<string, number>();
  const moved = rows.map((row) => atPin(pin, row));
  const distance = (index: number) => Math.abs(rows[index]![pin.column]! - pin.value);
  for (const [index, row] of moved.entries()) {
    const key = row.join(",");
    const known = nearest.get(key);
    if (known === undefined || distance(index) <= distance(known)) nearest.set(key, index);
  }
  const indices = [...nearest.values()];
  const means = new Float64Array(indices.length);
  const points = flat(indices.map((index) => moved[index]!));
  posterior.predict(points, indices.length, means, new Float64Array(indices.length));
  return {
    records: indices.map((index) => records[index]!),
    rows: indices.map((index) => moved[index]!),
    targets: means,
  };
}
