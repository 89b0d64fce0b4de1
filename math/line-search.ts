/**
 * A step along a descent direction that satisfies the strong Wolfe conditions, by bracketing and zooming with cubic
 * interpolation (Nocedal & Wright 2006, algorithms 3.5 and 3.6). Values that are not finite are taken as too high.
 *
 * t: step. f: value, g: slope along the direction, both at t.
 */

export interface Trial {
  t: number;
  f: number;
  g: number;
}

const SUFFICIENT_DECREASE = 1e-4;
const CURVATURE = 0.9;
const MOST_TRIALS = 20;
/** Interpolated steps keep this part of the bracket away from its ends. */
const MARGIN = 0.1;

/**
 * `at(t)` evaluates the function; `start` is its value and slope (< 0) at t = 0, `first` the step tried first, at most
 * `longest`. Returns the best step found, which may lack the curvature condition after 20 trials or at `longest`; null
 * where none lowers the value, or `at` returned null (no evaluations left).
 */
export function lineSearch(
  at: (t: number) => Trial | null,
  start: Trial,
  first: number,
  longest: number,
): Trial | null {
  let low = start;
  let high: Trial | null = null;
  let t = Math.min(first, longest);
  for (let trials = 0; trials < MOST_TRIALS; trials++) {
    const trial = at(t);
    if (trial === null) break;
    if (isTooHigh(trial, start, low)) high = trial;
    else {
      if (Math.abs(trial.g) <= -CURVATURE * start.g) return trial;
      const towards: number = high === null ? 1 : high.t - low.t;
      if (trial.g * towards >= 0) high = low;
      low = trial;
      if (high === null && t >= longest) break;
    }
    t = high === null ? Math.min(longest, 2.5 * t) : between(low, high);
    if (t === low.t || t === high?.t) break;
  }
  return low.t > 0 ? low : null;
}

function isTooHigh(trial: Trial, start: Trial, low: Trial): boolean {
  const allowed = start.f + SUFFICIENT_DECREASE * trial.t * start.g;
  return !Number.isFinite(trial.f) || !Number.isFinite(trial.g) || trial.f > allowed || trial.f >= low.f;
}

/** The minimum of the cubic through both ends (Nocedal & Wright 3.59), kept off the ends; the middle where there is none. */
function between(low: Trial, high: Trial): number {
  const width = high.t - low.t;
  const middle = low.t + width / 2;
  if (!Number.isFinite(high.f) || !Number.isFinite(high.g)) return middle;
  const d1 = low.g + high.g - (3 * (high.f - low.f)) / width;
  const root = Math.sqrt(d1 * d1 - low.g * high.g);
  const d2 = Math.sign(width) * root;
  const part = 1 - (high.g + d2 - d1) / (high.g - low.g + 2 * d2);
  if (!Number.isFinite(part)) return middle;
  return low.t + width * Math.min(1 - MARGIN, Math.max(MARGIN, part));
}
