import type { FailureClass } from "../core/executor.ts";
import type { ResultRequest } from "../core/protocol.ts";
import { closest } from "../core/suggest-name.ts";
import type { StopKind } from "../core/trial.ts";

/** How an attempt's processes ended, as the executor saw it. */
export interface ExecutionEnd {
  outcome: "completed" | "failed" | "requeue" | "infeasible" | "stopped";
  failureClass: FailureClass | null;
  exitCode: number | null;
  signal: string | null;
  message: string | null;
}

/** Who asked for the end before it came. */
export type EndRequest =
  | { type: "none" }
  /** Kind null: a report's reply said so, which does not tell why. */
  | { type: "stop"; kind: StopKind | null; reason: string }
  | { type: "shut-down" }
  | { type: "disk-full"; message: string };

/** What an attempt's collectors saw of metrics. */
export interface SeenMetrics {
  seen: readonly string[];
  /** Metrics that decide something. */
  wanted: readonly string[];
}

const MAX_SEEN = 100;
const MAX_MESSAGE = 4000;

/** What the server is told. A stop that was asked for overrules how the process ended because of it. */
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
    message: verdict.message?.slice(0, MAX_MESSAGE) ?? null,
    logTruncatedBytes,
    seenMetrics: metrics.seen.filter((name) => name.length <= 200).slice(0, MAX_SEEN),
  };
}

type Verdict = Pick<ExecutionEnd, "outcome" | "failureClass" | "message">;

function verdictOf(end: ExecutionEnd, request: EndRequest, metrics: SeenMetrics): Verdict {
  if (request.type === "disk-full") {
    return { outcome: "failed", failureClass: "disk", message: request.message };
  }
  if (request.type === "shut-down") {
    return { outcome: "requeue", failureClass: "agent-stop", message: "the agent on this host was stopped" };
  }
  if (request.type === "stop") {
    return { outcome: "stopped", failureClass: classOfStop(request.kind), message: request.reason };
  }
  if (end.outcome !== "completed") return end;
  const missing = metrics.wanted.filter((name) => !metrics.seen.includes(name));
  if (missing.length === 0) return end;
  // Still `completed`: the training code may have reported to the server by itself, which alone knows both.
  return { ...end, message: missing.map((name) => neverSeen(name, metrics.seen)).join(" ") };
}

function classOfStop(kind: StopKind | null): FailureClass | null {
  if (kind === null) return null;
  return kind === "prune" ? "pruned" : "cancelled";
}

function neverSeen(name: string, seen: readonly string[]): string {
  const guess = closest(name, seen);
  const hint = guess === undefined ? "" : ` Did you mean \`${guess}\`?`;
  const names = seen.slice(0, MAX_SEEN).join(", ");
  return `metric \`${name}\` never seen; saw: ${names === "" ? "no metric at all" : names}.${hint}`;
}
