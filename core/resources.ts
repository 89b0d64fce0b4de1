import { z } from "zod";
import { failureClassSchema } from "./executor.ts";
import { jsonSchema } from "./json.ts";
import { wireNumberSchema } from "./number.ts";
import { gpuSchema, labelsSchema, poolSchema } from "./placement.ts";
import { studySpecSchema } from "./study.ts";
import { storable } from "./text.ts";
import {
  attemptOutcomeSchema,
  originSchema,
  stopKindSchema,
  studyEndSchema,
  studyStateSchema,
  trialStateSchema,
} from "./trial.ts";

/** The REST resources: what the store returns, the API serves and the CLI prints. Times are RFC 3339 UTC, durations seconds. */

const time = z.iso.datetime();
export const projectSchema = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/);
export const paramsSchema = storable(z.record(z.string(), jsonSchema));

export const reasonSchema = z.object({ code: z.string(), text: z.string() });

export const trialCountsSchema = z.object({
  queued: z.int(),
  running: z.int(),
  paused: z.int(),
  completed: z.int(),
  pruned: z.int(),
  failed: z.int(),
  infeasible: z.int(),
  cancelled: z.int(),
});

export const bestTrialSchema = z.object({
  trial: z.int(),
  values: z.array(wireNumberSchema.nullable()),
  params: paramsSchema,
});

export const studyResourceSchema = z.object({
  id: z.uuid(),
  project: projectSchema,
  name: z.string(),
  state: studyStateSchema,
  /** Set when the state is stopping or done. */
  end: studyEndSchema.nullable(),
  reason: reasonSchema,
  spec: studySpecSchema.extend({ seed: z.int() }),
  counts: trialCountsSchema,
  created: z.int().describe("Trials ever created."),
  used: z.object({ wallSeconds: z.number(), gpuHours: z.number() }),
  /** Single objective: the incumbent. Several: null, see the leaderboard. */
  best: bestTrialSchema.nullable(),
  trend: z
    .array(z.number())
    .describe("Values of the last improvements, at most 24, oldest first; [] with several objectives."),
  createdAt: time,
  endedAt: time.nullable(),
  /** Changes with every change of limits or state; the ETag. */
  version: z.int(),
  /** Length of the log. */
  lastSeq: z.int(),
});
export type StudyResource = z.infer<typeof studyResourceSchema>;

export const attemptResourceSchema = z.object({
  attempt: z.int(),
  worker: z.string().describe("Agent or external worker that ran it."),
  gpus: z.array(z.int()),
  startedAt: time,
  endedAt: time.nullable(),
  outcome: attemptOutcomeSchema.nullable(),
  failureClass: failureClassSchema.nullable(),
  exitCode: z.int().nullable(),
  signal: z.string().nullable(),
  message: z.string().nullable(),
  logBytes: z.int(),
  logTruncatedBytes: z.int(),
});
export type AttemptResource = z.infer<typeof attemptResourceSchema>;

export const metricSummarySchema = z.object({
  last: wireNumberSchema,
  min: wireNumberSchema,
  max: wireNumberSchema,
  lastStep: z.number(),
  points: z.int(),
});

export const trialResourceSchema = z.object({
  id: z.uuid(),
  study: z.string(),
  number: z.int(),
  state: trialStateSchema,
  params: paramsSchema,
  origin: originSchema,
  budget: z.number().nullable().describe("Up to which step it may train now; null: to its end."),
  parent: z.int().nullable().describe("The trial whose checkpoint it started from."),
  values: z.array(wireNumberSchema.nullable()),
  violations: z.array(z.number().nullable()),
  /** Whether the objective was measured: pending until the trial ends. */
  objectiveState: z.enum(["pending", "ok", "missing", "diverged"]),
  failureClass: failureClassSchema.nullable(),
  /** Why it was proposed, and why it is in its state. */
  proposed: z.string(),
  reason: reasonSchema,
  stopRequested: stopKindSchema.nullable(),
  heldOut: z
    .boolean()
    .describe("It should have been pruned, and ran on to measure how often pruning is wrong."),
  seed: z.int(),
  attempt: z.int().describe("Number of the current or last attempt; 0: never started."),
  retries: z.int(),
  lostAttempts: z.int(),
  createdAt: time,
  startedAt: time.nullable(),
  endedAt: time.nullable(),
  seconds: z.number().describe("Seconds of all attempts, up to now for one that runs."),
});
export type TrialResource = z.infer<typeof trialResourceSchema>;

export const trialDetailSchema = trialResourceSchema.extend({
  attempts: z.array(attemptResourceSchema),
  metrics: z.record(z.string(), metricSummarySchema),
});
export type TrialDetail = z.infer<typeof trialDetailSchema>;

