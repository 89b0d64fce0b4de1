import { messageOf } from "../core/errors.ts";
import type { HeartbeatReply, HeartbeatRequest, Intervals } from "../core/protocol.ts";
import type { Rng } from "../core/rng.ts";
import { backoffMs, heartbeatBackoff, jittered } from "./backoff.ts";
import { type Bell, createBell } from "./bell.ts";
import { RequestError, replyTimeoutMs } from "./client.ts";
import { keyOf, type Leases } from "./lease.ts";

/**
 * Renews the leases of all attempts held, each `heartbeatMs` ± 20 %, until told to end. It waits for nothing else:
 * uploads have their own requests, and a beat that gets no reply is given up in time for the next.
 */
export interface Heartbeat {
  /** Beats now rather than at the next turn; resolves when that beat was answered or failed. */
  beat(): Promise<void>;
  /** No further beats. */
  end(): Promise<void>;
}

export interface HeartbeatContext {
  leases: Leases;
  clock: () => number;
  randomness: Rng;
  intervals: () => Intervals;
  /** Kills what is out of trust. Called before each request: after a freeze nothing is sent for a lost attempt. */
  fenceExpired: () => void;
  send: (held: HeartbeatRequest["held"], timeoutMs: number) => Promise<HeartbeatReply>;
  /** Runs before the leases are renewed by the reply. */
  onReply: (reply: HeartbeatReply) => void;
  /** The first reply after failures. */
  onRecovery: () => void;
  /** May wait, for a new registration for example. */
  onFailure: (error: RequestError) => Promise<void>;
  log: (message: string) => void;
}

interface State {
  ended: boolean;
  failures: number;
  /** Resolved after the beat that began after they were pushed. */
  waiting: (() => void)[];
}

export function startHeartbeat(context: HeartbeatContext): Heartbeat {
  const bell = createBell();
  const state: State = { ended: false, failures: 0, waiting: [] };
  const running = beatUntilEnded(context, state, bell);
  return {
    beat: () =>
      new Promise((resolve) => {
        if (state.ended) return resolve();
        state.waiting.push(resolve);
        bell.ring();
      }),
    end() {
      state.ended = true;
      bell.ring();
      return running;
    },
  };
}

async function beatUntilEnded(context: HeartbeatContext, state: State, bell: Bell): Promise<void> {
  const { intervals, randomness } = context;
  while (!state.ended) {
    const waiting = state.waiting.splice(0);
    const retryAfterMs = await beat(context, state);
    for (const resolve of waiting) resolve();
    if (state.ended || state.waiting.length > 0) continue;
    const { failures } = state;
    const backoff = heartbeatBackoff(intervals());
    await bell.wait(
      failures === 0
        ? jittered(intervals().heartbeatMs, randomness)
        : Math.min(backoff.capMs, backoffMs(backoff, failures, retryAfterMs, randomness)),
    );
  }
  for (const resolve of state.waiting.splice(0)) resolve();
}

/** Returns the server's Retry-After, if any. Never throws: nothing may end the beats but `end`. */
async function beat(context: HeartbeatContext, state: State): Promise<number | null> {
  const { leases, clock, intervals, fenceExpired } = context;
  fenceExpired();
  const held = leases.held();
  const sentAt = clock();
  try {
    const reply = await context.send(held, replyTimeoutMs(intervals()));
    context.onReply(reply);
    const stale = new Set(reply.commands.filter(({ type }) => type === "stale").map(keyOf));
    leases.renew(
      held.filter((attempt) => !stale.has(keyOf(attempt))),
      sentAt,
      reply.intervals,
    );
    if (state.failures > 0) context.onRecovery();
    state.failures = 0;
    return null;
  } catch (error) {
    const failure =
      error instanceof RequestError ? error : new RequestError("internal", messageOf(error), null, error);
    if (state.failures++ === 0)
      context.log(`heartbeat failed, trials go on while their lease lasts: ${messageOf(error)}`);
    await context.onFailure(failure);
    return failure.retryAfterMs;
  }
}
