import { describe, expect, test } from "vitest";
import { pb2 } from "../../../../algorithms/fidelity/population/pb2.ts";
import { pbt } from "../../../../algorithms/fidelity/population/pbt.ts";
import type { FidelitySchedule } from "../../../../core/fidelity.ts";
import type { SearchSpace } from "../../../../core/space.ts";
import { bestLoss, play, type Training } from "./play.ts";
import { FIGURE_TWO, figureTwo, independent, movingOptimum, TWO_FLOATS } from "./toys.ts";

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];
const MAX = 100;

/** Mean over seeds of what the best trial of each study makes of a loss. */
function meanBest<Config, State>(
  entry: FidelitySchedule<Config>,
  config: object,
  [space, training]: readonly [SearchSpace, Training<State>],
  of: (loss: number) => number = (loss) => loss,
): number {
  const world = { maxTrials: 40, parallelism: 4, max: MAX };
  const bests = SEEDS.map((seed) => of(bestLoss(play(entry, config, space, training, { ...world, seed }))));
  return bests.reduce((sum, best) => sum + best / SEEDS.length, 0);
}

describe("on the example of the paper's figure 2", () => {
  test("no constant parameter gets to the optimum, and copies that change theirs do", () => {
    const problem = [FIGURE_TWO, figureTwo] as const;
    expect(meanBest(independent, {}, problem)).toBeCloseTo(-0.39, 2);
    expect(meanBest(pbt, {}, problem)).toBeLessThan(-1.1);
  });
});

describe("where the best parameters move during the training", () => {
  const moving = [TWO_FLOATS, movingOptimum(MAX)] as const;

  test("a population gets further than as many independent trials, each trained to the end", () => {
    const alone = meanBest(independent, {}, moving, Math.log10);
    expect(meanBest(pbt, {}, moving, Math.log10)).toBeLessThan(alone - 0.3);
  });

  test("a bandit's choices get further than random draws in their place", () => {
    const byBandit = meanBest(pb2, { population: 8 }, moving, Math.log10);
    const byRandomDraws = meanBest(pbt, { population: 8, resampleProbability: 1 }, moving, Math.log10);
    expect(byBandit).toBeLessThan(byRandomDraws - 0.1);
  });
});
