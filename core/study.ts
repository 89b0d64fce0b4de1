import { z } from "zod";
import { argumentsSchema } from "./arguments.ts";
import { checkArguments } from "./check-arguments.ts";
import { checkCommand } from "./check-command.ts";
import { checkSpace } from "./check-space.ts";
import { checkCollectors, collectorSpecSchema } from "./collector.ts";
import { commandSchema } from "./command.ts";
import type { FieldError } from "./errors.ts";
import { fidelitySchema } from "./fidelity.ts";
import { jsonSchema } from "./json.ts";
import { metricNameSchema, objectiveSchema, outcomeConstraintSchema } from "./objective.ts";
import { resourcesSchema } from "./placement.ts";
import { parameterSchema } from "./space.ts";
import { storable, textSchema } from "./text.ts";
import { warmStartSchema } from "./warm-start.ts";

/** The study specification: what a user writes, in YAML or JSON. The schema is the source of its type. */

const count = z.int().min(1).max(10_000_000);
const seconds = z.number().positive().max(31_536_000);

export const studyNameSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/)
  .describe("Lower-case letters, digits and dashes, at most 63, starting with a letter or digit.");

export const budgetSchema = z
  .strictObject({
    maxTrials: count.optional().describe("Trials ever created, retries not counted."),
    maxFailedTrials: z
      .int()
      .min(0)
      .optional()
      .describe(
        "The study fails when more trials than this have failed. Without it: when the first 20 (or twice the parallelism, if that is more) all failed.",
      ),
    maxWallTimeSeconds: seconds
      .optional()
      .describe("From creation; pauses count. Running trials are then stopped."),
    maxGpuHours: z.number().positive().optional().describe("GPU-hours of all attempts together."),
  })
  .describe(
    "When the study ends. Without maxTrials it runs until another limit, the target or the grid's end.",
  );

export const retrySchema = z.strictObject({
  maxRetries: z
    .int()
    .min(0)
    .max(100)
    .default(0)
    .describe("How often a trial is run again after its own failure."),
  maxLostAttempts: z
    .int()
    .min(1)
    .max(100)
    .default(3)
    .describe("Attempts lost with their agent before the trial is taken for the cause (poison) and failed."),
});

export const limitsSchema = z.strictObject({
  trialSeconds: seconds
    .optional()
    .describe("Wall time of one attempt; then it is stopped with class `timeout`."),
  stopGraceSeconds: z.number().min(0).max(3600).default(30).describe("Between SIGTERM and SIGKILL."),
  budgetGraceSeconds: z
    .number()
    .min(0)
    .max(3600)
    .default(5)
    .describe(
      "Between the report of the last step that a trial's budget allows and SIGTERM: time to write a checkpoint and exit.",
    ),
});

const pluginConfig = storable(z.record(z.string(), jsonSchema)).default({});
const algorithmSchema = z.strictObject({ name: textSchema().default("auto"), config: pluginConfig });
const holdoutSchema = z
  .number()
  .min(0)
  .max(1)
  .default(0)
  .describe(
    "Share of the trials to be pruned that run on all the same, to measure how often pruning is wrong.",
  );
const stopperSchema = z.strictObject({
  name: textSchema(),
  config: pluginConfig,
  metric: storable(metricNameSchema)
    .optional()
    .describe(
      "Which metric it watches. Default: the objective; with several, a trial is stopped when each says so.",
    ),
  goal: z.enum(["minimize", "maximize"]).optional().describe("Of a metric that is no objective."),
});
export type StopperChoice = z.infer<typeof stopperSchema>;
const earlyStoppingSchema = z
  .union([
    stopperSchema.extend({ holdout: holdoutSchema }),
    z.strictObject({ rules: z.array(stopperSchema).min(1).max(10), holdout: holdoutSchema }),
  ])
  .describe("One early stopper, or several rules of which the first that says stop decides.");

/** The rules of a study in their order; none: empty. */
export function stopRules(spec: Pick<StudySpec, "earlyStopping">): readonly StopperChoice[] {
  const chosen = spec.earlyStopping;
  if (chosen === undefined) return [];
  return "rules" in chosen ? chosen.rules : [chosen];
}

