import { FettleError, messageOf } from "../core/errors.ts";
import type { MetricPoint } from "../core/event.ts";
import type { ExecutionResult } from "../core/executor.ts";
import type { Assignment, Intervals } from "../core/protocol.ts";
import { decidingMetrics } from "../core/study.ts";
import { type AttemptLife, createAttemptLife } from "./attempt-life.ts";
import { type AttemptLink, createAttemptLink } from "./attempt-link.ts";
import type { LossCause, RunningAttempt } from "./attempts.ts";
import type { Checkpoints, KeptCheckpoint } from "./checkpoints.ts";
import type { AgentClient } from "./client.ts";
import type { AgentOptions } from "./config.ts";
import { isDiskFull } from "./cordon.ts";
import { startExecution } from "./execution.ts";
import type { Host } from "./host.ts";
import type { Leases } from "./lease.ts";
import { type Outlets, openOutlets } from "./outlets.ts";
import type { Reservation } from "./placement-local.ts";
import { type ExecutionEnd, resultOf } from "./result.ts";
import { createSeenMetrics, type SeenMetrics } from "./seen-metrics.ts";
import { createTrialDir, spoolDir } from "./trial-dirs.ts";

export interface AttemptContext {
  options: AgentOptions;
  host: Host;
  client: AgentClient;
  /** Of this process. */
  session: string;
  leases: Leases;
  checkpoints: Checkpoints;
  /** Sends a heartbeat now. */
  confirm: () => Promise<void>;
  /** A report of a trial that may be stopped has reached the server. */
  reported: () => void;
  intervals: () => Intervals;
}

/**
 * Runs one claimed attempt from its processes to its result: output and metrics leave while it runs, the result when
 * it has ended. Whatever goes wrong is this attempt's failure alone.
 */
export function runAttempt(context: AttemptContext, assignment: Assignment): RunningAttempt {
  // At once, not after a first await: the next claim must see what is left.
  const reservation = context.host.reserve(assignment.spec.resources);
  const life = createAttemptLife({
    stopMs: () => assignment.spec.limits.stopGraceSeconds * 1000,
    budgetMs: () => assignment.spec.limits.budgetGraceSeconds * 1000,
    killMs: () => context.intervals().killGraceMs,
  });
  const link = linkOf(context, assignment, life);
  const attempt: Attempt = { ...context, assignment, life, link, telling: false };
  const done = live(attempt, reservation)
    .catch((error: unknown) => say(attempt, "error", `its end could not be told: ${messageOf(error)}`))
    .finally(() => reservation?.release());
  const fence = (cause: LossCause) => {
    // A heartbeat that crosses the result finds the attempt over; the reply to the result says whether it was recorded.
    if (cause !== "stale" || !attempt.telling) life.fence(cause);
  };
  return { assignment, done, stop: life.stop, fence, shutDown: life.shutDown };
}

type Told = Pick<Attempt, "options" | "assignment">;

interface Attempt extends AttemptContext {
  assignment: Assignment;
  life: AttemptLife;
  link: AttemptLink;
  /** Its result is on its way. */
  telling: boolean;
}

function linkOf(context: AttemptContext, assignment: Assignment, life: AttemptLife): AttemptLink {
  return createAttemptLink({
    client: context.client,
    attempt: { ...assignment, session: context.session },
    trusted: () => context.leases.trusted(assignment),
    lost: life.lost,
    onLost: life.fence,
    intervals: context.intervals,
    randomness: context.options.randomness,
    onProblem: (message) => say({ ...context, assignment }, "warn", message),
  });
}

async function live(attempt: Attempt, reservation: Reservation | null): Promise<void> {
  const { leases, assignment, life } = attempt;
  // The claim was under way for longer than a lease: only a heartbeat can tell whose the trial is by now.
  if (!leases.trusted(assignment)) await attempt.confirm();
  if (!leases.trusted(assignment)) return say(attempt, "warn", "was claimed too long ago, it is not run");
  if (reservation === null) return tell(attempt, noRoom(), createSeenMetrics(), 0);
  say(attempt, "info", "starts");
  await execute(attempt, reservation).catch((error: unknown) => {
    if (!life.lost.aborted) throw error;
  });
  const cause = life.lossCause();
  if (cause !== null)
    say(attempt, "warn", `was given up (${cause}): its processes are gone, nothing is reported`);
}

async function execute(attempt: Attempt, reservation: Reservation): Promise<void> {
  const seen = createSeenMetrics();
  let outlets: Outlets;
  try {
    outlets = openOutlets(outletsContext(attempt));
  } catch (error) {
    return tell(attempt, startFailure(attempt, error), seen, 0);
  }
  try {
    const { result, checkpoint } = await runProcesses(attempt, reservation, outlets, seen);
    // A disk that is full for the trial may be this agent's, too; the next look at it tells.
    if (result.failureClass === "disk") attempt.host.diskFull();
    outlets.points(seen.finals(result.metrics));
    const { lostLogBytes, unreported } = await outlets.finish(attempt.intervals().heartbeatMs);
    const end = unreported === null ? result : lostResult(result, unreported);
    if (!attempt.life.lost.aborted) await tell(attempt, end, seen, lostLogBytes, checkpoint);
  } finally {
    outlets.close();
  }
}

