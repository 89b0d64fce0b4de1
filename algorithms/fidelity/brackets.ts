/**
 * Sizes of brackets (Li et al. 2018, Algorithm 1), in whole numbers and without logarithms.
 *
 * K + 1: rungs. s: bracket, K down to 0; it starts at rung K - s. n: its trials. eta: reduction factor.
 */

/** A plan of successive halving. */
export interface BracketPlan {
  /** Index of its lowest rung. */
  readonly first: number;
  /** Trials at each of its rungs, from the lowest: the number that starts, then those that go on. */
  readonly sizes: readonly number[];
}

// A part in 10^9: a quotient of powers of an eta such as 2.5 may miss a whole number by the last digit.
const TOLERANCE = 1e-9;

/** floor(n / eta). */
export function shareOf(n: number, eta: number): number {
  return Math.floor((n / eta) * (1 + TOLERANCE));
}

/** floor(n / eta^i) for i = 0 … levels - 1. */
export function halvingSizes(n: number, eta: number, levels: number): number[] {
  return Array.from({ length: levels }, (_, i) => shareOf(n, eta ** i));
}

/** The brackets of Hyperband in their order, the most exploring first: n = ceil((K + 1) / (s + 1) eta^s). */
export function hyperbandBrackets(rungCount: number, eta: number): BracketPlan[] {
  return Array.from({ length: rungCount }, (_, first) => {
    const s = rungCount - 1 - first;
    const n = Math.ceil(((rungCount * eta ** s) / (s + 1)) * (1 - TOLERANCE));
    return { first, sizes: halvingSizes(n, eta, s + 1) };
  });
}