const environmentSchema = z
  .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/), textSchema().max(32_768))
  .describe(
    "Extra environment variables of the training process; never secrets, the specification is readable.",
  );

export const studySpecSchema = z
  .strictObject({
    name: studyNameSchema,
    description: textSchema().max(10_000).optional(),
    command: commandSchema.optional(),
    workingDirectory: textSchema()
      .min(1)
      .max(4096)
      .optional()
      .describe("On the agent's host. Default: the trial's own directory."),
    environment: environmentSchema.default({}),
    arguments: argumentsSchema.prefault({}),
    parameters: z.array(parameterSchema).min(1).max(1000),
    constraints: z
      .array(textSchema().min(1).max(1000))
      .max(100)
      .default([])
      .describe("CEL expressions over the parameters."),
    objectives: z.array(storable(objectiveSchema)).min(1).max(10),
    outcomeConstraints: z.array(storable(outcomeConstraintSchema)).max(20).default([]),
    algorithm: algorithmSchema.prefault({}),
    earlyStopping: earlyStoppingSchema.optional(),
    fidelity: storable(fidelitySchema).optional(),
    warmStart: warmStartSchema.optional(),
    budget: budgetSchema.default({}),
    parallelism: count.max(100_000).default(1).describe("Trials that run at the same time, at most."),
    retry: retrySchema.prefault({}),
    resources: resourcesSchema.prefault({}),
    limits: limitsSchema.prefault({}),
    metrics: z
      .array(collectorSpecSchema)
      .max(20)
      .optional()
      .describe("How metrics are read. Default: the metrics file and all stdout formats."),
    seed: z
      .int()
      .min(0)
      .max(Number.MAX_SAFE_INTEGER)
      .optional()
      .describe("Default: drawn at creation and stored."),
    priority: z.int().min(-1000).max(1000).default(0).describe("Larger is placed first."),
    tags: z.array(textSchema().min(1).max(100)).max(50).default([]),
  })
  .describe("A study: search space, objective, command and limits.");

/** As stored: every default filled in, the seed drawn. */
export type StudySpec = z.infer<typeof studySpecSchema> & { seed: number };
/** As a user writes it. */
export type StudySpecInput = z.input<typeof studySpecSchema>;

/** What may change while a study runs. */
export const studyPatchSchema = z
  .strictObject({
    description: textSchema().max(10_000).optional(),
    budget: z
      .strictObject({
        maxTrials: count.nullable().optional(),
        maxFailedTrials: z.int().min(0).nullable().optional(),
        maxWallTimeSeconds: seconds.nullable().optional(),
        maxGpuHours: z.number().positive().nullable().optional(),
      })
      .optional(),
    parallelism: count.max(100_000).optional(),
    priority: z.int().min(-1000).max(1000).optional(),
    tags: z.array(textSchema().min(1).max(100)).max(50).optional(),
  })
  .describe("A JSON merge patch (RFC 7396) of the limits: null removes one.");
export type StudyPatch = z.infer<typeof studyPatchSchema>;

/**
 * The rules that a schema cannot say: the space, the command, the collectors and how they fit together. `algorithm`
 * and `earlyStopping` are checked by their registries. Returns every broken rule, not only the first.
 */
export function checkStudy(spec: z.infer<typeof studySpecSchema>): FieldError[] {
  const names = spec.parameters.map((parameter) => parameter.name);
  return [
    ...checkSpace(spec),
    ...checkMetrics(spec),
    ...(spec.command ? checkCommand(spec.command, names, spec.arguments) : []),
    ...(spec.command ? checkArguments(spec.command, spec.parameters, spec.arguments) : []),
    ...(spec.metrics ? checkCollectors(spec.metrics) : []),
    ...checkLimits(spec),
    ...checkStopping(spec),
    ...checkCheckpoint(spec),
  ];
}

