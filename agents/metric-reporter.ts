import { type ErrorCode, messageOf } from "../core/errors.ts";
import type { MetricPoint } from "../core/event.ts";
import type { Intervals, ReportReply } from "../core/protocol.ts";
import type { StopKind } from "../core/trial.ts";
import { type Bell, createBell } from "./bell.ts";
import { RequestError } from "./client.ts";
import type { ReportSpool } from "./report-spool.ts";

/** Sends one attempt's metric points in their order: at the latest `flushMs` after they came, at once when 500 wait. */
export interface MetricReporter {
  add(points: readonly MetricPoint[]): void;
  /** Sends the rest; resolves when the server has everything, or the attempt is lost or was given up. */
  finish(): Promise<void>;
}

export interface ReporterContext {
  spool: ReportSpool;
  /** Retries by itself; throws RequestError when the points are refused, the attempt is lost, or the server fails at them. */
  send: (points: readonly MetricPoint[]) => Promise<ReportReply>;
  intervals: () => Intervals;
  onShouldStop: (kind: StopKind | null, reason: string) => void;
  /** The server cannot take the points: nothing more is sent. */
  onGiveUp: (cause: unknown) => void;
  /** A sentence for the agent's log. */
  onProblem: (message: string) => void;
}

const BATCH = 500;
/** The largest delay that a timer takes, 24 days; a bell ends the wait. */
const UNTIL_RUNG_MS = 2 ** 31 - 1;
/** Refusals that may be about a few points of a batch only. */
const DIVISIBLE: ReadonlySet<ErrorCode> = new Set(["invalid-input", "limit-exceeded", "payload-too-large"]);

export function createMetricReporter(context: ReporterContext): MetricReporter {
  const { spool } = context;
  const bell = createBell();
  const state = { finishing: false };
  const running = reportUntilFinished(context, bell, state);
  return {
    add(points) {
      const before = spool.size();
      spool.push(points);
      // At the first point the loop starts to gather a batch, at a full batch it sends.
      if (before === 0 || (before < BATCH && spool.size() >= BATCH)) bell.ring();
    },
    finish() {
      state.finishing = true;
      bell.ring();
      return running;
    },
  };
}

async function reportUntilFinished(
  context: ReporterContext,
  bell: Bell,
  state: { finishing: boolean },
): Promise<void> {
  const { spool, intervals, onProblem } = context;
  let refused = 0;
  for (;;) {
    if (spool.size() === 0 && !state.finishing) await bell.wait(UNTIL_RUNG_MS);
    if (spool.size() < BATCH && !state.finishing) await bell.wait(intervals().flushMs);
    if (spool.size() === 0) {
      if (state.finishing) return;
      continue;
    }
    const batch = spool.peek(BATCH);
    try {
      const rejected = await sendDivided(context, batch);
      if (rejected !== null && refused++ === 0)
        onProblem(`the server refused metric points: ${messageOf(rejected)}`);
    } catch (error) {
      // Of a lost attempt whoever took that decision has acted on it.
      const isLost = error instanceof RequestError && error.remedy === "stale-attempt";
      if (!isLost) context.onGiveUp(error);
      return;
    }
    spool.drop(batch.length);
  }
}

/**
 * Sends a batch; one that is refused for some of its points is halved until those stand alone, so that one bad name
 * does not cost the objective's value. Returns the refusal of the points that were left out, or null.
 * @throws RequestError "stale-attempt", or what the server fails with
 */
async function sendDivided(
  context: ReporterContext,
  points: readonly MetricPoint[],
): Promise<RequestError | null> {
  try {
    const { shouldStop, kind, reason } = await context.send(points);
    if (shouldStop) context.onShouldStop(kind, reason ?? "the server asked for it");
    return null;
  } catch (error) {
    if (!(error instanceof RequestError) || error.remedy !== "refused") throw error;
    if (points.length === 1 || !DIVISIBLE.has(error.code)) return error;
    const middle = Math.ceil(points.length / 2);
    const first = await sendDivided(context, points.slice(0, middle));
    return (await sendDivided(context, points.slice(middle))) ?? first;
  }
}
