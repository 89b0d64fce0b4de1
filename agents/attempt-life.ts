import type { StopKind } from "../core/trial.ts";
import type { LossCause } from "./attempts.ts";
import { startTimer } from "./executors/long-timer.ts";
import type { EndRequest } from "./result.ts";

/** The processes of an attempt, as far as ending them goes. */
export interface Stoppable {
  /** TERM, then KILL after `graceMs`, to the whole tree. Called again with less grace it hurries. */
  stop(graceMs: number): void;
}

/** Who has asked for an attempt's end, and the carrying out of it: at once, or as soon as there are processes. */
export interface AttemptLife {
  /** Aborts when the attempt is lost: nothing more may be said about it. */
  readonly lost: AbortSignal;
  lossCause(): LossCause | null;
  /** What overrules the processes' own end. */
  request(): EndRequest;
  stop(kind: StopKind | null, reason: string): void;
  shutDown(): void;
  diskFull(message: string): void;
  unreported(message: string): void;
  fence(cause: LossCause): void;
  attach(processes: Stoppable): void;
  /** The processes have ended by themselves or by a request; later requests come too late to overrule. */
  detach(): void;
}

/** Delays before KILL, asked when they are needed: the server may change them meanwhile. */
export interface Graces {
  /** The study's own, for a stop that the server asked for. */
  stopMs: () => number;
  /** Before TERM, for a trial that has used up its budget: its script may end by itself, with its checkpoint written. */
  budgetMs: () => number;
  /** For everything that must be over soon. */
  killMs: () => number;
}

/** A later request of a higher rank takes the place of an earlier one. */
const RANK = { none: 0, budget: 1, stop: 2, "shut-down": 3, "disk-full": 4, unreported: 5 } as const;

function rankOf(request: EndRequest): number {
  return RANK[request.type === "stop" && request.kind === "budget" ? "budget" : request.type];
}

export function createAttemptLife(graces: Graces): AttemptLife {
  const lost = new AbortController();
  let cause: LossCause | null = null;
  let request: EndRequest = { type: "none" };
  let processes: Stoppable | null = null;
  let over = false;
  let cancelTimer = () => {};

  function carryOut(): void {
    if (processes === null) return;
    cancelTimer();
    if (cause !== null || rankOf(request) > RANK.stop) processes.stop(graces.killMs());
    else if (rankOf(request) === RANK.stop) processes.stop(graces.stopMs());
    else if (rankOf(request) === RANK.budget)
      cancelTimer = startTimer(graces.budgetMs(), () => processes?.stop(graces.stopMs()));
  }

  function ask(asked: EndRequest): void {
    if (over || rankOf(asked) <= rankOf(request)) return;
    request = asked;
    carryOut();
  }

  return {
    lost: lost.signal,
    lossCause: () => cause,
    request: () => request,
    stop: (kind, reason) => ask({ type: "stop", kind, reason }),
    shutDown: () => ask({ type: "shut-down" }),
    diskFull: (message) => ask({ type: "disk-full", message }),
    unreported: (message) => ask({ type: "unreported", message }),
    fence(why) {
      if (cause !== null) return;
      cause = why;
      // Processes first: aborting the requests may run other code.
      carryOut();
      lost.abort();
    },
    attach(started) {
      processes = started;
      carryOut();
    },
    detach() {
      over = true;
      processes = null;
      cancelTimer();
    },
  };
}
