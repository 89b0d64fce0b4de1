import { FettleError, messageOf } from "../core/errors.ts";
import {
  type ClaimReply,
  type ClaimRequest,
  DEFAULT_INTERVALS,
  type HeartbeatReply,
  type HeartbeatRequest,
  type Intervals,
  overlapProblem,
  type RegisterRequest,
} from "../core/protocol.ts";
import type { Rng } from "../core/rng.ts";
import { backoffMs, pause, requestBackoff } from "./backoff.ts";
import {
  type AgentClient,
  type AttemptRef,
  RequestError,
  type RequestOptions,
  type UploadPart,
} from "./client.ts";

/** This process's registration with the server: its agent id, and the intervals told last. */
export interface Session {
  /** Of this process; the server knows it by it. */
  readonly id: string;
  readonly agentId: string;
  readonly intervals: Intervals;
  adopt(intervals: Intervals): void;
  /** Once, after the server forgot the agent. `offer`: with the same session. @throws RequestError */
  renew(offer: RegisterRequest): Promise<void>;
  claim(request: Omit<ClaimRequest, "session">, options: RequestOptions): Promise<ClaimReply>;
  heartbeat(request: Omit<HeartbeatRequest, "session">, options: RequestOptions): Promise<HeartbeatReply>;
  appendCheckpoint(attempt: AttemptRef, part: UploadPart, options: RequestOptions): Promise<number>;
}

export interface SessionContext {
  client: AgentClient;
  randomness: Rng;
  /** Ends the attempts to register; `openSession` then returns null. */
  signal: AbortSignal;
  log: (message: string) => void;
}

/**
 * Registers, waiting for a server that is not there yet.
 * @throws RequestError when the server refuses (its token, …); FettleError "invalid-config" when its intervals would
 *   let two attempts of a trial overlap.
 */
export async function openSession(context: SessionContext, offer: RegisterRequest): Promise<Session | null> {
  for (let failures = 1; !context.signal.aborted; failures++) {
    try {
      const { agentId, intervals } = await context.client.register(offer, { signal: context.signal });
      const problem = overlapProblem(intervals);
      if (problem !== null)
        throw new FettleError("invalid-config", `the server's intervals are unsafe: ${problem}`);
      return createSession(context.client, offer, agentId, intervals);
    } catch (error) {
      if (context.signal.aborted) return null;
      if (!(error instanceof RequestError) || error.remedy !== "retry") throw error;
      if (failures === 1) context.log(`waiting for the server: ${messageOf(error)}`);
      const delayMs = backoffMs(
        requestBackoff(DEFAULT_INTERVALS),
        failures,
        error.retryAfterMs,
        context.randomness,
      );
      await pause(delayMs, context.signal);
    }
  }
  return null;
}

function createSession(
  client: AgentClient,
  offer: RegisterRequest,
  agentId: string,
  intervals: Intervals,
): Session {
  const told = { agentId, intervals };
  const { session } = offer;
  return {
    id: session,
    get agentId() {
      return told.agentId;
    },
    get intervals() {
      return told.intervals;
    },
    adopt(changed) {
      told.intervals = changed;
    },
    async renew(current) {
      Object.assign(told, await client.register(current));
    },
    claim: (request, options) => client.claim(told.agentId, { ...request, session }, options),
    heartbeat: (request, options) => client.heartbeat(told.agentId, { ...request, session }, options),
    appendCheckpoint: (attempt, part, options) =>
      client.appendCheckpoint(attempt, { agentId: told.agentId, session }, part, options),
  };
}
