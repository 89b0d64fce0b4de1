import { cellOf, levelAt } from "../../core/dimension.ts";
import { normalCdf, normalQuantile } from "../../math/normal.ts";
import { deviation, type Gaussian } from "./gaussian.ts";
import { type Layout, orderedAt } from "./layout.ts";

/**
 * The margin of CMA-ES with margin (Hamano et al. 2022, "CMA-ES with Margin: Lower-Bounding Marginal Probability for
 * Mixed-Integer Black-Box Optimization", section 4): an ordered coordinate never samples one level alone.
 *
 * α = 1 / (d λ). s: standard deviation of the coordinate before stretching. A: its stretch, >= 1, which points are
 * sampled with and which the update leaves out. Unlike the paper's, A starts from 1 in each generation, so that a
 * coordinate whose own deviation suffices again is sampled as it is.
 */
export interface Margined {
  readonly mean: Float64Array;
  /** A, one a coordinate; 1 for continuous ones. */
  readonly stretch: Float64Array;
}

export function withMargin(state: Gaussian, layout: Layout, size: number): Margined {
  const mean = state.mean.slice();
  const stretch = new Float64Array(state.d).fill(1);
  const alpha = 1 / (Math.max(1, state.d) * size);
  for (let i = layout.continuous; i < state.d; i++) {
    const dimension = orderedAt(layout, i)!;
    // The mean itself stays in the box: beyond an edge it would only be drawn back here again.
    const m = Math.min(1, Math.max(0, mean[i]!));
    const level = levelAt(dimension, m);
    const { low, high } = cellOf(dimension, level);
    const s = deviation(state, i);
    if (level === 0) mean[i] = Math.max(m, high - farthest(s, alpha));
    else if (level === dimension.levels - 1) mean[i] = Math.min(m, low + farthest(s, alpha));
    else {
      const inner = withinCell(m, s, low, high, alpha);
      mean[i] = inner.mean;
      stretch[i] = inner.stretch;
    }
  }
  return { mean, stretch };
}

/** How far the mean may be from the only edge of a border cell for it to be crossed with probability α. */
function farthest(s: number, alpha: number): number {
  return s * normalQuantile(1 - alpha);
}

/** Both edges of an inner cell are crossed with probability α / 2 at least (equations 14-21 of the paper). */
function withinCell(m: number, s: number, low: number, high: number, alpha: number) {
  const below = normalCdf((low - m) / s);
  const above = normalCdf((m - high) / s);
  if (below >= alpha / 2 && above >= alpha / 2) return { mean: m, stretch: 1 };
  const inside = 1 - below - above;
  const raisedBelow = Math.max(alpha / 2, below);
  const raisedAbove = Math.max(alpha / 2, above);
  const excess = 1 - raisedBelow - raisedAbove - inside;
  const share = excess / (raisedBelow + raisedAbove + inside - (3 * alpha) / 2);
  const lowQuantile = normalQuantile(1 - (raisedBelow + share * (raisedBelow - alpha / 2)));
  const highQuantile = normalQuantile(1 - (raisedAbove + share * (raisedAbove - alpha / 2)));
  return {
    mean: (low * highQuantile + high * lowQuantile) / (lowQuantile + highQuantile),
    stretch: (high - low) / ((lowQuantile + highQuantile) * s),
  };
}
