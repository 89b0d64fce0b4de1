import { z } from "zod";
import { failureClassSchema } from "./executor.ts";
import { wireNumberSchema } from "./number.ts";
import { capacitySchema, gpuSchema, labelsSchema, poolSchema } from "./placement.ts";
import { paramsSchema } from "./resources.ts";
import { studySpecSchema } from "./study.ts";
import { textSchema } from "./text.ts";
import { stopKindSchema } from "./trial.ts";

/** The agent's protocol: HTTPS and JSON, every call safe to repeat. Both sides parse with these schemas. */

/**
 * Told by the server at registration and with every heartbeat. The no-overlap rule, checked at start: the agent has
 * killed a trial it may have lost (lease - margin, then killGrace) before the server gives it away (lease + grace).
 */
export const intervalsSchema = z.object({
  leaseMs: z.int().positive(),
  heartbeatMs: z.int().positive(),
  /** The agent gives up this much before the lease ends. */
  marginMs: z.int().min(0),
  /** TERM to KILL when it gives up. */
  killGraceMs: z.int().min(0),
  /** The server waits this much past the lease's end. */
  graceMs: z.int().min(0),
  /** Longest long-poll of a claim. */
  pollMs: z.int().positive(),
  /** Longest time that metrics and log bytes wait on the agent. */
  flushMs: z.int().positive(),
});
export type Intervals = z.infer<typeof intervalsSchema>;

export const DEFAULT_INTERVALS: Intervals = {
  leaseMs: 60_000,
  heartbeatMs: 10_000,
  marginMs: 10_000,
  killGraceMs: 20_000,
  graceMs: 15_000,
  pollMs: 25_000,
  flushMs: 1_000,
};

/** Every interval divided by `factor`: tests run the real thing, faster. */
export function scaleIntervals(intervals: Intervals, factor: number): Intervals {
  const scaled = Object.entries(intervals).map(([name, value]) => [
    name,
    Math.max(1, Math.round(value / factor)),
  ]);
  return intervalsSchema.parse(Object.fromEntries(scaled));
}

/** Null when the agent's old process is dead before the server starts a new one; else the sentence that says why not. */
export function overlapProblem(intervals: Intervals): string | null {
  const { leaseMs, heartbeatMs, marginMs, killGraceMs, graceMs } = intervals;
  if (killGraceMs > marginMs + graceMs) {
    return `killGraceMs (${killGraceMs}) must be at most marginMs + graceMs (${marginMs + graceMs})`;
  }
  if (heartbeatMs * 2 > leaseMs - marginMs) {
    return `heartbeatMs (${heartbeatMs}) must fit twice into leaseMs - marginMs (${leaseMs - marginMs})`;
  }
  return null;
}

export const agentNameSchema = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/);

// POST /v1/agents
export const registerRequestSchema = z.strictObject({
  name: agentNameSchema,
  /** Made anew by each agent process. The newest session of a name is served, older ones get 409 stale-session. */
  session: z.uuid(),
  version: textSchema().max(50),
  pool: poolSchema,
  labels: labelsSchema,
  gpus: z.array(gpuSchema).max(1024),
  cpus: z.number().positive(),
  memoryMb: z.int().min(0),
  slots: z.int().min(1).max(10_000),
});
export type RegisterRequest = z.infer<typeof registerRequestSchema>;
export const registerReplySchema = z.object({ agentId: z.uuid(), intervals: intervalsSchema });
export type RegisterReply = z.infer<typeof registerReplySchema>;

// POST /v1/agents/{agentId}/claim
export const claimRequestSchema = z.strictObject({
  session: z.uuid(),
  /** A repeated id returns the same assignments: safe to resend when the reply was lost. */
  requestId: z.uuid(),
  free: capacitySchema,
  max: z.int().min(1).max(64).default(1),
  waitMs: z.int().min(0).max(60_000).default(0),
});
export type ClaimRequest = z.infer<typeof claimRequestSchema>;

/** All that an executor needs of the specification; the rest of it is the server's business. */
export const assignmentSpecSchema = studySpecSchema
  .pick({
    command: true,
    workingDirectory: true,
    environment: true,
    arguments: true,
    parameters: true,
    objectives: true,
    outcomeConstraints: true,
    resources: true,
    earlyStopping: true,
    fidelity: true,
    limits: true,
    metrics: true,
  })
  .strip();

