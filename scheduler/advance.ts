import type { Store } from "../core/store.ts";
import { type TurnDeps, type TurnOutcome, takeTurn } from "./turn.ts";

export interface AdvanceDeps extends TurnDeps {
  store: Pick<Store, "withTurn" | "hasInbox">;
  /** Called after each commit that queued trials. */
  onQueued(pool: string, queued: number): void;
  /** Called after each commit that webhooks are to be told of. */
  onAnnounced?(): void;
}

/** How often a turn that found the study changed under it is taken again before the sweep is left to do it. */
const MAX_CHANGED = 20;

/**
 * Advances studies: turns until nothing waits, at most one at a time for each study in this process. A call for a study
 * that is being advanced makes sure that another turn follows.
 */
export function createAdvancer(deps: AdvanceDeps): {
  advance(studyId: string): Promise<void>;
  idle(): Promise<void>;
} {
  const running = new Map<string, { again: boolean; done: Promise<void> }>();

  async function run(studyId: string, entry: { again: boolean }): Promise<void> {
    let changed = 0;
    do {
      entry.again = false;
      const outcome = await takeTurn(deps, studyId);
      if (outcome.type === "committed" && outcome.queued > 0) deps.onQueued(outcome.pool, outcome.queued);
      if (outcome.type === "committed" && outcome.announced) deps.onAnnounced?.();
      if (outcome.type === "changed" && ++changed > MAX_CHANGED) return;
      if (await wantsMore(outcome, studyId)) entry.again = true;
    } while (entry.again);
  }

  async function wantsMore(outcome: TurnOutcome, studyId: string): Promise<boolean> {
    switch (outcome.type) {
      case "changed":
        return true;
      // What arrived while the turn was under way had no turn to be read by: nobody else may come for it.
      case "committed":
        return outcome.more || (await deps.store.hasInbox(studyId));
      case "idle":
      case "busy":
        return false;
    }
  }

  return {
    advance(studyId) {
      const current = running.get(studyId);
      if (current !== undefined) {
        current.again = true;
        return current.done;
      }
      const entry = { again: false, done: Promise.resolve() };
      entry.done = run(studyId, entry).finally(() => running.delete(studyId));
      running.set(studyId, entry);
      return entry.done;
    },
    async idle() {
      await Promise.allSettled([...running.values()].map((entry) => entry.done));
    },
  };
}
