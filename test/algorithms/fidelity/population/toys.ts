import { z } from "zod";
import type { Point } from "../../../../core/algorithm.ts";
import type { FidelitySchedule, Schedule } from "../../../../core/fidelity.ts";
import { spaceOf } from "../../../support/spaces.ts";
import type { Training } from "./play.ts";

/** Small trainings of which the best schedule of parameters is known. */

/**
 * The example of Jaderberg et al. (2017), figure 2: Q = 1.2 - (a² + b²) is to be maximised from (0.9, 0.9), by gradient
 * steps on a surrogate that sees one of the two coordinates alone. Which one is the parameter: no trial of its own gets
 * beyond 1.2 - 0.81, one that changes sides gets to 1.2. A little noise in what is measured
 * tells equals apart.
 */
export const FIGURE_TWO = spaceOf([{ name: "side", type: "categorical", choices: ["a", "b"] }]);
export const figureTwo: Training<{ a: number; b: number; noise: number }> = {
  begin: () => ({ a: 0.9, b: 0.9, noise: 0 }),
  train: ({ a, b }, [side], from, to, rng) => {
    const kept = 0.9 ** (to - from);
    const noise = 0.001 * rng();
    return side === 0 ? { a: a * kept, b, noise } : { a, b: b * kept, noise };
  },
  loss: ({ a, b, noise }) => a * a + b * b - 1.2 + noise,
};

/** How wide around the best parameter a step still gains something. */
const WIDTH = 0.15;
const SHARPEST = 0.12;

/**
 * The loss falls by up to 12 % a step, by the more the nearer the parameters are to an optimum that moves through
 * their range during the training: no constant parameters are good for long.
 */
export function movingOptimum(max: number): Training<{ step: number; loss: number }> {
  return {
    begin: () => ({ step: 0, loss: 1 }),
    train: (state, point, from, to) => {
      let { loss } = state;
      for (let step = from; step < to; step++) loss *= 1 - SHARPEST * closeness(point, step / max);
      return { step: to, loss };
    },
    loss: ({ loss }) => loss,
  };
}

export const TWO_FLOATS = spaceOf([
  { name: "x", type: "float", low: 0, high: 1 },
  { name: "y", type: "float", low: 0, high: 1 },
]);

function closeness(point: Point, time: number): number {
  const optimum = [0.1 + 0.8 * time, 0.9 - 0.8 * time];
  const distance = point.reduce<number>((sum, u, k) => sum + (u! - optimum[k]!) ** 2, 0);
  return Math.exp(-distance / (2 * WIDTH ** 2));
}

/** As many independent trials as there may be, each trained to the end with the parameters it began with. */
export const independent: FidelitySchedule<object> = {
  name: "independent",
  version: 1,
  summary: "",
  config: z.object({}),
  multiObjective: false,
  create: ({ fidelity }): Schedule => {
    const why = { rule: "independent", inputs: {}, text: "" };
    return {
      observe: () => {},
      next: (_rng, canStart) =>
        canStart ? { type: "start", budget: fidelity.max, why } : { type: "exhausted", why },
    };
  },
};
