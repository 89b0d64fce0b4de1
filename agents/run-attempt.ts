import { FettleError, messageOf } from "../core/errors.ts";
import type { MetricPoint } from "../core/event.ts";
import type { ExecutionResult } from "../core/executor.ts";
import type { Assignment, Intervals } from "../core/protocol.ts";
import { decidingMetrics } from "../core/study.ts";
import { type AttemptLife, createAttemptLife } from "./attempt-life.ts";
import { type AttemptLink, createAttemptLink } from "./attempt-link.ts";
import type { RunningAttempt } from "./attempts.ts";
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
  leases: Leases;
  /** Sends a heartbeat now. */
  confirm: () => Promise<void>;
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
    killMs: () => context.intervals().killGraceMs,
  });
  const attempt = { ...context, assignment, life, link: linkOf(context, assignment, life) };
  const done = live(attempt, reservation)
    .catch((error: unknown) => say(attempt, "error", `its end could not be told: ${messageOf(error)}`))
    .finally(() => reservation?.release());
  return { assignment, done, stop: life.stop, fence: life.fence, shutDown: life.shutDown };
}

interface Attempt extends AttemptContext {
  assignment: Assignment;
  life: AttemptLife;
  link: AttemptLink;
}

function linkOf(context: AttemptContext, assignment: Assignment, life: AttemptLife): AttemptLink {
  return createAttemptLink({
    client: context.client,
    attempt: assignment,
    trusted: () => context.leases.trusted(assignment),
    lost: life.lost,
    onLost: life.fence,
    intervals: context.intervals,
    randomness: context.options.randomness,
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
    const result = await runProcesses(attempt, reservation, outlets, seen);
    // A disk that is full for the trial may be this agent's, too; the next look at it tells.
    if (result.failureClass === "disk") attempt.host.diskFull();
    outlets.points(seen.finals(result.metrics));
    const lostBytes = await outlets.finish(attempt.intervals().heartbeatMs);
    if (!attempt.life.lost.aborted) await tell(attempt, result, seen, lostBytes);
  } finally {
    outlets.close();
  }
}

function outletsContext(attempt: Attempt) {
  const { assignment, options, life, link, intervals } = attempt;
  return {
    spoolDirectory: spoolDir(options.stateDir),
    id: `${assignment.trialId}-${assignment.attempt}`,
    intervals,
    sendPoints: (points: readonly MetricPoint[]) => link.report({ points: [...points] }),
    sendLog: link.appendLog,
    // The reply does not say whether it is pruned or cancelled; the server knows.
    onShouldStop: (reason: string) => life.stop(null, reason),
    onWriteError: (error: unknown) => failForDisk(attempt, error),
    onProblem: (message: string) => say(attempt, "warn", message),
  };
}

/** Never rejects: what keeps processes from starting is their result. */
async function runProcesses(
  attempt: Attempt,
  reservation: Reservation,
  outlets: Outlets,
  seen: SeenMetrics,
): Promise<ExecutionResult> {
  const { assignment, options, life, intervals } = attempt;
  if (life.lost.aborted || life.request().type !== "none") return { ...NOTHING_RAN, outcome: "stopped" };
  try {
    const execution = await startExecution({
      assignment,
      reservation,
      trialDirectory: await createTrialDir(options.stateDir, assignment.trialId),
      stateDirectory: options.stateDir,
      url: options.url,
      lookMs: () => intervals().flushMs,
      onOutput: (bytes) => outlets.output(bytes),
      onPoints: (points) => outlets.points(seen.take(points)),
      onProblem: (error) => say(attempt, "warn", `a metrics collector cannot read: ${messageOf(error)}`),
    });
    life.attach(execution);
    return await execution.done;
  } catch (error) {
    return startFailure(attempt, error);
  } finally {
    life.detach();
  }
}

async function tell(
  attempt: Attempt,
  end: ExecutionEnd,
  seen: SeenMetrics,
  lostBytes: number,
): Promise<void> {
  const metrics = { seen: seen.names(), wanted: decidingMetrics(attempt.assignment.spec) };
  const result = resultOf(end, attempt.life.request(), metrics, lostBytes);
  await attempt.link.finish(result);
  say(attempt, "info", `ended: ${result.outcome}${result.message === null ? "" : ` (${result.message})`}`);
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

function say({ options, assignment }: Attempt, level: "info" | "warn" | "error", message: string): void {
  const { study, trial, attempt } = assignment;
  options.log[level]({ study, trial, attempt }, `trial ${trial} of ${study}, attempt ${attempt}, ${message}`);
}
