import { z } from "zod";
import type { EarlyStopper } from "../../core/stopper.ts";
import { goOn, short, stopAt, userValue } from "./sentence.ts";
import { minStepSchema } from "./warm-up.ts";

const configSchema = z.strictObject({
  worseThan: z
    .number()
    .describe(
      "In the metric's unit: below it when the metric is maximised, above it when it is minimised, a trial is given up.",
    ),
  minStep: minStepSchema,
});

/** Stops a trial whose last value is worse than a bound that its user set, whatever the other trials did. */
export const threshold: EarlyStopper<z.infer<typeof configSchema>> = {
  name: "threshold",
  version: 1,
  summary: "Stops a trial whose last value is worse than a given one.",
  config: configSchema,
  judge({ worseThan, minStep }, subject, _peers, context) {
    const step = subject.steps.at(-1);
    if (step === undefined || step < minStep) return goOn;
    const value = userValue(context, subject.losses.at(-1)!);
    const minimised = context.toValue(1) > context.toValue(0);
    if (minimised ? value <= worseThan : value >= worseThan) return goOn;
    const findings = [short(value), `worse than the threshold ${short(worseThan)}`];
    return stopAt("threshold", subject, context, findings, { value, worseThan });
  },
};