export const leaderboardRowSchema = z.object({
  /** Single objective: 1 is best. Several: rank of the non-dominated front, 1 is the Pareto front. */
  rank: z.int(),
  trial: z.int(),
  values: z.array(wireNumberSchema.nullable()),
  violations: z.array(z.number().nullable()),
  feasible: z.boolean().describe("Every outcome constraint is satisfied."),
  params: paramsSchema,
  state: trialStateSchema,
  budget: z.number().nullable().describe("Up to which step its values reach; null: to the end."),
  seconds: z.number(),
});
export const leaderboardSchema = z.object({
  study: z.string(),
  objectives: z.array(z.object({ metric: z.string(), goal: z.enum(["minimize", "maximize"]) })),
  rows: z.array(leaderboardRowSchema),
  /** Single objective: the median of all measured trials. */
  medianValue: z.number().nullable(),
  measured: z.int().describe("Trials with finite objective values."),
});
export type LeaderboardRow = z.infer<typeof leaderboardRowSchema>;
export type Leaderboard = z.infer<typeof leaderboardSchema>;

export const importanceSchema = z.object({
  evaluator: z.enum(["ped-anova", "fanova"]),
  /** Metric of the objective. */
  objective: z.string(),
  trials: z.int().describe("Trials with a result that were used."),
  completed: z.int().describe("Completed trials; of more than 5,000 a random sample is used."),
  parameters: z
    .array(
      z.object({
        name: z.string(),
        importance: z.number().describe("A share, 0 to 1."),
        low: z.number().describe("With `high`: an interval that holds in 90 % of resamples of the trials."),
        high: z.number(),
        direction: z
          .enum(["better", "worse"])
          .nullable()
          .describe("What larger values make of the objective; null where neither is clear."),
      }),
    )
    .describe("Most important first."),
  interactions: z
    .array(
      z.object({
        parameters: z.tuple([z.string(), z.string()]),
        importance: z.number(),
        low: z.number(),
        high: z.number(),
      }),
    )
    .describe("fANOVA: what pairs of the most important parameters do beyond each alone."),
  verdict: z.enum(["clear", "too-early"]),
  text: z.string(),
});
export type ImportanceResource = z.infer<typeof importanceSchema>;

export const metricSeriesSchema = z.object({
  name: z.string(),
  attempt: z.int(),
  points: z.array(z.object({ step: z.number(), value: wireNumberSchema, time })),
  /** Points stored; more than returned when the series was thinned. */
  total: z.int(),
});
export type MetricSeries = z.infer<typeof metricSeriesSchema>;

export const agentResourceSchema = z.object({
  id: z.uuid(),
  name: z.string(),
  state: z.enum(["up", "draining", "lost"]),
  reason: reasonSchema,
  version: z.string(),
  pool: poolSchema,
  labels: labelsSchema,
  gpus: z.array(gpuSchema),
  cpus: z.number().describe("In all."),
  memoryMb: z.int(),
  slots: z.int().describe("Trials it runs at once, in all."),
  running: z.array(z.object({ study: z.string(), trial: z.int(), attempt: z.int() })),
  registeredAt: time,
  lastSeenAt: time,
});
export type AgentResource = z.infer<typeof agentResourceSchema>;

export const queueItemSchema = z.object({
  study: z.string(),
  project: projectSchema,
  trial: z.int(),
  pool: poolSchema,
  priority: z.int(),
  queuedAt: time,
  waitingSeconds: z.number(),
  /** Why it is not running yet, in a sentence. */
  why: z.string(),
});
export type QueueItem = z.infer<typeof queueItemSchema>;

export const eventResourceSchema = z.object({
  /** Opaque position in the global stream; the SSE id. */
  id: z.string(),
  seq: z.int(),
  time,
  project: projectSchema,
  study: z.string(),
  type: z.string(),
  trial: z.int().nullable(),
  actor: z.string(),
  reason: z.object({ rule: z.string(), inputs: z.record(z.string(), z.unknown()), text: z.string() }),
  data: z.record(z.string(), z.unknown()),
});
export type EventResource = z.infer<typeof eventResourceSchema>;

export const explanationSchema = z.object({
  algorithm: z.string(),
  version: z.int(),
  /** What the algorithm is and, where it chooses, what it chose for this study and why. */
  text: z.string(),
});
export type Explanation = z.infer<typeof explanationSchema>;

export const SCOPES = ["admin", "write", "read", "agent", "attempt"] as const;
export const scopeSchema = z.enum(SCOPES);
export type Scope = z.infer<typeof scopeSchema>;

export const tokenResourceSchema = z.object({
  id: z.string(),
  name: z.string(),
  scope: scopeSchema,
  createdAt: time,
  expiresAt: time.nullable(),
  revokedAt: time.nullable(),
  lastUsedAt: time.nullable(),
});
export type TokenResource = z.infer<typeof tokenResourceSchema>;

/** One page of a list. `nextCursor` is opaque; null on the last page. */
export interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}
