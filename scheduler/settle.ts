import { brokenBounds } from "../core/broken-bounds.ts";
import type { AttemptEnd } from "../core/event.ts";
import { type FailureClass, isInfrastructure } from "../core/executor.ts";
import { metricFormats } from "../core/metric-formats.ts";
import { toWire } from "../core/number.ts";
import type { StudySpec } from "../core/study.ts";
import { closest } from "../core/suggest-name.ts";
import { isTerminal, type TrialState } from "../core/trial.ts";
import { type Action, plural, record } from "./actions.ts";
import { paused, pausesAtBudget, unitOf } from "./budget.ts";
import { type Measurement, measure, meetsTargets } from "./measure.ts";
import { askedByProcess, type StudyState, type TrialView } from "./state.ts";

/** A process that asks to be requeued (exit 75) this often is taken to be broken, so that nothing loops for ever. */
const MAX_REQUEUES = 100;
const USER_STOP = "A user asked for this trial's end.";

/** What follows from an attempt's end, or from a user's wish, for one trial. */
export function settleTrial(spec: StudySpec, state: StudyState, trial: TrialView): Action[] {
  if (trial.end !== null) return settleEnd(spec, state, trial, trial.end);
  if (trial.retryAsked) return settleRetryRequest(state, trial);
  if (trial.stopAsked) return settleStopRequest(spec, trial);
  return [];
}

function settleRetryRequest(state: StudyState, trial: TrialView): Action[] {
  if (!isTerminal(trial.state) || state.stopping !== null) return [];
  return [
    record(
      { type: "trial.requeued", trial: trial.number, cause: "user-retry" },
      "user-retry",
      `Queued again: a user asked for another attempt of this ${trial.state} trial.`,
    ),
  ];
}

function settleStopRequest(spec: StudySpec, trial: TrialView): Action[] {
  if (trial.state === "running") {
    // One that is being ended at its rung would only wait there for its promotion.
    const atRung = trial.stop?.kind === "budget" && pausesAtBudget(spec, trial);
    if (trial.stop !== null && !atRung) return [];
    const body = { type: "trial.stopping", trial: trial.number, kind: "cancel", step: null } as const;
    return [record(body, "user-stop", USER_STOP)];
  }
  if (isTerminal(trial.state)) return [];
  const moment = trial.state === "paused" ? "while it was paused" : "before it started";
  return [finished(spec, trial, "cancelled", "cancelled", "user-stop", `Cancelled by a user ${moment}.`)];
}

interface Ended {
  spec: StudySpec;
  state: StudyState;
  trial: TrialView;
  end: AttemptEnd;
  seenMetrics: readonly string[];
}

function settleEnd(
  spec: StudySpec,
  state: StudyState,
  trial: TrialView,
  ended: NonNullable<TrialView["end"]>,
): Action[] {
  const context: Ended = { spec, state, trial, ...ended };
  switch (ended.end.outcome) {
    case "completed":
      return settleCompleted(context);
    case "infeasible": {
      const reason = ended.end.message ?? "declared by the training code";
      return [
        finished(spec, trial, "infeasible", ended.end.failureClass, "infeasible", `Infeasible: ${reason}.`),
      ];
    }
    case "failed":
      return settleFailed(context);
    case "requeue":
      return settleRequeue(context);
    case "stopped":
      return settleStopped(context);
    case "lost":
      return settleLost(context);
  }
}

function settleCompleted(context: Ended): Action[] {
  const { spec, trial } = context;
  const measured = measure(spec, trial);
  if (measured.missing.length > 0) {
    const message = neverSeen(spec, measured.missing, context.seenMetrics).join(" ");
    if (trial.stop?.kind === "budget")
      return [finished(spec, trial, "failed", "no-metric", "no-metric", `Failed: ${message}`)];
    return settleFailed(context, "no-metric", message);
  }
  if (measured.diverged.length > 0) {
    const text = `Diverged: ${measured.diverged.join(", ")} ended as ${measured.values.map(shown).join(", ")}.`;
    return [finished(spec, trial, "failed", "diverged", "diverged", text)];
  }
  if (pausesAtBudget(spec, trial)) return [settleRung(context)];
  const text = `Completed with ${spec.objectives.map((o, i) => `${o.metric} = ${shown(measured.values[i])}`).join(", ")}.`;
  const told = `${text}${boundsText(context, measured)}`;
  const actions = [finished(spec, trial, "completed", null, "completed", told)];
  if (context.state.stopping === null && meetsTargets(spec, measured.values, measured.violations)) {
    const sentence = `Trial ${trial.number} reached the target: ${text.slice("Completed with ".length)}`;
    actions.push(
      record({ type: "study.stopping", end: "target-reached" }, "target-reached", sentence, {
        trial: trial.number,
      }),
    );
  }
  return actions;
}

/** The process has trained up to a rung: the trial waits there, unless its user wants it to end. */
function settleRung({ spec, state, trial }: Ended): Action {
  const userStop = trial.stopAsked || trial.stop?.kind === "cancel";
  // What has paused when the study ends is pruned with it and keeps its value.
  if (!userStop || state.stopping !== null) return paused(spec, trial);
  const text = `Cancelled by a user at ${unitOf(spec)} ${trial.budget}.`;
  return finished(spec, trial, "cancelled", "cancelled", "user-stop", text);
}

/** What keeps a completed trial from being the best; "" when it keeps to every outcome constraint. */
function boundsText({ spec, trial, seenMetrics }: Ended, { violations }: Measurement): string {
  const broken = spec.outcomeConstraints.flatMap((constraint, index) =>
    trial.curves.has(constraint.metric)
      ? brokenBounds([constraint], [violations[index] ?? null]).map((clause) => `${clause}.`)
      : neverSeen(spec, [constraint.metric], seenMetrics),
  );
  return broken.length === 0 ? "" : ` It cannot be the best: ${[...new Set(broken)].join(" ")}`;
}

