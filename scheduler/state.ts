import type { Point } from "../core/algorithm.ts";
import type { AttemptEnd, StudyEvent, StudyEventBody } from "../core/event.ts";
import { isInfrastructure } from "../core/executor.ts";
import type { Params } from "../core/space.ts";
import type { StudyPatch } from "../core/study.ts";
import { isTerminal, type StopKind, type StudyEnd, type TrialState } from "../core/trial.ts";
import { addPoint, emptyCurve, type MetricCurve } from "./curve.ts";

/**
 * A study as its log tells it: the left fold of `apply` over the events. The scheduler keeps it warm and checks it
 * against the log's length; after a crash it is folded anew.
 */
export interface StudyState {
  /** Events folded. */
  seq: number;
  trials: Map<number, TrialView>;
  /** Numbers of the trials that are not terminal. */
  open: Set<number>;
  /** Of those, the ones that wait at a rung: they hold no slot. */
  waiting: Set<number>;
  /** Numbers of the trials about which something must be decided. */
  unsettled: Set<number>;
  /** Trials that failed by the user's code, as counted against maxFailedTrials. */
  failures: number;
  gpuSeconds: number;
  paused: boolean;
  stopping: StudyEnd | null;
  /** Why it ends, or why the search found no more, in the words of that event. */
  endText: string | null;
  done: boolean;
  /** The search ended for good (a grid came to its end), under the limits of the moment. */
  exhausted: boolean;
  /** What the search last said it waits for; null when it proposed. */
  waitingFor: string | null;
  /** Sequence number of the last event that may change what the search answers. */
  searchSeq: number;
}

export interface TrialView {
  number: number;
  state: TrialState;
  params: Params;
  point: Point;
  /** Up to which step it may train now; null: to its end. */
  budget: number | null;
  attempt: number;
  retries: number;
  lostAttempts: number;
  /** How often its own process asked for it. */
  requeues: number;
  /** Milliseconds since the epoch, of the attempt that runs; null otherwise. */
  startedAt: number | null;
  curves: Map<string, MetricCurve>;
  /** The attempt that ended and is not decided upon yet. */
  end: { end: AttemptEnd; seenMetrics: readonly string[] } | null;
  /** What the running attempt was told. */
  stop: { kind: StopKind; text: string } | null;
  stopAsked: boolean;
  retryAsked: boolean;
  losses: readonly number[] | null;
  /** It failed, and the failure counts against maxFailedTrials. */
  countedFailure: boolean;
  /** It should have been pruned, and runs on to measure how often pruning is wrong. */
  heldOut: boolean;
}

export function initialState(): StudyState {
  return {
    seq: 0,
    trials: new Map(),
    open: new Set(),
    waiting: new Set(),
    unsettled: new Set(),
    failures: 0,
    gpuSeconds: 0,
    paused: false,
    stopping: null,
    endText: null,
    done: false,
    exhausted: false,
    waitingFor: null,
    searchSeq: 0,
  };
}

/** Folds one event into the state, in place. Events come in log order, each once. */
export function apply(state: StudyState, event: StudyEvent): void {
  state.seq = event.seq;
  applyToStudy(state, event);
  applyToTrial(state, event);
}

function applyToStudy(state: StudyState, event: StudyEvent): void {
  const { body } = event;
  switch (body.type) {
    case "study.paused":
      state.paused = true;
      return;
    case "study.resumed":
      state.paused = false;
      return;
    case "study.stop-requested":
      if (state.stopping === null) state.endText = event.why.text;
      state.stopping ??= "stopped";
      return;
    case "study.stopping":
      state.stopping = body.end;
      state.endText = event.why.text;
      return;
    case "study.done":
      state.stopping = body.end;
      state.done = true;
      return;
    case "study.changed":
      if (!changesLimits(body.changes)) return;
      // What ended the search may have been the old limit.
      state.exhausted = false;
      searchAgain(state, event.seq);
      return;
    case "search.exhausted":
      state.exhausted = true;
      state.endText ??= event.why.text;
      return;
    case "search.waiting":
      state.waitingFor = event.why.text;
      return;
    default:
      if (mayChangeSearch(body)) searchAgain(state, event.seq);
  }
}

/** Whether a search is built anew for the patch, as log-search.ts does. */
function changesLimits({ parallelism, budget }: StudyPatch): boolean {
  return parallelism !== undefined || budget?.maxTrials !== undefined;
}

function searchAgain(state: StudyState, seq: number): void {
  state.searchSeq = seq;
  state.waitingFor = null;
}

const SEARCH_FACTS: ReadonlySet<StudyEventBody["type"]> = new Set([
  "trial.observed",
  "trial.finished",
  "trial.enqueued",
  "trial.paused",
  "trial.promoted",
] as const);

