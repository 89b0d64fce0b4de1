import { z } from "zod";
import type { Curve, EarlyStopper, StopContext, Verdict } from "../../core/stopper.ts";
import { counted, goOn, short, stopAt, userValue } from "./sentence.ts";
import { minStepSchema } from "./warm-up.ts";

const configSchema = z.strictObject({
  patience: z
    .number()
    .positive()
    .max(1e12)
    .default(10)
    .describe("How long a trial may go without a better value."),
  patienceIn: z
    .enum(["reports", "steps"])
    .default("reports")
    .describe("What patience counts: values reported, or steps since the best one."),
  minDelta: z
    .number()
    .min(0)
    .default(0)
    .describe("A value is better only when it is better by more than this; small gains may add up."),
  deltaIs: z
    .enum(["absolute", "relative"])
    .default("absolute")
    .describe("Whether minDelta is in the metric's unit or a share of the best value's size."),
  minStep: minStepSchema,
});
type Config = z.infer<typeof configSchema>;

/**
 * The patience rule of training loops: a trial stops when no report of the last `patience` improved on its best by more
 * than `minDelta`. Compares a trial with itself alone.
 */
export const noImprovement: EarlyStopper<Config> = {
  name: "no-improvement",
  version: 1,
  summary: "Stops a trial that has not improved for a number of reports or steps.",
  config: configSchema,
  judge,
};

function judge(config: Config, subject: Curve, _peers: readonly Curve[], context: StopContext): Verdict {
  const { steps, losses } = subject;
  const step = steps.at(-1);
  if (step === undefined || step < config.minStep) return goOn;
  const at = lastImprovement(config, losses);
  const waited = config.patienceIn === "reports" ? steps.length - 1 - at : step - steps[at]!;
  if (waited < config.patience) return goOn;
  const value = userValue(context, losses.at(-1)!);
  const best = userValue(context, losses[at]!);
  const span = config.patienceIn === "reports" ? counted(waited, "report") : counted(waited, context.unit);
  const findings = [
    short(value),
    `no improvement on ${short(best)} of ${context.unit} ${short(steps[at]!)}`,
    `${span} ago`,
  ];
  return stopAt("no-improvement", subject, context, findings, { value, best, bestStep: steps[at]!, waited });
}

/** Index of the last loss that was better, by more than `minDelta`, than the one of which that was said before. */
function lastImprovement({ minDelta, deltaIs }: Config, losses: readonly number[]): number {
  let at = 0;
  for (const [index, loss] of losses.entries()) {
    const best = losses[at]!;
    const needed = deltaIs === "absolute" ? minDelta : minDelta * Math.abs(best);
    if (loss < best - needed) at = index;
  }
  return at;
}
