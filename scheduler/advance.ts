import type { Store } from "../core/store.ts";
import { type MayAsk, type TurnDeps, type TurnOutcome, takeTurn } from "./turn.ts";

export interface AdvanceDeps extends TurnDeps {
  store: Pick<Store, "withTurn" | "hasInbox">;
  /** Studies that have a turn at the same time. */
  concurrency: number;
  /**
   * Milliseconds after which a turn asks the search for nothing more, so that it commits what it has and others have their turns.
   * One suggestion more may be under way then. Well below the store's limit of an idle transaction.
   */
  askingMs: number;
  /** Milliseconds of a clock that never goes back. */
  clock: () => number;
  /** Called after each commit that queued trials. */
  onQueued(pool: string, queued: number): void;
  /** Called after each commit that webhooks are to be told of. */
  onAnnounced?(): void;
  /** A turn threw: its study leaves the line until somebody asks again. */
  onFailed(studyId: string, error: unknown): void;
}

export interface Advancer {
  /** Puts the study into the line for a turn, unless it waits there already; one that has a turn now gets another. */
  advance(studyId: string): void;
  /** Resolves when no study has a turn or waits for one. */
  idle(): Promise<void>;
  /** Starts no more turns and waits for those under way. Returns the studies that would have had another. */
  stop(): Promise<string[]>;
}

/** How often in a row a turn may find the study changed under it before the sweep is left to do it. */
const MAX_CHANGED = 20;

/** What the line keeps of a study between its turns. */
interface Waiting {
  /** Turns in a row that found the study changed. */
  changed: number;
  /** Most suggestions that the next turn may ask for. */
  suggestions: number;
}

const FRESH: Waiting = { changed: 0, suggestions: Number.POSITIVE_INFINITY };

/**
 * After a turn whose assumptions changed: at first what arrived is taken in and no suggestion asked for, which takes no time in
 * which the study could change again; then one, and more as long as they can be committed.
 */
const afterChange = ({ changed }: Waiting): Waiting => ({ changed: changed + 1, suggestions: 0 });
const afterSuccess = ({ suggestions }: Waiting): Waiting => ({
  changed: 0,
  suggestions: suggestions === 0 ? 1 : 2 * suggestions,
});

/**
 * Advances studies fairly: they stand in a line, and each has one turn at its head. A study of which more waits goes back to
 * the end, so that one that never comes to rest holds up nobody. The line is memory alone; what it loses, the sweep finds.
 */
export function createAdvancer(deps: AdvanceDeps): Advancer {
  const line = new Map<string, Waiting>();
  const running = new Map<string, { again: boolean; over: Promise<void> }>();
  let stopped = false;

  function fill(): void {
    for (const [studyId, waiting] of line) {
      if (stopped || running.size >= deps.concurrency) return;
      line.delete(studyId);
      const entry = { again: false, over: Promise.resolve() };
      running.set(studyId, entry);
      entry.over = run(studyId, waiting, entry);
    }
  }

  async function run(studyId: string, waiting: Waiting, entry: { again: boolean }): Promise<void> {
    let next: Waiting | null = null;
    try {
      const outcome = await takeTurn(deps, studyId, allowance(waiting));
      if (outcome.type === "committed") tell(outcome);
      next = await afterwards(outcome, studyId, waiting);
      if (entry.again && outcome.type !== "changed") next ??= FRESH;
    } catch (error) {
      deps.onFailed(studyId, error);
    }
    running.delete(studyId);
    if (next !== null) line.set(studyId, next);
    fill();
  }

  /** Whatever the time, the first suggestion of a turn is allowed, or a slow search would never give any; none when the scheduler stops. */
  function allowance({ suggestions }: Waiting): MayAsk {
    let began: number | null = null;
    return (asked) => {
      began ??= deps.clock();
      if (stopped || asked >= suggestions) return false;
      return asked === 0 || deps.clock() - began < deps.askingMs;
    };
  }

  function tell({ queued, pool, announced }: TurnOutcome & { type: "committed" }): void {
    if (queued > 0) deps.onQueued(pool, queued);
    if (announced) deps.onAnnounced?.();
  }

  /** Null: nothing more is known to wait. */
  async function afterwards(
    outcome: TurnOutcome,
    studyId: string,
    waiting: Waiting,
  ): Promise<Waiting | null> {
    switch (outcome.type) {
      case "changed":
        return waiting.changed < MAX_CHANGED ? afterChange(waiting) : null;
      // What arrived while the turn was under way had no turn to be read by: nobody else may come for it.
      case "committed":
        return outcome.more || (await deps.store.hasInbox(studyId)) ? afterSuccess(waiting) : null;
      case "idle":
        return outcome.more ? afterSuccess(waiting) : null;
      case "busy":
      case "gone":
        return null;
    }
  }

  async function idle(): Promise<void> {
    while (running.size > 0) await Promise.all([...running.values()].map(({ over }) => over));
  }

  return {
    advance(studyId) {
      const current = running.get(studyId);
      if (current !== undefined) current.again = true;
      else if (!line.has(studyId)) line.set(studyId, FRESH);
      fill();
    },
    idle,
    async stop() {
      stopped = true;
      await idle();
      return [...line.keys()];
    },
  };
}
