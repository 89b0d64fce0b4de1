import { z } from "zod";
import type { FidelityProblem } from "../../../core/fidelity.ts";
import { refuseSetting } from "../refuse.ts";
import { FEWEST_MEMBERS } from "./standing.ts";

export const configSchema = z.strictObject({
  population: z
    .int()
    .min(FEWEST_MEMBERS)
    .max(10_000)
    .optional()
    .describe(
      "Members that train side by side, at most `maxTrials`. Default: 20, or a third of maxTrials where that is less.",
    ),
  interval: z
    .number()
    .positive()
    .max(1e12)
    .optional()
    .describe("Steps between two comparisons of a member with the others. Default: a tenth of the training."),
  quantile: z
    .number()
    .positive()
    .max(0.5)
    .default(0.25)
    .describe("The worst part of the population, which is replaced by copies of an equal part of the best."),
  resampleProbability: z
    .number()
    .min(0)
    .max(1)
    .default(0.25)
    .describe("How often a parameter of a copy is drawn anew instead of changed a little."),
  factors: z
    .tuple([z.number().positive().lt(1), z.number().gt(1).max(10)])
    .default([0.8, 1.2])
    .describe(
      "By which of two factors, at random, a numeric parameter of a copy is changed. On a log scale over one decade the value is " +
        "multiplied by it, over k decades by its k-th power; on other scales it moves by as large a part of the range.",
    ),
});
export type PopulationConfig = z.infer<typeof configSchema>;

/** The configuration with its defaults worked out for a problem. */
export interface Settings {
  population: number;
  interval: number;
  /** Up to which step a member trains before it is compared for the first time. */
  first: number;
  max: number;
  quantile: number;
}

const USUAL_POPULATION = 20;
/** Comparisons in a training, where the user says nothing. */
const USUAL_INTERVALS = 10;

/**
 * A population never exceeds `maxTrials`, which its user may lower while the study runs.
 * @throws FettleError "invalid-study" where the interval is longer than a training.
 */
export function settingsOf({ fidelity, maxTrials }: FidelityProblem, config: PopulationConfig): Settings {
  const { min, max } = fidelity;
  const limit = maxTrials ?? Number.POSITIVE_INFINITY;
  // In nine comparisons a quarter is replaced each time: about two copies for each member.
  const affordable = Math.max(FEWEST_MEMBERS, Math.floor(limit / 3));
  const wanted = config.population ?? Math.min(USUAL_POPULATION, affordable);
  const interval = config.interval ?? usualInterval(min, max);
  if (interval > max) {
    const message = `interval is ${interval}, longer than a whole training (${max}).`;
    throw refuseSetting("interval", message, "A tenth of the training is usual.");
  }
  const population = Math.min(wanted, limit);
  return { population, interval, first: Math.max(min, interval), max, quantile: config.quantile };
}

/** When members are compared, as a sentence. `unit`: of budgets, such as "epoch". */
export function comparisons(problem: FidelityProblem, config: PopulationConfig, unit: string): string {
  const { first, interval, max } = settingsOf(problem, config);
  const each = Number(interval.toPrecision(6));
  const every = each === 1 ? `every ${unit}` : `every ${each} ${unit}s`;
  return `A member is compared with the others at ${unit} ${Number(first.toPrecision(6))} and ${every} from there, up to ${max}.`;
}

function usualInterval(min: number, max: number): number {
  const whole = Number.isInteger(min) && Number.isInteger(max);
  const tenth = max / USUAL_INTERVALS;
  return whole ? Math.max(1, Math.round(tenth)) : tenth;
}
