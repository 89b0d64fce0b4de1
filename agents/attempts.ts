import type { AgentCommand, Assignment } from "../core/protocol.ts";
import type { StopKind } from "../core/trial.ts";
import type { AttemptRef } from "./client.ts";
import { keyOf } from "./lease.ts";

/** Why an attempt is not this agent's any more; nothing is reported for it. */
export type LossCause = "expired" | "stale" | "superseded";

/** One attempt that this agent runs. Every method may be called at any time, in any order, more than once. */
export interface RunningAttempt {
  assignment: Assignment;
  /** Resolves when its processes are gone and its result was told or cannot be told; never rejects. */
  done: Promise<void>;
  /** The server wants it to end: TERM, the study's grace, KILL. Its result is reported. */
  stop(kind: StopKind, reason: string): void;
  /** It is lost: TERM, killGrace, KILL. Nothing is reported. */
  fence(cause: LossCause): void;
  /** The agent ends: TERM, killGrace, KILL, and the trial goes back to the queue. */
  shutDown(): void;
}

/** The attempts that run on this host. */
export interface Attempts {
  /** An attempt that runs already is not started again. */
  start(assignment: Assignment, begin: (assignment: Assignment) => RunningAttempt): void;
  size(): number;
  has(attempt: AttemptRef): boolean;
  trialIds(): Set<string>;
  command(command: AgentCommand): void;
  fence(attempts: readonly AttemptRef[], cause: LossCause): void;
  fenceAll(cause: LossCause): void;
  shutDownAll(): void;
  /** Resolves when none runs. */
  idle(): Promise<void>;
}

/** `onEnd`: told after each attempt, when it is no longer counted. */
export function createAttempts(onEnd: (attempt: RunningAttempt) => void): Attempts {
  const running = new Map<string, RunningAttempt>();
  const all = () => [...running.values()];
  return {
    start(assignment, begin) {
      const key = keyOf(assignment);
      if (running.has(key)) return;
      const attempt = begin(assignment);
      running.set(key, attempt);
      void attempt.done.then(() => {
        running.delete(key);
        onEnd(attempt);
      });
    },
    size: () => running.size,
    has: (attempt) => running.has(keyOf(attempt)),
    trialIds: () => new Set(all().map(({ assignment }) => assignment.trialId)),
    command(command) {
      const attempt = running.get(keyOf(command));
      if (command.type === "stop") attempt?.stop(command.kind, command.reason);
      else attempt?.fence("stale");
    },
    fence(attempts, cause) {
      for (const attempt of attempts) running.get(keyOf(attempt))?.fence(cause);
    },
    fenceAll(cause) {
      for (const attempt of all()) attempt.fence(cause);
    },
    shutDownAll() {
      for (const attempt of all()) attempt.shutDown();
    },
    async idle() {
      while (running.size > 0) await Promise.all(all().map((attempt) => attempt.done));
    },
  };
}
