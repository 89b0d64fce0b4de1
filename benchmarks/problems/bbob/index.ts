import type { Params } from "../../../core/space.ts";
import { evaluationRng, simulatedSeconds } from "../chance.ts";
import { cube, vector } from "../parameters.ts";
import type { BenchmarkProblem } from "../problem.ts";
import { lazy, sampledReference } from "../reference.ts";
import type { BbobFunction, Create } from "./function.ts";
import * as multimodal from "./multimodal.ts";
import { optimalValue } from "./random.ts";
import * as unimodal from "./unimodal.ts";

/**
 * The 24 noiseless functions of COCO's suite "bbob" (Hansen et al. 2009, RR-6829), which the field compares numeric
 * optimisers on.
 */

const functions: readonly { create: Create; seed?: number }[] = [
  { create: unimodal.sphere },
  { create: unimodal.ellipsoid },
  { create: unimodal.separableRastrigin },
  { create: unimodal.bueche, seed: 3 },
  { create: unimodal.linearSlope },
  { create: unimodal.attractiveSector },
  { create: unimodal.stepEllipsoid },
  { create: unimodal.originalRosenbrock },
  { create: unimodal.rotatedRosenbrock },
  { create: unimodal.rotatedEllipsoid },
  { create: unimodal.discus },
  { create: unimodal.bentCigar },
  { create: unimodal.sharpRidge },
  { create: unimodal.differentPowers },
  { create: multimodal.rotatedRastrigin },
  { create: multimodal.weierstrass },
  { create: multimodal.schaffersF7 },
  { create: multimodal.illConditionedSchaffersF7, seed: 17 },
  { create: multimodal.griewankRosenbrock },
  { create: multimodal.schwefel },
  { create: multimodal.gallagher101 },
  { create: multimodal.gallagher21 },
  { create: multimodal.katsuura },
  { create: multimodal.lunacek },
];

const DIMENSIONS = [2, 5, 10, 20];
const INSTANCES = [1, 2, 3];
/** Of f - f_opt, the precision that COCO counts as solved. */
const PRECISION = 1e-8;

export interface BbobInstance extends BbobFunction {
  optimalValue: number;
}

/** Function `id` in 1 … 24, `instance` >= 1, `d` >= 2. */
export function bbobInstance(id: number, instance: number, d: number): BbobInstance {
  const { create, seed = id } = functions[id - 1]!;
  const own = seed + 1e4 * instance;
  return { ...create(d, own), optimalValue: optimalValue(own) };
}

/** Odd functions for tuning, even ones held out: every group of the suite is in both. */
export function loadBbob(): BenchmarkProblem[] {
  return functions.flatMap((_, index) =>
    DIMENSIONS.flatMap((d) => INSTANCES.map((instance) => bbobProblem(index + 1, instance, d))),
  );
}

/**
 * Losses are BBOB's values. The score is log10(f - f_opt + 1e-8), from -8 (solved) upwards: what counts is how many
 * digits are found, since values span ten decades and more.
 */
function bbobProblem(id: number, instance: number, d: number): BenchmarkProblem {
  const name = `bbob/f${id}_d${d}_i${instance}`;
  const space = { parameters: cube(d, -5, 5), constraints: [] };
  const created = lazy(() => bbobInstance(id, instance, d));
  const loss = (params: Params) => {
    const { excess, optimalValue } = created();
    return optimalValue + excess(Float64Array.from(vector(params, d)));
  };
  const score = (value: number) => Math.log10(Math.max(0, value - created().optimalValue) + PRECISION);
  const reference = lazy(() => sampledReference(name, space, (params) => score(loss(params))));
  return {
    name,
    family: "bbob",
    split: id % 2 === 1 ? "dev" : "held-out",
    space,
    objectives: 1,
    evaluate: (params, repetition) => ({
      losses: [loss(params)],
      seconds: simulatedSeconds(evaluationRng(name, params, repetition)),
    }),
    best: Math.log10(PRECISION),
    get reference() {
      return reference();
    },
    score,
  };
}