/** The checkpoint that an attempt goes on from. */
export const checkpointSourceSchema = z.object({
  /** Whose it is: the trial's own, or that of the trial it was copied from. */
  trialId: z.uuid(),
  trial: z.int(),
  /** Of that trial: the attempt that left it. */
  attempt: z.int(),
  /** Up to which step it was trained; null: it never reported one. */
  step: z.number().nullable(),
  bytes: z.int(),
  /** The agent that has it; null: none any more. */
  agent: z.string().nullable(),
  shared: z.boolean(),
  /** Length of the archive that the server has; null: it has none. */
  archiveBytes: z.int().nullable(),
});
export type CheckpointSource = z.infer<typeof checkpointSourceSchema>;

export const assignmentSchema = z.object({
  studyId: z.uuid(),
  study: z.string(),
  project: z.string(),
  trialId: z.uuid(),
  trial: z.int(),
  attempt: z.int(),
  params: paramsSchema,
  seed: z.int(),
  budget: z.number().nullable(),
  /** Null: nothing to go on from. */
  from: checkpointSourceSchema.nullable(),
  spec: assignmentSpecSchema,
  /** Bearer token of this attempt alone, for the training process. */
  token: z.string(),
});
export type Assignment = z.infer<typeof assignmentSchema>;
export const claimReplySchema = z.object({ assignments: z.array(assignmentSchema) });
export type ClaimReply = z.infer<typeof claimReplySchema>;

// POST /v1/agents/{agentId}/heartbeat
const heldSchema = z.strictObject({ trialId: z.uuid(), attempt: z.int().min(1) });
export const heartbeatRequestSchema = z.strictObject({
  session: z.uuid(),
  state: z.enum(["up", "draining"]),
  held: z.array(heldSchema).max(10_000),
  /** Trials whose checkpoints are gone, as the server asked. */
  discarded: z.array(z.uuid()).max(10_000).optional(),
  /** Sent when it changed since the last heartbeat. */
  gpus: z.array(gpuSchema).max(1024).optional(),
});
export type HeartbeatRequest = z.infer<typeof heartbeatRequestSchema>;

/** What the agent must do about one attempt it holds. `stale`: it is not its any more, kill it and report nothing. */
export const commandSchema = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("stop"),
    trialId: z.uuid(),
    attempt: z.int(),
    kind: stopKindSchema,
    reason: z.string(),
  }),
  z.object({ type: z.literal("stale"), trialId: z.uuid(), attempt: z.int() }),
]);
export type AgentCommand = z.infer<typeof commandSchema>;
export const heartbeatReplySchema = z.object({
  commands: z.array(commandSchema),
  /** The server wants this agent to take nothing new. */
  drain: z.boolean(),
  /** Trials whose checkpoints nobody needs any more: remove them, and say so with the next heartbeat. */
  discard: z.array(z.uuid()).default([]),
  intervals: intervalsSchema,
});
export type HeartbeatReply = z.infer<typeof heartbeatReplySchema>;

// POST /v1/attempts/{trialId}/{attempt}/metrics
export const metricPointSchema = z.strictObject({
  name: textSchema().min(1).max(200),
  /** Default: counted on from the metric's last step, in the order of arrival. */
  step: z.number().optional(),
  value: wireNumberSchema,
});
export const reportRequestSchema = z.strictObject({ points: z.array(metricPointSchema).max(10_000) });
export type ReportRequest = z.infer<typeof reportRequestSchema>;
export const reportReplySchema = z.object({
  accepted: z.int().describe("New points."),
  duplicates: z.int().describe("Points known already, same value."),
  conflicts: z.int().describe("Points whose step was known with another value; the first value is kept."),
  shouldStop: z.boolean(),
  kind: stopKindSchema.nullable().describe("Why it should stop."),
  reason: z.string().nullable(),
});
export type ReportReply = z.infer<typeof reportReplySchema>;

// POST /v1/attempts/{trialId}/{attempt}/log?offset=N   (application/octet-stream)
export const logReplySchema = z.object({ nextOffset: z.int().describe("Bytes stored; send on from here.") });

// POST /v1/attempts/{trialId}/{attempt}/result
export const resultRequestSchema = z.strictObject({
  outcome: z.enum(["completed", "failed", "requeue", "infeasible", "stopped"]),
  failureClass: failureClassSchema.nullable(),
  exitCode: z.int32().nullable(),
  signal: textSchema().max(20).nullable(),
  message: textSchema().max(4000).nullable(),
  logTruncatedBytes: z.int().min(0),
  /** Every metric name seen, for the sentence about a metric that never appeared. At most 100. */
  seenMetrics: z.array(textSchema().max(200)).max(100),
  /** What lies in the checkpoint directory now that the process is gone; absent: nothing. */
  checkpoint: z.strictObject({ bytes: z.int().min(0), shared: z.boolean() }).optional(),
});
export type ResultRequest = z.infer<typeof resultRequestSchema>;
export const resultReplySchema = z.object({
  recorded: z.boolean().describe("False when the same result was there already."),
});