/** Facts that an algorithm is told: after one of these it is asked again, even if it was waiting. */
function mayChangeSearch(body: StudyEventBody): boolean {
  return SEARCH_FACTS.has(body.type);
}

function applyToTrial(state: StudyState, event: StudyEvent): void {
  const { body } = event;
  if (body.type === "trial.scheduled" || body.type === "trial.enqueued") {
    const budget = body.type === "trial.scheduled" ? body.budget : null;
    state.trials.set(body.trial, newTrial(body.trial, body.params, body.point, budget));
    state.open.add(body.trial);
    return;
  }
  if (!("trial" in body)) return;
  const trial = state.trials.get(body.trial);
  if (trial === undefined) return;
  switch (body.type) {
    case "trial.started":
      trial.state = "running";
      trial.attempt = body.attempt;
      trial.startedAt = Date.parse(event.time);
      return;
    case "trial.observed":
      for (const point of body.points) addPoint(curveOf(trial, point.name), point, body.attempt);
      return;
    case "attempt.ended":
      trial.end = { end: body.end, seenMetrics: seenMetrics(event) };
      trial.startedAt = null;
      state.gpuSeconds += body.end.gpuSeconds;
      state.unsettled.add(trial.number);
      return;
    case "trial.stop-requested":
      trial.stopAsked = true;
      state.unsettled.add(trial.number);
      return;
    case "trial.retry-requested":
      trial.retryAsked = true;
      state.unsettled.add(trial.number);
      return;
    case "trial.stopping":
      trial.stop = { kind: body.kind, text: event.why.text };
      trial.stopAsked = false;
      state.unsettled.delete(trial.number);
      return;
    case "trial.held-out":
      trial.heldOut = true;
      return;
    case "trial.requeued":
      requeue(state, trial, body.cause);
      return;
    case "trial.paused":
      trial.state = "paused";
      trial.losses = body.losses;
      settle(state, trial);
      state.waiting.add(trial.number);
      return;
    case "trial.promoted":
      trial.state = "queued";
      trial.budget = body.budget;
      state.waiting.delete(trial.number);
      return;
    case "trial.finished":
      finish(state, trial, body);
      return;
  }
}

function newTrial(number: number, params: Params, point: Point, budget: number | null): TrialView {
  return {
    number,
    state: "queued",
    params,
    point,
    budget,
    attempt: 0,
    retries: 0,
    lostAttempts: 0,
    requeues: 0,
    startedAt: null,
    curves: new Map(),
    end: null,
    stop: null,
    stopAsked: false,
    retryAsked: false,
    losses: null,
    countedFailure: false,
    heldOut: false,
  };
}

function requeue(state: StudyState, trial: TrialView, cause: string): void {
  if (cause === "retry") trial.retries++;
  if (cause === "lost") trial.lostAttempts++;
  if (cause === "requeue" && trial.end !== null && askedByProcess(trial.end.end)) trial.requeues++;
  if (trial.countedFailure) state.failures--;
  trial.countedFailure = false;
  trial.state = "queued";
  settle(state, trial);
  state.open.add(trial.number);
}

/** Of an attempt that is to be run again: its process wants it (exit 75), and not an agent that was stopped. */
export function askedByProcess({ failureClass }: AttemptEnd): boolean {
  return failureClass === null || !isInfrastructure(failureClass);
}

function finish(
  state: StudyState,
  trial: TrialView,
  body: StudyEventBody & { type: "trial.finished" },
): void {
  trial.state = body.state;
  trial.losses = body.losses;
  settle(state, trial);
  if (isTerminal(body.state)) {
    state.open.delete(trial.number);
    state.waiting.delete(trial.number);
  }
  // A diverged point is the search's business, not a defect of the user's code.
  trial.countedFailure = body.state === "failed" && body.failureClass !== "diverged";
  if (trial.countedFailure) state.failures++;
}

function settle(state: StudyState, trial: TrialView): void {
  trial.end = null;
  trial.stop = null;
  trial.stopAsked = false;
  trial.retryAsked = false;
  trial.startedAt = null;
  state.unsettled.delete(trial.number);
}

function curveOf(trial: TrialView, metric: string): MetricCurve {
  const known = trial.curves.get(metric);
  if (known !== undefined) return known;
  const curve = emptyCurve();
  trial.curves.set(metric, curve);
  return curve;
}

function seenMetrics(event: StudyEvent): readonly string[] {
  const names = event.why.inputs.seenMetrics;
  return Array.isArray(names) ? names.filter((name): name is string => typeof name === "string") : [];
}
