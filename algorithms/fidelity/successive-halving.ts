import { z } from "zod";
import { type FidelitySchedule, rungsOf } from "../../core/fidelity.ts";
import { halvingSizes } from "./brackets.ts";
import { finalistsSchema } from "./finalists.ts";
import { refuseSetting } from "./refuse.ts";
import { createSynchronous } from "./synchronous.ts";

const configSchema = z.strictObject({
  startRung: z
    .int()
    .min(0)
    .max(100)
    .default(0)
    .describe("The rung at which trials start, 0 the lowest: larger where short trainings say nothing."),
  trials: z
    .int()
    .min(1)
    .max(1_000_000)
    .optional()
    .describe(
      "Trials that start in a bracket. Default: so many that one of them is left at the highest rung.",
    ),
  finalists: finalistsSchema,
});
type Config = z.infer<typeof configSchema>;

/** Successive halving (Jamieson & Talwalkar 2016; as a bracket of Li et al. 2018), bracket after bracket. */
export const successiveHalving: FidelitySchedule<Config> = {
  name: "successive-halving",
  version: 1,
  summary: "Rung by rung the best go on, when all are there. Simple, and exact in its sizes.",
  config: configSchema,
  multiObjective: true,
  create(problem, { startRung, trials, finalists }) {
    const { fidelity } = problem;
    const levels = rungsOf(fidelity).length - startRung;
    if (levels < 1) throw noSuchRung(startRung, levels + startRung);
    // The tolerance of shareOf, upwards: 2.5^3 trials are 16.
    const n = trials ?? Math.ceil(fidelity.eta ** (levels - 1) * (1 - 1e-9));
    // However few the user lets start: one goes on to the end.
    const sizes = halvingSizes(n, fidelity.eta, levels).map((size) => Math.max(1, size));
    const plan = { first: startRung, sizes };
    return createSynchronous(problem, { name: "successive-halving", plans: [plan], finalists });
  },
};

function noSuchRung(startRung: number, count: number) {
  const message = `startRung is ${startRung}, but the budgets of this study make only ${count} rungs.`;
  return refuseSetting("startRung", message, `Use 0 to ${count - 1}.`);
}
