import { type BracketPlan, halvingSizes } from "./brackets.ts";
import { createRanking, type RungResult } from "./ranking.ts";
import type { Place } from "./sentences.ts";
import { type Change, rank, type Standing } from "./standings.ts";

/**
 * One bracket of synchronous successive halving: who is at which of its rungs, and who goes on. A level is a rung of the
 * bracket, 0 its lowest. A level is closed when nobody is on the way to it any more; only then its best go on.
 */
export interface Bracket {
  readonly plan: BracketPlan;
  readonly started: number;
  readonly isFull: boolean;
  /** Full, and none of its trials runs or waits. */
  readonly isDone: boolean;
  observe(change: Change): void;
  /**
   * What is due at its closed levels: the first trial to give up or to resume; null: nothing yet. `short`: as if no more
   * trials came than have started; then those that do not go on are kept waiting, since one of them may be a finalist.
   */
  due(short: boolean): Due | null;
  /** The best trial that waits at its highest closed level, whatever the sizes say. */
  finalist(): Due | null;
  /** Any trial that waits at a closed level. */
  leftover(): Due | null;
}

export interface Due {
  type: "resume" | "prune";
  place: Place;
  /** Index of the rung where the trial waits. */
  rung: number;
  /** Trials of that rung that go on in all; of what is left over when nothing follows: that went on. */
  goOn: number;
}

interface Level {
  pending: number;
  /** Trials that left for the next level. */
  left: number;
}

export interface BracketOptions {
  plan: BracketPlan;
  rungs: readonly number[];
  eta: number;
  objectives: number;
}

export function createBracket({ plan, rungs, eta, objectives }: BracketOptions): Bracket {
  const levels = plan.sizes.map((): Level => ({ pending: 0, left: 0 }));
  /** By the index of the rung. */
  const rankings = rungs.map(() => createRanking(objectives));
  let started = 0;

  const levelOf = (rung: number): Level | undefined => levels[rung - plan.first];
  const waitingAt = (level: number) => rankings[plan.first + level]!.waiting();
  const isClosed = (level: number) => levels.slice(0, level + 1).every(({ pending }) => pending === 0);
  const due = (type: Due["type"], level: number, result: RungResult, goOn: number): Due => {
    const rung = plan.first + level;
    const ranking = rankings[rung]!;
    const position = ranking.countBetter(result) + 1;
    const place = { trial: result.trial, at: rungs[rung]!, position, of: ranking.all().length };
    return { type, place, rung, goOn };
  };
  const highestWaiting = (
    type: Due["type"],
    from: number,
    usable: (result: RungResult) => boolean,
  ): Due | null => {
    for (let level = from; level >= 0; level--) {
      const best = waitingAt(level)[0];
      if (best && usable(best) && isClosed(level)) return due(type, level, best, levels[level]!.left);
    }
    return null;
  };

  return {
    plan,
    get started() {
      return started;
    },
    get isFull() {
      return started >= plan.sizes[0]!;
    },
    get isDone() {
      const isIdle = ({ pending }: Level, level: number) => pending === 0 && waitingAt(level).length === 0;
      return started >= plan.sizes[0]! && levels.every(isIdle);
    },
    observe(change) {
      const { before, after } = change;
      if (before === undefined) started += 1;
      countPending(levelOf(before?.rung ?? -1), before, -1);
      countPending(levelOf(after.rung), after, 1);
      if (before && after.rung > before.rung) levelOf(before.rung)!.left += 1;
      rank(rankings, change);
    },
    due(short) {
      const sizes = short ? halvingSizes(started, eta, levels.length) : plan.sizes;
      for (const [level, { pending, left }] of levels.entries()) {
        if (pending > 0) return null;
        const waiting = waitingAt(level);
        if (waiting.length === 0) continue;
        const goOn = sizes[level + 1] ?? 0;
        const room = Math.max(0, goOn - left);
        const worst = waiting.at(-1)!;
        // A trial without a result, which is the last in the order, never goes on, even where there is room.
        if (!short && (waiting.length > room || worst.losses === null))
          return due("prune", level, worst, goOn);
        if (room > 0 && waiting[0]!.losses !== null) return due("resume", level, waiting[0]!, goOn);
      }
      return null;
    },
    finalist: () => highestWaiting("resume", levels.length - 2, ({ losses }) => losses !== null),
    leftover: () => highestWaiting("prune", levels.length - 1, () => true),
  };
}

function countPending(level: Level | undefined, standing: Standing | undefined, by: 1 | -1): void {
  if (level && standing?.status === "pending") level.pending += by;
}
