import { FettleError } from "../core/errors.ts";
import type { MetricPoint } from "../core/event.ts";
import type { Execution, ExecutionResult, ExecutorInput } from "../core/executor.ts";
import type { Assignment } from "../core/protocol.ts";
import { decidingMetrics } from "../core/study.ts";
import { pause } from "./backoff.ts";
import { type Collection, createCollection } from "./collectors/collection.ts";
import { executors } from "./executors/index.ts";
import type { Reservation } from "./placement-local.ts";

export interface ExecutionTask {
  assignment: Assignment;
  reservation: Reservation;
  /** The trial's own directory. */
  trialDirectory: string;
  /** Prepared: what is in it is what the script goes on from. */
  checkpointDirectory: string;
  stateDirectory: string;
  /** Of the server, for the training process. */
  url: string;
  /** How often the collectors look at files, asked before each time. */
  lookMs: () => number;
  onOutput: (bytes: Uint8Array) => void;
  onPoints: (points: readonly MetricPoint[]) => void;
  /** A collector cannot read. */
  onProblem: (error: unknown) => void;
}

/** An attempt's processes together with the collection of their metrics. */
export interface CollectedExecution {
  stop(graceMs: number): void;
  /** Resolves when no process is left and all output and points were handed over; never rejects. */
  done: Promise<ExecutionResult>;
}

/** @throws when this host cannot run anything (ENOSPC …); a bad command is a result */
export async function startExecution(task: ExecutionTask): Promise<CollectedExecution> {
  const early: Uint8Array[] = [];
  let collection: Collection | null = null;
  const execution = await executors.process!.start({
    ...inputOf(task),
    onOutput(bytes) {
      task.onOutput(bytes);
      if (collection === null) early.push(bytes);
      else collection.output(bytes);
    },
  });
  collection = collectionOf(task, execution);
  for (const bytes of early.splice(0)) collection.output(bytes);
  return { stop: execution.stop, done: collectUntilEnd(task, execution, collection) };
}

function inputOf(task: ExecutionTask): Omit<ExecutorInput, "onOutput"> {
  const { assignment, reservation } = task;
  const { spec } = assignment;
  if (spec.command === undefined) throw new FettleError("invalid-study", "the study has no command to run");
  return {
    identity: { ...assignment, url: task.url },
    command: spec.command,
    arguments: spec.arguments,
    params: assignment.params,
    parameters: spec.parameters.map(({ name }) => name),
    environment: spec.environment,
    workingDirectory: spec.workingDirectory ?? null,
    trialDirectory: task.trialDirectory,
    checkpointDirectory: task.checkpointDirectory,
    stateDirectory: task.stateDirectory,
    gpus: reservation.assignment,
    limits: spec.limits,
  };
}

async function collectUntilEnd(
  task: ExecutionTask,
  execution: Execution,
  collection: Collection,
): Promise<ExecutionResult> {
  const ended = new AbortController();
  const looking = lookUntil(ended.signal, task, collection);
  const result = await execution.done;
  ended.abort();
  await looking;
  await collection.end().catch(task.onProblem);
  return result;
}

async function lookUntil(ended: AbortSignal, task: ExecutionTask, collection: Collection): Promise<void> {
  for (;;) {
    await pause(task.lookMs(), ended);
    if (ended.aborted) return;
    await collection.look().catch(task.onProblem);
  }
}

function collectionOf(task: ExecutionTask, { paths, startedMs }: Execution): Collection {
  return createCollection({
    specs: task.assignment.spec.metrics,
    metricsFile: paths.metricsFile,
    directories: [paths.trialDirectory, paths.workingDirectory],
    declared: decidingMetrics(task.assignment.spec),
    startedMs,
    onPoints: task.onPoints,
    onProblem: task.onProblem,
  });
}