/** Every metric whose value decides something: objectives, then outcome constraints, each name once. */
export function decidingMetrics(spec: Pick<StudySpec, "objectives" | "outcomeConstraints">): string[] {
  const names = [...spec.objectives, ...spec.outcomeConstraints].map((item) => item.metric);
  return [...new Set(names)];
}

/** Metrics whose points the log keeps: those that decide, and those that an early stopper watches. */
export function loggedMetrics(
  spec: Pick<StudySpec, "objectives" | "outcomeConstraints" | "earlyStopping">,
): string[] {
  const watched = stopRules(spec).flatMap(({ metric }) => metric ?? []);
  return [...new Set([...decidingMetrics(spec), ...watched])];
}

function checkMetrics(spec: z.infer<typeof studySpecSchema>): FieldError[] {
  return spec.objectives.flatMap((objective, index) => {
    const first = spec.objectives.findIndex((other) => other.metric === objective.metric);
    if (first === index) return [];
    return [
      {
        pointer: `/objectives/${index}/metric`,
        code: "duplicate-objective",
        message: `Metric "${objective.metric}" is already objective ${first}.`,
        hint: "Give each objective its own metric.",
      },
    ];
  });
}

/** A rule's metric is an objective, whose goal is known, or comes with a goal. */
function checkStopping(spec: z.infer<typeof studySpecSchema>): FieldError[] {
  const several = spec.earlyStopping !== undefined && "rules" in spec.earlyStopping;
  return stopRules(spec).flatMap(({ metric, goal }, index) => {
    const pointer = several ? `/earlyStopping/rules/${index}` : "/earlyStopping";
    const objective = spec.objectives.find((each) => each.metric === metric);
    if (metric !== undefined && objective === undefined && goal === undefined) {
      const message = `Metric "${metric}" is no objective, so it is not known which way is better.`;
      return [
        { pointer: `${pointer}/metric`, code: "goal-missing", message, hint: "Give `goal` beside it." },
      ];
    }
    if (goal !== undefined && (metric === undefined || (objective && objective.goal !== goal))) {
      const message = "`goal` is only for a metric that is no objective; an objective has its own.";
      return [{ pointer: `${pointer}/goal`, code: "goal-given", message, hint: "Leave it out." }];
    }
    return [];
  });
}

function checkCheckpoint({ fidelity }: z.infer<typeof studySpecSchema>): FieldError[] {
  if (fidelity === undefined) return [];
  const { store, path } = fidelity.checkpoint;
  if (store === "shared" && path !== undefined && !path.startsWith("/")) {
    const message = `"${path}" is not absolute, so it would mean another place on each agent.`;
    const hint = "Begin it with /.";
    return [{ pointer: "/fidelity/checkpoint/path", code: "checkpoint-path", message, hint }];
  }
  if ((store === "shared") === (path !== undefined)) return [];
  const message =
    path === undefined
      ? "`store: shared` needs the path that all agents see."
      : `\`path\` has no meaning with \`store: ${store}\`.`;
  const hint =
    path === undefined ? "Give fidelity.checkpoint.path." : "Use `store: shared`, or leave it out.";
  return [{ pointer: "/fidelity/checkpoint/path", code: "checkpoint-path", message, hint }];
}

function checkLimits(spec: z.infer<typeof studySpecSchema>): FieldError[] {
  const { maxTrials, maxFailedTrials } = spec.budget;
  const errors: FieldError[] = [];
  if (maxTrials !== undefined && maxFailedTrials !== undefined && maxFailedTrials > maxTrials) {
    errors.push({
      pointer: "/budget/maxFailedTrials",
      code: "limit-order",
      message: `maxFailedTrials (${maxFailedTrials}) is larger than maxTrials (${maxTrials}), so it can never be reached.`,
      hint: `Use at most ${maxTrials}, or leave it out.`,
    });
  }
  if (maxTrials !== undefined && spec.parallelism > maxTrials) {
    errors.push({
      pointer: "/parallelism",
      code: "limit-order",
      message: `parallelism (${spec.parallelism}) is larger than budget.maxTrials (${maxTrials}).`,
      hint: `Use at most ${maxTrials}.`,
    });
  }
  return errors;
}