function outletsContext(attempt: Attempt) {
  const { assignment, options, life, link, intervals } = attempt;
  return {
    spoolDirectory: spoolDir(options.stateDir),
    id: `${assignment.trialId}-${assignment.attempt}`,
    // What may end a trial must not wait on this host.
    intervals: () => (mayStop(assignment) ? hurried(intervals()) : intervals()),
    async sendPoints(points: readonly MetricPoint[]) {
      const reply = await link.report({ points: [...points] });
      if (mayStop(assignment)) attempt.reported();
      return reply;
    },
    sendLog: link.appendLog,
    onShouldStop: life.stop,
    onUnreported: life.unreported,
    onWriteError: (error: unknown) => failForDisk(attempt, error),
    onProblem: (message: string) => say(attempt, "warn", message),
  };
}

const HURRY = 5;

function hurried(intervals: Intervals): Intervals {
  return { ...intervals, flushMs: Math.max(1, Math.round(intervals.flushMs / HURRY)) };
}

function mayStop({ spec }: Assignment): boolean {
  return spec.fidelity !== undefined || spec.earlyStopping !== undefined;
}

interface Ended {
  result: ExecutionResult;
  /** What the processes left; absent when none ran: nothing new is there then. */
  checkpoint?: KeptCheckpoint | undefined;
}

/** Never rejects: what keeps processes from starting is their result. */
async function runProcesses(
  attempt: Attempt,
  reservation: Reservation,
  outlets: Outlets,
  seen: SeenMetrics,
): Promise<Ended> {
  const { assignment, options, life, intervals, checkpoints } = attempt;
  try {
    const trialDirectory = await createTrialDir(options.stateDir, assignment.trialId);
    const checkpointDirectory = isOver(life) ? "" : await prepareCheckpoint(attempt, outlets);
    if (isOver(life)) return { result: { ...NOTHING_RAN, outcome: "stopped" } };
    const execution = await startExecution({
      assignment,
      reservation,
      trialDirectory,
      checkpointDirectory,
      stateDirectory: options.stateDir,
      url: options.url,
      lookMs: () => intervals().flushMs,
      onOutput: (bytes) => outlets.output(bytes),
      onPoints: (points) => outlets.points(seen.take(points)),
      onProblem: (error) => say(attempt, "warn", `a metrics collector cannot read: ${messageOf(error)}`),
    });
    life.attach(execution);
    const result = await execution.done;
    return { result, checkpoint: await checkpoints.measure(assignment) };
  } catch (error) {
    return { result: startFailure(attempt, error) };
  } finally {
    life.detach();
  }
}

function isOver(life: AttemptLife): boolean {
  return life.lost.aborted || life.request().type !== "none";
}

function prepareCheckpoint(attempt: Attempt, outlets: Outlets): Promise<string> {
  const { checkpoints, assignment, link, life } = attempt;
  return checkpoints.prepare(assignment, {
    read: link.readCheckpoint,
    cancelled: () => isOver(life),
    say(message) {
      say(attempt, "warn", message);
      // For the user: the server has said that the trial goes on from it.
      outlets.output(Buffer.from(`[fettle: ${message}]\n`));
    },
  });
}

async function tell(
  attempt: Attempt,
  end: ExecutionEnd,
  seen: SeenMetrics,
  lostBytes: number,
  checkpoint?: KeptCheckpoint,
): Promise<void> {
  const { assignment, life, link, checkpoints } = attempt;
  const { spec } = assignment;
  const metrics = { seen: seen.names(), wanted: decidingMetrics(spec), collectors: spec.metrics };
  const result = resultOf(end, life.request(), metrics, lostBytes);
  attempt.telling = true;
  await link.finish({ ...result, ...(checkpoint === undefined ? {} : { checkpoint }) });
  say(attempt, "info", `ended: ${result.outcome}${result.message === null ? "" : ` (${result.message})`}`);
  if (checkpoint !== undefined)
    await checkpoints.told(assignment, checkpoint, (message) => say(attempt, "warn", message));
}

/** A full disk fails the attempt, not the agent: the trial goes elsewhere, and none comes here for now. */
function failForDisk(attempt: Attempt, error: unknown): void {
  attempt.host.diskFull();
  attempt.life.diskFull(`this host's disk does not take what the trial writes: ${messageOf(error)}`);
}

const NOTHING_RAN = {
  failureClass: null,
  exitCode: null,
  signal: null,
  message: null,
  metrics: new Map(),
} as const;

function noRoom(): ExecutionResult {
  const message = "this host has no room for it any more";
  return { ...NOTHING_RAN, outcome: "requeue", failureClass: "spawn-infra", message };
}

function startFailure(attempt: Attempt, error: unknown): ExecutionResult {
  const message = `this host could not start it: ${messageOf(error)}`;
  const failureClass =
    error instanceof FettleError ? "user-error" : isDiskFull(error) ? "disk" : "spawn-infra";
  if (failureClass === "disk") attempt.host.diskFull();
  return { ...NOTHING_RAN, outcome: "failed", failureClass, message };
}

/** Without its metrics no end is worth anything; whether the trial runs again is the server's decision. */
function lostResult(result: ExecutionResult, message: string): ExecutionResult {
  return { ...result, outcome: "failed", failureClass: "lost", message };
}

function say({ options, assignment }: Told, level: "info" | "warn" | "error", message: string): void {
  const { study, trial, attempt } = assignment;
  options.log[level]({ study, trial, attempt }, `trial ${trial} of ${study}, attempt ${attempt}, ${message}`);
}