function neverSeen(spec: StudySpec, metrics: readonly string[], seen: readonly string[]): string[] {
  return metrics.map((metric) => {
    const guess = closest(metric, seen);
    const hint = guess === undefined ? wayOut(spec, metric) : ` Did you mean \`${guess}\`?`;
    return `metric \`${metric}\` never seen; saw: ${seen.length > 0 ? seen.join(", ") : "no metric at all"}.${hint}`;
  });
}

/** Where a process is run for the trial: how it may write the metric. */
function wayOut({ command, metrics }: StudySpec, metric: string): string {
  return command === undefined ? "" : ` ${metricFormats(metrics, metric)}`;
}

function settleFailed(context: Ended, failureClass?: FailureClass, message?: string): Action[] {
  const { spec, state, trial, end } = context;
  const cause = failureClass ?? end.failureClass ?? "user-error";
  const text = message ?? end.message ?? exitText(end);
  if (stopsAnyway(context)) return settleStopped(context);
  if (isInfrastructure(cause)) return requeueLost(context, cause, text);
  if (trial.retries < spec.retry.maxRetries && state.stopping === null) {
    const body = { type: "trial.requeued", trial: trial.number, cause: "retry" } as const;
    const inputs = { retries: trial.retries, maxRetries: spec.retry.maxRetries, failureClass: cause };
    return [
      record(
        body,
        "retry",
        `Queued again (retry ${trial.retries + 1} of ${spec.retry.maxRetries}): ${text}`,
        inputs,
      ),
    ];
  }
  return [finished(spec, trial, "failed", cause, cause, `Failed: ${text}`)];
}

function settleRequeue(context: Ended): Action[] {
  const { spec, trial, end } = context;
  if (stopsAnyway(context)) return settleStopped(context);
  if (askedByProcess(end) && trial.requeues >= MAX_REQUEUES) {
    const text = `Failed: it asked to be requeued ${MAX_REQUEUES} times.`;
    return [finished(spec, trial, "failed", "user-error", "requeue-limit", text)];
  }
  const body = { type: "trial.requeued", trial: trial.number, cause: "requeue" } as const;
  return [
    record(body, "requeue", `Queued again, not counted as a failure: ${end.message ?? "it exited with 75"}.`),
  ];
}

/** An attempt that ended by a stop; one that nobody asked for is run again. */
function settleStopped(context: Ended): Action[] {
  const { spec, state, trial } = context;
  if (trial.stop?.kind === "budget") return settleCompleted(context);
  if (trial.stop?.kind === "prune") {
    return [finished(spec, trial, "pruned", "pruned", "pruned", trial.stop.text)];
  }
  if (trial.stop !== null || state.stopping !== null || trial.stopAsked) {
    const asked = trial.stopAsked ? USER_STOP : "The study is ending.";
    const text = trial.stop?.text ?? asked;
    return [finished(spec, trial, "cancelled", "cancelled", "cancelled", `Cancelled: ${text}`)];
  }
  return requeueLost(context, "agent-stop", "the agent stopped it without being asked to");
}

function settleLost(context: Ended): Action[] {
  if (stopsAnyway(context)) return settleStopped(context);
  return requeueLost(context, "lost", "its agent fell silent and the lease ran out");
}

/** Infrastructure failures never count against the user, but a trial that takes its agents down is the cause itself. */
function requeueLost(context: Ended, cause: FailureClass, text: string): Action[] {
  const { spec, trial } = context;
  const lost = trial.lostAttempts + 1;
  const allowed = spec.retry.maxLostAttempts;
  const inputs = { lostAttempts: lost, maxLostAttempts: allowed, failureClass: cause };
  if (lost < allowed) {
    const body = { type: "trial.requeued", trial: trial.number, cause: "lost" } as const;
    return [
      record(
        body,
        "lost",
        `Queued again (loss ${lost} of ${allowed}, not counted as a failure): ${text}.`,
        inputs,
      ),
    ];
  }
  const sentence = `Failed: ${plural(lost, "attempt")} lost in a row of accidents; the trial itself is taken for the cause. Last: ${text}.`;
  return [finished(spec, trial, "failed", "poison", "poison", sentence)];
}

/** The trial was told to stop, or the study is ending: no other attempt may follow. */
function stopsAnyway({ trial, state }: Ended): boolean {
  return trial.stop !== null || trial.stopAsked || state.stopping !== null;
}

/** The decision that ends a trial, with everything it measured until then. */
export function finished(
  spec: StudySpec,
  trial: TrialView,
  outcome: TrialState,
  failureClass: FailureClass | null,
  rule: string,
  text: string,
): Action {
  const measured = measure(spec, trial);
  const counts = outcome === "completed" || outcome === "pruned";
  return record(
    {
      type: "trial.finished",
      trial: trial.number,
      state: outcome,
      values: measured.values.map((value) => (value === null ? null : toWire(value))),
      losses: counts ? measured.losses : null,
      violations: measured.violations,
      failureClass,
    },
    rule,
    text,
    { attempt: trial.attempt },
  );
}

function exitText(end: AttemptEnd): string {
  if (end.signal !== null) return `killed by ${end.signal}.`;
  return end.exitCode === null ? "no exit code was told." : `exit code ${end.exitCode}.`;
}

function shown(value: number | null | undefined): string {
  return value === null || value === undefined ? "nothing" : String(value);
}
