import type uPlot from "uplot";

export type Points = readonly (readonly [number, number | null])[];

/**
 * Lines with steps of their own, as the one table of x and columns that uPlot draws: undefined where a line has no point at
 * this step (the line goes on), null where it has one without a value (the line breaks).
 */
export function align(lines: readonly Points[]): uPlot.AlignedData {
  const steps = [...new Set(lines.flatMap((points) => points.map(([step]) => step)))].sort((a, b) => a - b);
  const rowOf = new Map(steps.map((step, row) => [step, row]));
  const columns = lines.map((points) => {
    const column: (number | null | undefined)[] = new Array(steps.length).fill(undefined);
    for (const [step, value] of points) column[rowOf.get(step)!] = value;
    return column;
  });
  return [steps, ...columns];
}
