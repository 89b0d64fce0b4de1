import { compareTrials } from "../../../core/ranking.ts";
import { studyRng, uniformInt } from "../../../core/rng.ts";
import { latestOf, type Members, type Result, type Run } from "./members.ts";

/**
 * Exploitation by truncation selection (Jaderberg et al. 2017, section 4.1): who belongs to the worst of the population,
 * and whom of the best it is to be replaced by.
 *
 * Asynchronous: a member is compared with what each other one had at its own step or last before it, so that nobody waits
 * for anybody. A copy starts with the results of the trial that it was copied from.
 */

/** Of fewer members nobody is best or worst. */
export const FEWEST_MEMBERS = 4;

export interface Rules {
  /** The part of the population that is replaced, and the part that is copied; in (0, 0.5]. */
  quantile: number;
  /** Budget of a whole training: a trial that got there has nothing left to train, and is not copied. */
  max: number;
  /** Of the study. */
  seed: number;
}

interface Standing {
  run: Run;
  result: Result;
}

/** Why a member is to be replaced, and by a copy of whom. */
export interface Exploit {
  loser: Result;
  winner: Run;
  /** Place of the loser among those compared, the best being 1. */
  rank: number;
  compared: number;
}

/** Whether, and by a copy of whom, the head of a member is to be replaced; null: it goes on. */
export function exploitOf(members: Members, head: Run, rules: Rules): Exploit | null {
  const own = latestOf(head);
  if (own === undefined) return null;
  const standings = standingsAt(members, own.step);
  const size = quantileSize(standings.length, rules.quantile);
  const place = standings.findIndex(({ run }) => run === head);
  if (size === 0 || place < standings.length - size) return null;
  const better = standings
    .slice(0, size)
    // Compared by an earlier result, copied as it is now: both must be better.
    .filter(({ run, result }) => isBetter(result, own) && isBetter(latestOf(run)!, own));
  const winner = pick(better, head, rules);
  return winner && { loser: own, winner, rank: place + 1, compared: standings.length };
}

/**
 * Whose copy takes a vacant place; null: nobody is worth a copy. It is the same trial that the loser was given up for,
 * unless something happened to it meanwhile.
 */
export function successorOf(members: Members, head: Run, rules: Rules): Run | null {
  const exploit = head.status === "pruned" ? exploitOf(members, head, rules) : null;
  if (exploit) return exploit.winner;
  const best = standingsAt(members, Number.POSITIVE_INFINITY).filter(
    ({ run, result }) => isCopyable(run, rules) && result.loss !== null,
  );
  return pick(best.slice(0, Math.max(1, quantileSize(best.length, rules.quantile))), head, rules);
}

/** The population by what each member had at a step or last before it, best first. */
function standingsAt({ heads }: Members, step: number): Standing[] {
  const standings = heads.flatMap((run) => {
    const result = run.status === "lost" ? undefined : run.results.findLast((other) => other.step <= step);
    return result === undefined ? [] : [{ run, result }];
  });
  return standings.sort((a, b) => compareTrials(ranked(a), ranked(b)));
}

/** At least one, once there are enough members to compare. */
function quantileSize(count: number, quantile: number): number {
  // A part in 10^9: 0.29 of 100 is 28.999….
  return count < FEWEST_MEMBERS ? 0 : Math.max(1, Math.floor(quantile * count + 1e-9));
}

/**
 * One of them at random; one that rests before one that runs, whose checkpoint may be written while it is copied. Derived
 * from the loser alone, so that the trial that was named when the loser was given up is the one that is copied.
 */
function pick(candidates: readonly Standing[], loser: Run, rules: Rules): Run | null {
  const copyable = candidates.map(({ run }) => run).filter((run) => run !== loser && isCopyable(run, rules));
  const resting = copyable.filter(({ status }) => status === "paused");
  const pool = resting.length > 0 ? resting : copyable;
  if (pool.length === 0) return null;
  return pool[uniformInt(studyRng(rules.seed, `exploit/${loser.trial}`), pool.length)]!;
}

/** It heads a member, has a checkpoint of its own, and something is left to train. */
function isCopyable(run: Run, { max }: Rules): boolean {
  const alive = run.status === "paused" || run.status === "running";
  return alive && run.results.length > run.inherited && latestOf(run)!.step < max;
}

function isBetter(a: Result, b: Result): boolean {
  return compareTrials({ trial: 0, ...a }, { trial: 0, ...b }) < 0;
}

function ranked({ run, result }: Standing) {
  return { trial: run.trial, loss: result.loss, violations: result.violations };
}
