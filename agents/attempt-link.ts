import { messageOf } from "../core/errors.ts";
import type {
  CheckpointSource,
  Intervals,
  ReportReply,
  ReportRequest,
  ResultRequest,
} from "../core/protocol.ts";
import type { Rng } from "../core/rng.ts";
import { backoffMs, DEFECT_TRIES, pause, requestBackoff } from "./backoff.ts";
import {
  type AgentClient,
  type HeldAttempt,
  RequestError,
  type RequestOptions,
  replyTimeoutMs,
} from "./client.ts";

/**
 * The only way in which anything about one attempt reaches the server. Nothing is sent once the attempt's trust
 * window has passed: after a freeze the process may be the trial's former owner. A request that failed for reasons
 * of the network or the server is sent again until it succeeds or the attempt is lost; one that the server itself
 * fails at, `DEFECT_TRIES` times.
 */
export interface AttemptLink {
  report(request: ReportRequest): Promise<ReportReply>;
  appendLog(offset: number, bytes: Uint8Array): Promise<number>;
  finish(result: ResultRequest): Promise<void>;
  /** Bytes of the archive of the checkpoint that the attempt goes on from, from `offset` on. */
  readCheckpoint(source: CheckpointSource, offset: number): Promise<Uint8Array>;
}

export interface LinkContext {
  client: AgentClient;
  attempt: HeldAttempt;
  /** Asked right before each request. */
  trusted: () => boolean;
  /** Aborts when the attempt is lost; running requests are abandoned. */
  lost: AbortSignal;
  /** The trust window has passed, or the server said `stale-attempt`. */
  onLost: (cause: "expired" | "stale") => void;
  intervals: () => Intervals;
  randomness: Rng;
  /** A sentence for the agent's log. */
  onProblem: (message: string) => void;
}

/** From this failure in a row on it is no hiccup. */
const SAID_AFTER = 3;

/** Every method throws RequestError: "stale-attempt" when the attempt is lost, else what the server refused or fails at. */
export function createAttemptLink(context: LinkContext): AttemptLink {
  const { client, attempt } = context;
  return {
    report: (request) =>
      persist(context, "its metrics", (options) => client.report(attempt, request, options)),
    appendLog: (offset, bytes) =>
      persist(context, "its log", (options) => client.appendLog(attempt, offset, bytes, options)),
    finish: (result) => persist(context, "its end", (options) => client.finish(attempt, result, options)),
    readCheckpoint: (source, offset) =>
      persist(context, "the request for a checkpoint", (options) =>
        client.readCheckpoint(source, offset, options),
      ),
  };
}

/** `what`: the request's contents, for a sentence. */
async function persist<T>(
  context: LinkContext,
  what: string,
  request: (options: RequestOptions) => Promise<T>,
): Promise<T> {
  const { lost, randomness } = context;
  let defects = 0;
  for (let failures = 1; ; failures++) {
    if (!lost.aborted && !context.trusted()) context.onLost("expired");
    if (lost.aborted) throw new RequestError("stale-attempt", "the attempt is not this agent's any more");
    try {
      return await request({ signal: lost, timeoutMs: replyTimeoutMs(context.intervals()) });
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      if (error.remedy === "stale-attempt") context.onLost("stale");
      if (!isPassing(error)) throw error;
      if (error.code === "internal" && ++defects === DEFECT_TRIES) throw error;
      if (failures === SAID_AFTER)
        context.onProblem(`the server does not take ${what} yet, it is sent again: ${messageOf(error)}`);
      await pause(
        backoffMs(requestBackoff(context.intervals()), failures, error.retryAfterMs, randomness),
        lost,
      );
    }
  }
}

/** An agent that must register again, or one that was replaced, learns it by its heartbeat; until then: wait. */
function isPassing({ remedy, code }: RequestError): boolean {
  if (remedy === "refused") return code === "unauthenticated";
  return remedy !== "stale-attempt";
}
