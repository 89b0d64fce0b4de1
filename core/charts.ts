import { z } from "zod";
import { jsonSchema } from "./json.ts";
import { attemptOutcomeSchema, trialStateSchema } from "./trial.ts";

/**
 * What the charts of a study are drawn from. Each has a bounded size whatever the size of the study: the best trials are
 * in it, the rest is a sample that stays the same while it is looked at. Non-finite numbers are null, for JavaScript charts
 * have no use for their names. Times are RFC 3339 UTC, durations seconds.
 */

const time = z.iso.datetime();
const goal = z.enum(["minimize", "maximize"]);

const progressPointSchema = z.object({
  trial: z.int(),
  value: z.number().describe("Of the first objective."),
  trials: z.int().describe("Trials that had ended with a value by then, this one included."),
  seconds: z.number().describe("Since the study's creation."),
  gpuHours: z.number().describe("Spent by then on attempts that had ended."),
});

export const progressSchema = z.object({
  metric: z.string(),
  goal,
  trials: z.int().describe("Trials that ended completed or pruned with a value."),
  improvements: z
    .array(progressPointSchema)
    .describe(
      "Completed, feasible trials that beat all before them, oldest first; none with several objectives.",
    ),
  points: z
    .array(progressPointSchema.extend({ state: trialStateSchema }))
    .describe("Trials in the order of their end: all, or the improvements and a sample of the others."),
});
export type Progress = z.infer<typeof progressSchema>;

const axisSchema = z.object({
  name: z.string(),
  type: z.enum(["float", "int", "ordinal", "categorical"]),
  scale: z.enum(["linear", "log", "reverse-log"]).optional(),
  low: z.number().optional(),
  high: z.number().optional(),
  values: z.array(z.union([z.number(), z.string()])).optional(),
  choices: z.array(jsonSchema).optional(),
});
export type Axis = z.infer<typeof axisSchema>;

export const trialSampleSchema = z
  .object({
    total: z.int().describe("Trials in the states asked for."),
    sampled: z.int().describe("How many of them are here."),
    parameters: z.array(axisSchema).describe("The searched parameters."),
    trials: z.array(z.int()).describe("Numbers, ascending; every other column is in this order."),
    states: z.array(trialStateSchema),
    values: z.array(z.array(z.number().nullable())).describe("One column an objective."),
    params: z
      .record(z.string(), z.array(jsonSchema.nullable()))
      .describe("One column a searched parameter; null where it is inactive."),
    steps: z.array(z.number().nullable()).describe("The last step reported, else the budget."),
    seconds: z.array(z.number()).describe("Of all attempts."),
  })
  .describe("Trials by column.");
export type TrialSample = z.infer<typeof trialSampleSchema>;

const curveSchema = z.object({
  trial: z.int(),
  state: trialStateSchema,
  points: z.array(z.tuple([z.number(), z.number().nullable()])).describe("Pairs of step and value, thinned."),
  end: z.enum(["pruned"]).nullable(),
  reason: z.string().nullable().describe("Why it was pruned."),
  heldOut: z.boolean(),
});

export const curvesSchema = z.object({
  metric: z.string(),
  unit: z.string().describe("What a step is."),
  rungs: z.array(z.number()).describe("Steps at which trials are compared; none without fidelity."),
  series: z.array(curveSchema).describe("The best trials by value, and the most recent others."),
  table: z
    .array(z.object({ trial: z.int(), value: z.number(), step: z.number() }))
    .optional()
    .describe(
      "With `at`: values at the largest step up to it, best first, of trials that went at least so far. Looked for " +
        "among the best thousand trials and the latest thousand.",
    ),
});
export type Curves = z.infer<typeof curvesSchema>;

export const timelineSchema = z.object({
  attempts: z
    .array(
      z.object({
        trial: z.int(),
        attempt: z.int(),
        worker: z.string(),
        gpus: z.array(z.int()),
        startedAt: time,
        endedAt: time.nullable(),
        outcome: attemptOutcomeSchema.nullable(),
        state: trialStateSchema.describe("The trial's."),
        reason: z.string().describe("Why the trial is in its state."),
      }),
    )
    .describe("Newest first."),
  nextBefore: z.string().nullable().describe("`before` of the next page; null when nothing is older."),
  workers: z.array(z.string()).describe("Those of the attempts here."),
  totals: z
    .object({
      useful: z.number().describe("Attempts of trials that completed, run or wait for more."),
      pruned: z.number(),
      failed: z
        .number()
        .describe("Attempts that were lost, failed or handed back, and trials without a result."),
      idle: z
        .number()
        .nullable()
        .describe("Of the GPUs used, between the first start and the last end on each; null without GPUs."),
    })
    .describe("Seconds, over the whole study."),
});
export type Timeline = z.infer<typeof timelineSchema>;

const surfaceAxisSchema = z.object({
  name: z.string(),
  scale: z.enum(["linear", "log", "reverse-log"]),
  low: z.number(),
  high: z.number(),
  ticks: z
    .array(z.number())
    .describe("The parameter's value at each column or row, evenly spread on its scale."),
});

export const surfaceSchema = z.object({
  metric: z.string(),
  x: surfaceAxisSchema,
  y: surfaceAxisSchema,
  mean: z
    .array(z.array(z.number()))
    .describe("Of the objective: one row a tick of y, one number a tick of x."),
  std: z.array(z.array(z.number())).describe("How unsure the model is of the mean, in the metric's unit."),
  trials: z.int().describe("How many the model was fitted to."),
  text: z.string(),
});
export type Surface = z.infer<typeof surfaceSchema>;

export const priorPlotSchema = z.object({
  name: z.string(),
  points: z
    .array(z.tuple([jsonSchema, z.number()]))
    .describe(
      "Numbers: pairs of value and density. Categorical and ordinal: pairs of value and probability.",
    ),
});
export type PriorPlot = z.infer<typeof priorPlotSchema>;

export const previewedTrialSchema = z.object({
  params: z.record(z.string(), jsonSchema),
  argv: z
    .array(z.string())
    .describe("As an agent would run it; what only the agent knows is left as {{name}}."),
});
export type PreviewedTrial = z.infer<typeof previewedTrialSchema>;
