import seedrandom from "seedrandom";

/** A source of uniform doubles in [0, 1). Always an argument, never a global. */
export type Rng = () => number;

/**
 * The randomness of one trial: a pure function of (study seed, trial number, purpose), so that a suggestion can be
 * derived again after any crash, on any host. `purpose` separates streams of one trial ("suggest", "seed", "holdout").
 * Alea (Baagøe 2010) through seedrandom: 53-bit doubles, identical on every platform.
 */
export function trialRng(studySeed: number, trialNumber: number, purpose: string): Rng {
  return seedrandom.alea(`${studySeed}/${trialNumber}/${purpose}`).double;
}

/** The randomness of a whole study (scrambles, permutations): a pure function of (study seed, purpose). */
export function studyRng(studySeed: number, purpose: string): Rng {
  return seedrandom.alea(`${studySeed}/${purpose}`).double;
}

/** A seed for training code, an integer in [0, 2^31): stable for (study seed, trial number). */
export function trialSeed(studySeed: number, trialNumber: number): number {
  return uniformInt(trialRng(studySeed, trialNumber, "seed"), 2 ** 31);
}

/** A uniform integer in [0, bound). */
export function uniformInt(rng: Rng, bound: number): number {
  return Math.floor(rng() * bound);
}
