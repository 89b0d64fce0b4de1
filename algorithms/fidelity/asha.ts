import { z } from "zod";
import { type FidelityProblem, type FidelitySchedule, rungsOf, type Schedule } from "../../core/fidelity.ts";
import { finalistsSchema } from "./finalists.ts";
import { createPromotion } from "./promotion.ts";
import { refuseSetting } from "./refuse.ts";
import { exhaustedStep, startStep, waitStep } from "./sentences.ts";
import { createStandings } from "./standings.ts";

const configSchema = z
  .strictObject({
    mode: z
      .enum(["promote", "stop"])
      .default("promote")
      .describe(
        "promote: trials pause at each rung and the best are resumed. stop: trials run on, and those outside the best at a rung are stopped; for scripts that cannot resume.",
      ),
    brackets: z
      .int()
      .min(1)
      .max(100)
      .default(1)
      .describe(
        "Trials start at so many different rungs, drawn as Hyperband shares them out. One is usually best.",
      ),
    finalists: finalistsSchema,
  })
  .refine(({ mode, brackets }) => mode === "promote" || brackets === 1, {
    path: ["brackets"],
    message: "More than one bracket needs `mode: promote`.",
  });
type Config = z.infer<typeof configSchema>;

/** Asynchronous successive halving (Li et al. 2020): the default. No slot ever waits for a rung to be complete. */
export const asha: FidelitySchedule<Config> = {
  name: "asha",
  version: 1,
  summary:
    "Asynchronous successive halving: the best of each rung go on at once, and no slot waits. The default.",
  config: configSchema,
  multiObjective: true,
  stopper: ({ min, max, eta }, { mode }) =>
    mode === "stop" ? { name: "asha-stop", config: { min, max, eta } } : null,
  create(problem, { mode, brackets, finalists }) {
    const count = rungsOf(problem.fidelity).length;
    if (brackets > count) throw tooManyBrackets(brackets, count);
    return mode === "stop"
      ? createStopping(problem)
      : createPromotion(problem, { name: "asha", brackets, finalists });
  },
};

/** Every trial starts with the whole budget; the stopper decides who gets there. */
function createStopping({ fidelity }: FidelityProblem): Schedule {
  const standings = createStandings(rungsOf(fidelity));
  return {
    observe: (event) => {
      standings.observe(event);
    },
    next(_rng, canStart) {
      if (canStart) return startStep("asha", fidelity.max, "Trials run on while they are among the best", {});
      return standings.pending > 0
        ? waitStep("asha", standings.pending)
        : exhaustedStep("asha", standings.trained);
    },
  };
}

function tooManyBrackets(brackets: number, count: number) {
  const message = `There are to be ${brackets} brackets, but the budgets of this study make only ${count} rungs.`;
  return refuseSetting("brackets", message, `Use at most ${count}.`);
}
