import { logMassInside } from "./unit-mass.ts";

/**
 * The different kernels of a stepped coordinate. Many trials share a level, and most a bandwidth with it, so that few
 * masses have to be computed for many observations.
 */
export interface DistinctKernels {
  readonly size: number;
  /** Number of the kernel, counted from 0 in the order of asking. */
  idOf(level: number, mu: number, sigma: number): number;
  mu(id: number): number;
  sigma(id: number): number;
  /** ln Z: of the mass inside [0, 1]. */
  logInside(id: number): number;
  clear(): void;
}

export function createDistinctKernels(): DistinctKernels {
  const ids = new Map<number, Map<number, number>>();
  let centres: number[] = [];
  let sigmas: number[] = [];
  let insides: number[] = [];
  return {
    get size() {
      return centres.length;
    },
    idOf(level, mu, sigma) {
      let ofLevel = ids.get(level);
      if (ofLevel === undefined) {
        ofLevel = new Map();
        ids.set(level, ofLevel);
      }
      const known = ofLevel.get(sigma);
      if (known !== undefined) return known;
      const id = centres.length;
      ofLevel.set(sigma, id);
      centres.push(mu);
      sigmas.push(sigma);
      insides.push(logMassInside(mu, sigma));
      return id;
    },
    mu: (id) => centres[id]!,
    sigma: (id) => sigmas[id]!,
    logInside: (id) => insides[id]!,
    clear() {
      ids.clear();
      centres = [];
      sigmas = [];
      insides = [];
    },
  };
}
