import type { Dimension, Point } from "../../core/algorithm.ts";
import type { Feature } from "../../math/forest/table.ts";

/** Points as a forest sees them: coordinates as they are, choices as codes, NaN where inactive. */
export function featuresOf(dimensions: readonly Dimension[]): Feature[] {
  return dimensions.map((dimension) => ({
    choices: dimension.kind === "categorical" ? dimension.choices : 0,
  }));
}

/** n×d row-major. */
export function rowsOf(points: readonly Point[], width: number): Float64Array {
  const rows = new Float64Array(points.length * width);
  for (let row = 0; row < points.length; row++) {
    const point = points[row]!;
    for (let k = 0; k < width; k++) rows[row * width + k] = point[k] ?? Number.NaN;
  }
  return rows;
}
