import type { Params, SearchSpace } from "../../../core/space.ts";
import { nearestRow, type Row } from "../../problems/recorded/nearest.ts";
import { lazy, sampledReference } from "../../problems/reference.ts";
import { median } from "../../quality/statistics.ts";
import { type CurveProblem, failedIsWorst, type Scale } from "./problem.ts";

/**
 * Trainings that really ran, with their curves. A point trains as that recorded configuration did which is nearest to it
 * among those that its study has not trained yet: two points near each other are two trainings, as they would be if they
 * ran, and not one training twice. When all have been, it begins anew.
 */

export interface RecordedCurves {
  /** Values of each configuration, in the order of the parameters. */
  rows: readonly Row[];
  lossAt(row: number, step: number): number;
  secondsAt(row: number, step: number): number;
}

export interface RecordedOptions
  extends Pick<CurveProblem, "suite" | "space" | "unit" | "min" | "max" | "steps" | "resumable"> {
  task: string;
  /** Called once, on first use. */
  read(): RecordedCurves;
}

export function recordedProblem({ task, read, ...options }: RecordedOptions): CurveProblem {
  const { suite, space, max } = options;
  const name = `${suite}/${task}`;
  const table = lazy(() => indexed(space, read()));
  const scaleBy = (lossOf: (row: number) => number): Scale => {
    const losses = table().rows.map((_, row) => failedIsWorst(lossOf(row)));
    const middle = median(losses);
    const capped = (params: Params) => Math.min(losses[table().nearest(params)]!, middle);
    return { best: Math.min(...losses), reference: sampledReference(name, space, capped), median: middle };
  };
  const lowest = (row: number) =>
    Math.min(...options.steps.map((step) => failedIsWorst(table().lossAt(row, step))));
  const scales = lazy(() => ({
    seen: scaleBy(lowest),
    final: scaleBy((row) => table().lossAt(row, max)),
  }));
  const meanSeconds = lazy(() => {
    const { rows, secondsAt } = table();
    return rows.reduce((sum, _, row) => sum + secondsAt(row, max), 0) / rows.length;
  });
  return {
    name,
    ...options,
    open() {
      const { nearest, lossAt, secondsAt, rows } = table();
      const taken = new Set<number>();
      return (params) => {
        const row = nearest(params, taken);
        taken.add(row);
        if (taken.size === rows.length) taken.clear();
        return { lossAt: (step) => lossAt(row, step), secondsAt: (step) => secondsAt(row, step) };
      };
    },
    get meanSeconds() {
      return meanSeconds();
    },
    get scales() {
      return scales();
    },
  };
}

function indexed(space: SearchSpace, curves: RecordedCurves) {
  return { ...curves, nearest: nearestRow(space, curves.rows) };
}
