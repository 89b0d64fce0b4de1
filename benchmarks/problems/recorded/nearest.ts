import { createEncoder } from "../../../core/encode.ts";
import type { Params, SearchSpace } from "../../../core/space.ts";

/** Values of one recorded configuration, in the order of the parameters. */
export type Row = readonly number[];

/**
 * The row whose point is nearest to that of the params: Euclidean in the unit cube of the declared scales, of equals the
 * first; those in `except` are passed over.
 */
export function nearestRow(
  space: SearchSpace,
  rows: readonly Row[],
): (params: Params, except?: ReadonlySet<number>) => number {
  const { encode } = createEncoder(space);
  const names = space.parameters.map(({ name }) => name);
  const d = names.length;
  const coordinates = (params: Params) => encode(params) as readonly number[];
  const points = Float64Array.from(
    rows.flatMap((row) => coordinates(Object.fromEntries(names.map((name, index) => [name, row[index]!])))),
  );
  return (params, except) => {
    const point = coordinates(params);
    let nearest = 0;
    let least = Number.POSITIVE_INFINITY;
    for (let row = 0; row < rows.length; row++) {
      let distance = 0;
      for (let i = 0; i < d; i++) distance += (points[row * d + i]! - point[i]!) ** 2;
      if (distance >= least || except?.has(row)) continue;
      nearest = row;
      least = distance;
    }
    return nearest;
  };
}
