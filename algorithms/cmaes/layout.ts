import type { Dimension, Problem } from "../../core/algorithm.ts";
import { type Ordered, sizeOf } from "../../core/dimension.ts";

/** Which dimension is searched by which part of the distribution. Dimensions with one value are searched by none. */
export interface Layout {
  /**
   * Dimension of each coordinate of the normal distribution: continuous ones first, then ordered ones. In this order a
   * Cholesky factor gives the exact conditional distribution of the ordered coordinates given the continuous ones.
   */
  readonly normal: readonly number[];
  /** How many of them are continuous. */
  readonly continuous: number;
  /** Dimensions with a categorical distribution. */
  readonly categorical: readonly number[];
  readonly dimensions: readonly Dimension[];
}

export function layoutOf({ dimensions }: Problem): Layout {
  const of = (kind: Dimension["kind"]) =>
    dimensions.flatMap((dimension, index) =>
      dimension.kind === kind && sizeOf(dimension) > 1 ? [index] : [],
    );
  const continuous = of("continuous");
  return {
    normal: [...continuous, ...of("ordered")],
    continuous: continuous.length,
    categorical: of("categorical"),
    dimensions,
  };
}

/** The ordered dimension of a coordinate of the normal distribution; null for a continuous one. */
export function orderedAt({ normal, continuous, dimensions }: Layout, coordinate: number): Ordered | null {
  return coordinate < continuous ? null : (dimensions[normal[coordinate]!] as Ordered);
}
