import type { CollectorSpec } from "../core/collector.ts";
import type { ExecutionResult, FailureClass } from "../core/executor.ts";
import { metricFormats } from "../core/metric-formats.ts";
import type { ResultRequest } from "../core/protocol.ts";
import { closest } from "../core/suggest-name.ts";
import { printable } from "../core/text.ts";
import type { StopKind } from "../core/trial.ts";

/** How an attempt's processes ended, as the executor saw it. */
export type ExecutionEnd = Omit<ExecutionResult, "metrics">;

/** Who asked for the end before it came. */
export type EndRequest =
  | { type: "none" }
  /** Kind null: an older server's reply to a report, which does not tell why. */
  | { type: "stop"; kind: StopKind | null; reason: string }
  | { type: "shut-down" }
  | { type: "disk-full"; message: string }
  /** The server does not take what the attempt measured. */
  | { type: "unreported"; message: string };

/** What an attempt's collectors saw of metrics. */
export interface SeenMetrics {
  seen: readonly string[];
  /** Metrics that decide something. */
  wanted: readonly string[];
  /** As in the study: where they looked. */
  collectors?: readonly CollectorSpec[] | undefined;
}

const MAX_SEEN = 100;
const MAX_MESSAGE = 4000;

/** What the server is told. Processes that were stopped ended for the reason for which somebody stopped them. */
export function resultOf(
  end: ExecutionEnd,
  request: EndRequest,
  metrics: SeenMetrics,
  logTruncatedBytes: number,
): ResultRequest {
  const { exitCode, signal } = end;
  const verdict = verdictOf(end, request, metrics);
  return {
    outcome: verdict.outcome,
    failureClass: verdict.failureClass,
    exitCode,
    signal,
    // Cut first: the cut may leave half of a surrogate pair.
    message: verdict.message === null ? null : printable(verdict.message.slice(0, MAX_MESSAGE)),
    logTruncatedBytes,
    seenMetrics: metrics.seen.filter((name) => name.length <= 200).slice(0, MAX_SEEN),
  };
}

type Verdict = Pick<ExecutionEnd, "outcome" | "failureClass" | "message">;

function verdictOf(end: ExecutionEnd, request: EndRequest, metrics: SeenMetrics): Verdict {
  if (end.outcome === "stopped") return verdictOfStop(end, request);
  if (end.outcome !== "completed") return end;
  const missing = metrics.wanted.filter((name) => !metrics.seen.includes(name));
  if (missing.length === 0) return end;
  // Still `completed`: the training code may have reported to the server by itself, which alone knows both.
  return { ...end, message: missing.map((name) => neverSeen(name, metrics)).join(" ") };
}

function verdictOfStop(end: ExecutionEnd, request: EndRequest): Verdict {
  switch (request.type) {
    case "disk-full":
      return { outcome: "failed", failureClass: "disk", message: request.message };
    case "unreported":
      return { outcome: "failed", failureClass: "lost", message: request.message };
    case "shut-down":
      return {
        outcome: "requeue",
        failureClass: "agent-stop",
        message: "the agent on this host was stopped",
      };
    case "stop":
      return { outcome: "stopped", failureClass: classOfStop(request.kind), message: request.reason };
    case "none":
      return end;
  }
}

function classOfStop(kind: StopKind | null): FailureClass | null {
  if (kind === null || kind === "budget") return null;
  return kind === "prune" ? "pruned" : "cancelled";
}

function neverSeen(name: string, { seen, collectors }: SeenMetrics): string {
  const guess = closest(name, seen);
  const hint = guess === undefined ? metricFormats(collectors, name) : `Did you mean \`${guess}\`?`;
  const names = seen.slice(0, MAX_SEEN).join(", ");
  return `metric \`${name}\` never seen; saw: ${names === "" ? "no metric at all" : names}. ${hint}`;
}
