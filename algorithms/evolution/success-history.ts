import type { Rng } from "../../core/rng.ts";

/**
 * Adaptation of differential evolution by what succeeded (SHADE, Tanabe & Fukunaga 2013).
 *
 * F: length of the difference, in (0, 1]. CR: share of the coordinates that come from the mutant, in [0, 1].
 * M_F, M_CR: memories of `MEMORY` past means; a child draws F ~ Cauchy(M_F[r], 0.1), CR ~ Normal(M_CR[r], 0.1).
 */

export interface Settings {
  f: number;
  cr: number;
}

export interface SuccessHistory {
  draw(rng: Rng): Settings;
  /** A child made with these settings finished; `improvement` > 0: by how much it beat its parent. */
  record(settings: Settings, improvement: number): void;
}

/** Entries of the memory; SHADE has as many as members, later variants 5 to 10. */
const MEMORY = 8;
const SPREAD = 0.1;
const START = 0.5;

/** `generation`: finished children after which their successes become one entry of the memory. */
export function createSuccessHistory(generation: number): SuccessHistory {
  const meanF = new Float64Array(MEMORY).fill(START);
  const meanCr = new Float64Array(MEMORY).fill(START);
  let next = 0;
  let finished = 0;
  let successes: (Settings & { improvement: number })[] = [];
  return {
    draw: (rng) => {
      const entry = Math.floor(rng() * MEMORY);
      const cr = meanCr[entry]! + SPREAD * normal(rng);
      return { f: drawLength(meanF[entry]!, rng), cr: Math.min(1, Math.max(0, cr)) };
    },
    record: (settings, improvement) => {
      finished++;
      if (improvement > 0) successes.push({ ...settings, improvement });
      if (finished < generation) return;
      finished = 0;
      if (successes.length === 0) return;
      const weights = weightsOf(successes);
      meanF[next] = lehmerMean(successes, weights);
      meanCr[next] = successes.reduce((sum, { cr }, i) => sum + weights[i]! * cr, 0);
      next = (next + 1) % MEMORY;
      successes = [];
    },
  };
}

/** Above 1 cut off, at 0 or below drawn again. */
function drawLength(mean: number, rng: Rng): number {
  for (;;) {
    const f = mean + SPREAD * Math.tan(Math.PI * (rng() - 0.5));
    if (f > 0) return Math.min(1, f);
  }
}

/** Box and Muller's method. */
function normal(rng: Rng): number {
  return Math.sqrt(-2 * Math.log(1 - rng())) * Math.cos(2 * Math.PI * rng());
}

/** Shares of the whole improvement. */
function weightsOf(successes: readonly { improvement: number }[]): number[] {
  const most = successes.reduce((largest, { improvement }) => Math.max(largest, improvement), 0);
  const shares = successes.map(({ improvement }) =>
    improvement === most ? 1 : Math.min(1, improvement / most),
  );
  const total = shares.reduce((sum, share) => sum + share, 0);
  return shares.map((share) => share / total);
}

/** Σ w F² / Σ w F: leans towards long differences, against the pull to short ones of a plain mean. */
function lehmerMean(successes: readonly Settings[], weights: readonly number[]): number {
  let squares = 0;
  let sum = 0;
  for (const [i, { f }] of successes.entries()) {
    squares += weights[i]! * f * f;
    sum += weights[i]! * f;
  }
  return squares / sum;
}
