import type { Rng } from "../../core/rng.ts";
import type { Distribution } from "./distribution.ts";
import { deviation } from "./gaussian.ts";

/**
 * When a run has come to its end, and how large the next one is: populations that double (IPOP, Auger & Hansen 2005), or
 * in turn with small ones on the smaller budget (BIPOP, Hansen 2009).
 */

export type Restarts = "none" | "ipop" | "bipop";

/** What is known of a run that decides about its end. */
export interface Progress {
  /** The best loss of each generation that had one. */
  readonly bests: readonly number[];
  /** The widest range of losses within one generation so far: the scale that differences are judged by. */
  readonly scale: number;
  readonly startSigma: number;
}

/** Why the run is at its end, for people; null while it is not. */
export function endOf(
  { normal, constants, layout }: Distribution,
  { bests, scale, startSigma }: Progress,
): string | null {
  const { d } = normal;
  if (d === 0) return null;
  const generations = 10 + Math.ceil((30 * d) / constants.size);
  if (bests.length >= generations) {
    const recent = bests.slice(-generations);
    if (Math.max(...recent) - Math.min(...recent) <= TOL_LOSS * scale) return "its losses no longer differ";
  }
  if (stagnates(bests, generations)) return "it no longer improves";
  let largest = 0;
  let smallestRoot = Number.POSITIVE_INFINITY;
  let largestRoot = 0;
  for (let i = 0; i < d; i++) {
    largest = Math.max(largest, deviation(normal, i));
    const root = normal.l[i * d + i]!;
    smallestRoot = Math.min(smallestRoot, root);
    largestRoot = Math.max(largestRoot, root);
  }
  // Ordered coordinates are kept apart by their margin, so only a space with floats can become too small to matter.
  if (layout.continuous > 0 && largest < TOL_X) return "its steps are too small to matter";
  if ((largestRoot / smallestRoot) ** 2 > MAX_CONDITION) return "its distribution degenerated";
  if (normal.sigma > MAX_GROWTH * startSigma) return "its step size diverged";
  return null;
}

const TOL_LOSS = 1e-10;
/** In units of the unit cube; nobody tunes to more digits. */
const TOL_X = 1e-9;
const MAX_CONDITION = 1e14;
const MAX_GROWTH = 1e4;

/** Hansen 2009: over a fifth of a long history, neither the median nor the best of generation bests has improved. */
function stagnates(bests: readonly number[], generations: number): boolean {
  const window = Math.max(120, generations, Math.floor(bests.length / 5));
  if (bests.length < 2 * window) return false;
  const earlier = median(bests.slice(-2 * window, -window));
  return median(bests.slice(-window)) >= earlier;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1]!;
}

export type Regime = "first" | "large" | "small";

/** A run that has ended. */
export interface PastRun {
  readonly regime: Regime;
  readonly size: number;
  /** Results that it used up. */
  readonly results: number;
}

/** Regime, population size and part of the initial step size of the run after `past`, which is not empty. */
export function nextRun(
  restarts: Exclude<Restarts, "none">,
  past: readonly PastRun[],
  rng: Rng,
): { regime: Regime; size: number; sigmaFactor: number } {
  const base = past[0]!.size;
  const largest = past.reduce(
    (size, run) => (run.regime === "small" ? size : Math.max(size, run.size)),
    base,
  );
  const spent = (regime: Regime) =>
    past.reduce((sum, run) => sum + (run.regime === regime ? run.results : 0), 0);
  const large = { regime: "large", size: 2 * largest, sigmaFactor: 1 } as const;
  if (restarts === "ipop" || spent("small") >= spent("large")) return large;
  const shrink = Math.max(1, largest / (2 * base)) ** (rng() ** 2);
  return { regime: "small", size: Math.floor(base * shrink), sigmaFactor: 10 ** (-2 * rng()) };
}
