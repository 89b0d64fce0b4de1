import { type Bell, createBell } from "./bell.ts";
import type { PollOptions } from "./dispatch.ts";

/**
 * Waiting for a study's next suggestion. Whoever changed the study in this process says so, and the waiters look
 * often for a moment, as a scheduler is about to decide; else ever less often, up to every two seconds.
 */
export interface StudyWaits {
  poll<Value>(studyId: string, wait: PollOptions<Value>): Promise<Value>;
  /** Something happened in the study. */
  notify(studyId: string): void;
}

const FIRST_LOOK_MS = 20;
const LAST_LOOK_MS = 2000;

export function createStudyWaits(): StudyWaits {
  const waiting = new Map<string, Set<Bell>>();

  function enter(studyId: string): { bell: Bell; leave: () => void } {
    const bell = createBell();
    const bells = waiting.get(studyId) ?? new Set();
    waiting.set(studyId, bells.add(bell));
    const leave = () => {
      bells.delete(bell);
      if (bells.size === 0 && waiting.get(studyId) === bells) waiting.delete(studyId);
    };
    return { bell, leave };
  }

  return {
    async poll(studyId, { attempt, isEmpty, waitMs, signal }) {
      const deadline = performance.now() + waitMs;
      const { bell, leave } = enter(studyId);
      let pauseMs = FIRST_LOOK_MS;
      try {
        for (;;) {
          const value = await attempt();
          const left = deadline - performance.now();
          if (!isEmpty(value) || left <= 0 || signal.aborted) return value;
          const rung = await bell.wait(Math.min(pauseMs, left), signal);
          if (signal.aborted) return value;
          pauseMs = rung ? FIRST_LOOK_MS : Math.min(pauseMs * 2, LAST_LOOK_MS);
        }
      } finally {
        leave();
      }
    },
    notify(studyId) {
      for (const bell of waiting.get(studyId) ?? []) bell.ring();
    },
  };
}
