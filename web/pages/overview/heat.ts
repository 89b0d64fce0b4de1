import type { TrialResource } from "../../../core/resources.ts";
import { robustScale } from "../../charts/scale.ts";
import type { CellContext, Column } from "./columns.tsx";

/** The shading of a cell. */
export type Shade = (column: Column, trial: TrialResource) => { background: string } | undefined;

const noShade: Shade = () => undefined;

/** Fewer rows show no pattern. */
const FEWEST = 3;
/** So that text keeps its contrast in both themes, also in a selected row: on the panel, not on the row. Per cent. */
const STRONGEST = 16;

/** Shades numeric columns by value, robustly: the better the stronger, or the larger where neither end is better. */
export function heatOf(
  wanted: boolean,
  columns: readonly Column[],
  trials: readonly TrialResource[],
  context: CellContext,
): Shade {
  if (!wanted || trials.length < FEWEST) return noShade;
  const scales = new Map(
    columns
      .filter(({ id, number, better }) => number && (better !== undefined || id.startsWith("p:")))
      .map((column) => {
        const values = trials.map((trial) => column.value(trial, context));
        return [column.id, robustScale(values.filter((value) => typeof value === "number"))] as const;
      }),
  );
  return (column, trial) => {
    const scale = scales.get(column.id);
    const value = column.value(trial, context);
    if (scale === undefined || typeof value !== "number") return undefined;
    const position = scale.position(value);
    const strength = STRONGEST * (column.better === "low" ? 1 - position : position);
    const hue = column.better === undefined ? "--state-running" : "--accent";
    return { background: `color-mix(in srgb, var(${hue}) ${strength.toFixed(0)}%, var(--panel))` };
  };
}
