import type { EventResource } from "../../../core/resources.ts";
import { duration } from "../../app/format.ts";
import { stateColor } from "../../ui/state-color.ts";

/** A trial's events as chapters of its story: each a few words, a sign, and how long it had waited. */

export const STORY_TYPES = [
  "trial.enqueued",
  "trial.scheduled",
  "trial.started",
  "trial.paused",
  "trial.promoted",
  "trial.held-out",
  "trial.stopping",
  "trial.stop-requested",
  "trial.requeued",
  "trial.retry-requested",
  "trial.finished",
  "attempt.ended",
] as const;

export interface Chapter {
  key: number;
  event: EventResource;
  title: string;
  sign: string;
  /** A CSS colour. */
  color: string;
  /** Seconds in the queue before this; null: it did not wait for it. */
  waited: number | null;
}

const QUEUES = new Set(["trial.enqueued", "trial.scheduled", "trial.promoted", "trial.requeued"]);
/** Waits that are worth a line, seconds. */
const LONG = 1;

export function tell(events: readonly EventResource[]): Chapter[] {
  let queuedAt: number | null = null;
  return events.map((event) => {
    const time = Date.parse(event.time);
    if (QUEUES.has(event.type)) queuedAt = time;
    const seconds: number | null =
      event.type === "trial.started" && queuedAt !== null ? (time - queuedAt) / 1000 : null;
    if (event.type === "trial.started") queuedAt = null;
    const waited = seconds !== null && seconds >= LONG ? seconds : null;
    return { key: event.seq, event, waited, ...describe(event) };
  });
}

function describe({ type, data }: EventResource): Pick<Chapter, "title" | "sign" | "color"> {
  const budget = typeof data.budget === "number" ? data.budget : null;
  switch (type) {
    case "trial.enqueued":
      return { title: "Enqueued by hand", sign: "◇", color: "var(--accent)" };
    case "trial.scheduled":
      return { title: "Proposed", sign: "◇", color: "var(--accent)" };
    case "trial.started":
      return { title: `Attempt ${data.attempt} started`, sign: "▶", color: stateColor("running") };
    case "trial.paused":
      return { title: `Paused at ${budget ?? "its rung"}`, sign: "❚❚", color: stateColor("paused") };
    case "trial.promoted":
      return { title: `Promoted to ${budget ?? "more"}`, sign: "▲", color: stateColor("completed") };
    case "trial.held-out":
      return { title: "Held out from pruning", sign: "◈", color: stateColor("pruned") };
    case "trial.stopping":
      return { title: "Told to stop", sign: "◧", color: stateColor("pruned") };
    case "trial.stop-requested":
      return { title: "Stop asked for", sign: "◧", color: stateColor("cancelled") };
    case "trial.requeued":
      return { title: "Queued again", sign: "↻", color: stateColor("queued") };
    case "trial.retry-requested":
      return { title: "Retry asked for", sign: "↻", color: stateColor("queued") };
    case "attempt.ended":
      return attemptEnd(data);
    case "trial.finished":
      return { title: `Ended: ${data.state}`, sign: "●", color: stateColor(String(data.state)) };
    default:
      return { title: type, sign: "·", color: "var(--muted)" };
  }
}

function attemptEnd(data: EventResource["data"]): Pick<Chapter, "title" | "sign" | "color"> {
  const end = data.end as { outcome?: string; seconds?: number } | undefined;
  const outcome = end?.outcome ?? "ended";
  const took = end?.seconds === undefined ? "" : ` after ${duration(end.seconds)}`;
  const bad = outcome === "failed" || outcome === "lost";
  return {
    title: `Attempt ${data.attempt} ${outcome}${took}`,
    sign: bad ? "✕" : "■",
    color: bad ? stateColor("failed") : "var(--muted)",
  };
}
