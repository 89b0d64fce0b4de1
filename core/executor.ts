import { z } from "zod";
import type { ArgumentRules } from "./arguments.ts";
import { wireNumberSchema } from "./number.ts";
import { metricNameSchema } from "./objective.ts";
import type { Params } from "./space.ts";
import type { AttemptOutcome } from "./trial.ts";

/** The port behind which one attempt at a trial runs: what an executor is given and what it gives back. */

/** Why an attempt failed, as a closed set: retry rules are keyed on it, so no entry is ever renamed. */
export const FAILURE_CLASSES = {
  "user-error": { infrastructure: false },
  "command-not-found": { infrastructure: false },
  oom: { infrastructure: false },
  timeout: { infrastructure: false },
  "no-metric": { infrastructure: false },
  diverged: { infrastructure: false },
  declared: { infrastructure: false },
  poison: { infrastructure: false },
  cancelled: { infrastructure: false },
  pruned: { infrastructure: false },
  "spawn-infra": { infrastructure: true },
  disk: { infrastructure: true },
  gpu: { infrastructure: true },
  lost: { infrastructure: true },
  "agent-stop": { infrastructure: true },
} as const;

export type FailureClass = keyof typeof FAILURE_CLASSES;
export const failureClassSchema = z.enum(Object.keys(FAILURE_CLASSES) as [FailureClass, ...FailureClass[]]);

/** Whether the cause lies outside the user's code and parameters: such a failure is never charged to the trial. */
export function isInfrastructure(failureClass: FailureClass): boolean {
  return FAILURE_CLASSES[failureClass].infrastructure;
}

/** Who the attempt is. */
export interface AttemptIdentity {
  study: string;
  trial: number;
  trialId: string;
  attempt: number;
  seed: number;
  /** Up to which step the trial may train now; null: to its end. */
  budget: number | null;
  /** Base URL of the server and the bearer token of this attempt alone. */
  url: string;
  token: string;
}

/** GPUs that the attempt may use. `share`: below 1 it has that part of the one GPU. */
export interface GpuAssignment {
  /** What CUDA_VISIBLE_DEVICES takes, GPU uuids or indices; empty: none of the host's. */
  devices: readonly string[];
  indices: readonly number[];
  share: number;
}

export interface ExecutorInput {
  identity: AttemptIdentity;
  /** The argv template of the study and how its {{args}} render. */
  command: readonly string[];
  arguments: ArgumentRules;
  /** Active parameters; `parameters`: the names of all. */
  params: Params;
  parameters: readonly string[];
  environment: Readonly<Record<string, string>>;
  /** Null: the trial's own directory. */
  workingDirectory: string | null;
  /** The trial's own directory, made by the caller; outlives the attempt for its checkpoints. */
  trialDirectory: string;
  /** Where checkpoints lie, prepared by the caller: what is in it is what the script goes on from. Null: in the trial's. */
  checkpointDirectory: string | null;
  /** The agent's own: what a restarted agent must find to clean up lies here. */
  stateDirectory: string;
  /** Null: the host has no GPUs, and the environment says nothing about them. */
  gpus: GpuAssignment | null;
  limits: { trialSeconds?: number | undefined; stopGraceSeconds: number };
  /** Everything that the processes print, both streams in the order of arrival. Must not block; the bytes may be kept. */
  onOutput: (bytes: Uint8Array) => void;
}

export interface ExecutionResult {
  /** `stopped`: it ended because `stop` was called. */
  outcome: Exclude<AttemptOutcome, "lost">;
  /** Null unless the outcome is failed, requeue or infeasible; `stopped` is classified by who asked for it. */
  failureClass: FailureClass | null;
  exitCode: number | null;
  signal: string | null;
  /** For people: why it ended so; null for a plain success. */
  message: string | null;
  /** Final values from the result file, by metric name; NaN and infinities are possible. */
  metrics: ReadonlyMap<string, number>;
}

/** Files through which a training script talks; collectors read them. */
export interface AttemptPaths {
  /** Where the processes run. */
  workingDirectory: string;
  trialDirectory: string;
  checkpointDirectory: string;
  paramsFile: string;
  metricsFile: string;
  resultFile: string;
}

export interface Execution {
  paths: AttemptPaths;
  /** Milliseconds since the epoch, by the clock that stamps files: what is older is of an earlier attempt. */
  startedMs: number;
  /** TERM to the whole tree, KILL after `graceMs`. Called again with an earlier end it hurries; later it does nothing. */
  stop(graceMs: number): void;
  /** Resolves when no process of the attempt is left and all output was handed over; never rejects. */
  done: Promise<ExecutionResult>;
}

export interface Executor {
  name: string;
  summary: string;
  /** Rejects only for a host that cannot run anything (ENOSPC …); a bad command is a result. */
  start(input: ExecutorInput): Promise<Execution>;
}

/** What a script may write to FETTLE_RESULT_FILE before it ends: a verdict, final values, or both. */
export const resultFileSchema = z.object({
  state: z
    .enum(["completed", "infeasible", "failed"])
    .default("completed")
    .describe(
      "infeasible: this point can never be run, the search learns from it. failed: whatever the exit code.",
    ),
  reason: z.string().max(4000).optional().describe("A sentence for people."),
  metrics: z.record(metricNameSchema, wireNumberSchema).default({}).describe("Final values, by metric name."),
});
export type ResultFile = z.infer<typeof resultFileSchema>;
