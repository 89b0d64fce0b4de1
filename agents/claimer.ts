import { randomUUID } from "node:crypto";
import { messageOf } from "../core/errors.ts";
import type { Capacity } from "../core/placement.ts";
import type { Assignment, ClaimReply, ClaimRequest, Intervals } from "../core/protocol.ts";
import type { Rng } from "../core/rng.ts";
import { backoffMs, jittered, requestBackoff } from "./backoff.ts";
import { type Bell, createBell } from "./bell.ts";
import { RequestError } from "./client.ts";

/**
 * Asks for trials by long-poll while there is room for one. A claim keeps its request id until a reply to it arrived:
 * the server may have assigned a trial in a reply that was lost, and gives the same one again.
 */
export interface Claimer {
  /** There is more room, or none any more: a poll under way is asked again with what is free now. */
  capacityChanged(): void;
  /** Takes nothing new. Resolves when no claim is left whose reply could hold a trial. */
  end(): Promise<void>;
}

export interface ClaimContext {
  clock: () => number;
  randomness: Rng;
  intervals: () => Intervals;
  /** `slots` is 0 while the agent takes nothing. */
  free: () => Capacity;
  send: (request: Omit<ClaimRequest, "session">, signal: AbortSignal) => Promise<ClaimReply>;
  /** `sentAt`: when the claim was first sent; the leases may be as old as that. */
  onAssignments: (assignments: readonly Assignment[], sentAt: number) => void;
  /** May wait, for a new registration for example. */
  onFailure: (error: RequestError) => Promise<void>;
  log: (message: string) => void;
}

/** The protocol's limit. */
const MAX_PER_CLAIM = 64;
/** A settling claim waits for this part of a heartbeat: 2 s at the default pace. */
const SETTLE_SHARE = 5;
const UNTIL_RUNG_MS = 2 ** 31 - 1;

interface State {
  ended: boolean;
  failures: number;
  /** The claim whose reply has not arrived. */
  open: { requestId: string; sentAt: number } | null;
  poll: AbortController;
}

export function startClaimer(context: ClaimContext): Claimer {
  const bell = createBell();
  const state: State = { ended: false, failures: 0, open: null, poll: new AbortController() };
  const running = claimUntilEnded(context, state, bell);
  const interrupt = () => {
    state.poll.abort();
    bell.ring();
  };
  return {
    capacityChanged: interrupt,
    end() {
      state.ended = true;
      interrupt();
      return running;
    },
  };
}

async function claimUntilEnded(context: ClaimContext, state: State, bell: Bell): Promise<void> {
  for (;;) {
    const free = state.ended ? { ...context.free(), slots: 0 } : context.free();
    if (free.slots === 0 && state.open === null) {
      if (state.ended) return;
      await bell.wait(UNTIL_RUNG_MS);
      continue;
    }
    const delayMs = await claimOnce(context, state, free);
    if (delayMs > 0) await bell.wait(delayMs);
  }
}

/** Returns how long to wait before the next claim. */
async function claimOnce(context: ClaimContext, state: State, free: Capacity): Promise<number> {
  const { clock, intervals, randomness } = context;
  state.open ??= { requestId: randomUUID(), sentAt: clock() };
  const { requestId, sentAt } = state.open;
  // Without room the open claim is only settled: what the server has assigned to it already is still taken. It waits a
  // little, for the server may notice a moment late that the poll before this one was abandoned.
  const waitMs = free.slots === 0 ? intervals().heartbeatMs / SETTLE_SHARE : intervals().pollMs;
  const askedAt = clock();
  state.poll = new AbortController();
  try {
    const max = Math.min(MAX_PER_CLAIM, Math.max(1, free.slots));
    const request = { requestId, free, max, waitMs: Math.round(waitMs) };
    const { assignments } = await context.send(request, state.poll.signal);
    state.open = null;
    if (state.failures > 0) context.log("claims trials again");
    state.failures = 0;
    context.onAssignments(assignments, sentAt);
    // A server that does not hold the poll open must not be asked in a tight loop.
    const early = free.slots > 0 && assignments.length === 0 && clock() - askedAt < waitMs / 2;
    return early ? jittered(waitMs / 50, randomness) : 0;
  } catch (error) {
    if (state.poll.signal.aborted) return 0;
    return afterFailure(context, state, error);
  }
}

async function afterFailure(context: ClaimContext, state: State, error: unknown): Promise<number> {
  const { clock, intervals, randomness } = context;
  const failure =
    error instanceof RequestError ? error : new RequestError("internal", messageOf(error), null, error);
  if (state.failures++ === 0) context.log(`could not ask for trials: ${messageOf(error)}`);
  await context.onFailure(failure);
  // Whatever was assigned so long ago has been given away since, and an ending agent waits for no more.
  const settled =
    failure.remedy === "stale-session" || (state.open && clock() - state.open.sentAt > intervals().leaseMs);
  if (state.ended && settled) state.open = null;
  return backoffMs(requestBackoff(intervals()), state.failures, failure.retryAfterMs, randomness);
}
