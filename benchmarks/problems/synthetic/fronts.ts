import type { Parameter, Params } from "../../../core/space.ts";
import { frontProblem } from "../fronts.ts";
import { hypervolume } from "../hypervolume.ts";
import { categorical, cube, float, int, numberOf, vector } from "../parameters.ts";
import type { BenchmarkProblem } from "../problem.ts";

/**
 * Several objectives with known fronts: ZDT1-3 (Zitzler, Deb & Thiele 2000) and DTLZ2 (Deb et al. 2002) in dimensions
 * that a tuning study may have, and a mixed space in which accuracy is traded for cost.
 *
 * g >= 1 (ZDT), g >= 0 (DTLZ2): distance from the front. r: reference point.
 */

export interface FrontDefinition {
  name: string;
  split: BenchmarkProblem["split"];
  parameters: readonly Parameter[];
  losses(params: Params): number[];
  /** Reference point of the hypervolume: what a poor random point still reaches. */
  worst: readonly number[];
  /** Hypervolume of the whole front. */
  largest(): number;
}

const ZDT_D = 8;
const ZDT_WORST: [number, number] = [1.1, 6];
const DTLZ_WORST = [1.5, 1.5, 1.5];
/** Steps of the integral over the front of ZDT3, which has no closed form. */
const STEPS = 200_000;

/** Second loss on the front, g = 1; in general g h(f1 / g), with ZDT3's wave in f1 itself. */
const zdt = (name: string, split: FrontDefinition["split"], h: (ratio: number, f1: number) => number) => ({
  name,
  split,
  parameters: cube(ZDT_D, 0, 1),
  losses: (params: Params) => {
    const [f1 = 0, ...rest] = vector(params, ZDT_D);
    const g = 1 + (9 * rest.reduce((sum, v) => sum + v, 0)) / rest.length;
    return [f1, g * h(f1 / g, f1)];
  },
  worst: ZDT_WORST,
});

const rectangle = ZDT_WORST[0] * ZDT_WORST[1];
const zdt3Front = (f1: number) => 1 - Math.sqrt(f1) - f1 * Math.sin(10 * Math.PI * f1);

export const frontDefinitions: readonly FrontDefinition[] = [
  // The area under the front is 1/3 for 1 - sqrt(f1), 2/3 for 1 - f1^2.
  { ...zdt("zdt1_8", "dev", (ratio) => 1 - Math.sqrt(ratio)), largest: () => rectangle - 1 / 3 },
  { ...zdt("zdt2_8", "held-out", (ratio) => 1 - ratio ** 2), largest: () => rectangle - 2 / 3 },
  {
    ...zdt("zdt3_8", "held-out", (ratio, f1) => 1 - Math.sqrt(ratio) - ratio * Math.sin(10 * Math.PI * f1)),
    largest: integrateZdt3,
  },
  {
    name: "dtlz2_7_of_3",
    split: "held-out",
    parameters: cube(7, 0, 1),
    losses: dtlz2,
    worst: DTLZ_WORST,
    // An octant of the unit ball is what nothing reaches.
    largest: () => DTLZ_WORST.reduce((volume, r) => volume * r, 1) - Math.PI / 6,
  },
  {
    name: "error_and_cost",
    split: "dev",
    parameters: [
      categorical("model", ["convolution", "attention"]),
      int("width", 8, 256, "log"),
      int("depth", 1, 6),
      float("lr", 1e-4, 1, "log"),
      categorical("bits", [8, 16, 32]),
    ],
    losses: errorAndCost,
    worst: [0.5, 6],
    largest: () => hypervolume(everyBestRate().map(errorAndCost), [0.5, 6]),
  },
];

export function loadFronts(): BenchmarkProblem[] {
  return frontDefinitions.map(({ name, parameters, ...definition }) =>
    frontProblem({ ...definition, family: "fronts", task: name, space: { parameters, constraints: [] } }),
  );
}

function integrateZdt3(): number {
  let lowest = ZDT_WORST[1];
  let volume = 0;
  for (let step = 0; step < STEPS; step++) {
    lowest = Math.min(lowest, zdt3Front((step + 0.5) / STEPS));
    volume += (ZDT_WORST[1] - lowest) / STEPS;
  }
  return volume + (ZDT_WORST[0] - 1) * (ZDT_WORST[1] - lowest);
}

function dtlz2(params: Params): number[] {
  const [a = 0, b = 0, ...rest] = vector(params, 7);
  const radius = 1 + rest.reduce((sum, v) => sum + (v - 0.5) ** 2, 0);
  const [theta, phi] = [(a * Math.PI) / 2, (b * Math.PI) / 2];
  return [
    radius * Math.cos(theta) * Math.cos(phi),
    radius * Math.cos(theta) * Math.sin(phi),
    radius * Math.sin(theta),
  ];
}

/** Validation error, and decimal logarithm of the operations. Attention is better and dearer; 8 bits cost accuracy. */
function errorAndCost(params: Params): number[] {
  const attention = params.model === "attention";
  const width = numberOf(params, "width");
  const depth = numberOf(params, "depth");
  const bits = numberOf(params, "bits");
  const capacity = (width / 256) * (depth / 6);
  const misfit = Math.log10(numberOf(params, "lr") / bestRate(depth)) ** 2;
  const error =
    (attention ? 0.03 : 0.08) +
    0.3 * Math.exp(-6 * capacity ** (attention ? 0.5 : 0.3)) +
    { 8: 0.04, 16: 0.01, 32: 0 }[bits]! +
    0.08 * misfit;
  const cost = Math.log10(width ** 2 * depth * bits * (attention ? 4 : 1)) - 2;
  return [error, cost];
}

function bestRate(depth: number): number {
  return 0.1 / depth;
}

/** The front is among the points whose rate fits their depth, since the rate costs nothing. */
function everyBestRate(): Params[] {
  const points: Params[] = [];
  for (const model of ["convolution", "attention"])
    for (let width = 8; width <= 256; width++)
      for (let depth = 1; depth <= 6; depth++)
        for (const bits of [8, 16, 32]) points.push({ model, width, depth, bits, lr: bestRate(depth) });
  return points;
}
