import type { Point } from "../../core/algorithm.ts";
import { totalViolation } from "../../core/ranking.ts";
import { crowdingDistances, paretoRanks } from "../../math/pareto.ts";
import type { TrialRecord } from "../common/history.ts";

/**
 * Survival of the best `size` of those that completed, asynchronously: results gather in the order in which they finish,
 * and each `size` of them are a generation, of which and its parents the best survive. Parents are the best `size` of
 * survivors and of what has gathered since. So everything follows from the log, and costs the same however long it is.
 */

/** A completed trial. `violation`: the sum of what it breaks, 0 where it is feasible. */
export interface Member {
  readonly trial: number;
  readonly point: Point;
  readonly losses: readonly number[];
  readonly violation: number;
}

/** A member among others. Lower ranks are better; of equal rank, larger crowding distances. */
export interface Individual extends Member {
  readonly rank: number;
  readonly crowding: number;
}

/** The best `size` of the members, best first. `turn` tells one selection from another, for its randomness. */
export type Survival = (members: readonly Member[], size: number, turn: number) => Individual[];

export interface Generations {
  add(record: TrialRecord): void;
  /** Of what is known now, best first. */
  population(): readonly Individual[];
  /** Complete generations so far. */
  count(): number;
}

export function createGenerations(size: number, survive: Survival): Generations {
  let survivors: readonly Member[] = [];
  let gathered: Member[] = [];
  let added = 0;
  let generations = 0;
  let current: readonly Individual[] | null = null;
  const population = () => {
    current ??= survive([...survivors, ...gathered], size, added);
    return current;
  };
  return {
    population,
    count: () => generations,
    add: (record) => {
      const member = memberOf(record);
      if (member === null) return;
      // A trial that ran again with a larger budget takes its own place.
      survivors = survivors.filter(({ trial }) => trial !== member.trial);
      gathered = gathered.filter(({ trial }) => trial !== member.trial);
      gathered.push(member);
      added++;
      current = null;
      if (gathered.length < size) return;
      survivors = population();
      gathered = [];
      generations++;
    },
  };
}

/** Null for a trial without a result: one that failed or was pruned never becomes a parent. */
export function memberOf({ trial, point, status, losses, violations }: TrialRecord): Member | null {
  if (status !== "completed" || losses === null) return null;
  return { trial, point, losses, violation: totalViolation(violations) };
}

/** NSGA-II: by front, then by crowding distance (Deb et al. 2002). */
export const surviveByCrowding: Survival = (members, size) => {
  const individuals = rankFeasibleFirst(members).flatMap((front) => {
    const crowding = crowdingDistances(front.map(({ losses }) => losses));
    return front
      .map((individual, index) => ({ ...individual, crowding: crowding[index]! }))
      .sort((a, b) => compareNumbers(b.crowding, a.crowding) || a.trial - b.trial);
  });
  return individuals.slice(0, size);
};

/**
 * The fronts, best first: those of the feasible members, then the others by how much they break, a front for each amount
 * (Deb 2000).
 */
export function rankFeasibleFirst(members: readonly Member[]): Individual[][] {
  const feasible = members.filter(({ violation }) => violation === 0);
  const broken = members.filter(({ violation }) => violation > 0);
  broken.sort((a, b) => compareNumbers(a.violation, b.violation) || a.trial - b.trial);
  const ranks = paretoRanks(feasible.map(({ losses }) => losses));
  const fronts: Individual[][] = [];
  for (const [index, member] of feasible.entries()) {
    const rank = ranks[index]!;
    fronts[rank] ??= [];
    fronts[rank].push({ ...member, rank, crowding: 0 });
  }
  let last = Number.NaN;
  for (const member of broken) {
    if (member.violation !== last) fronts.push([]);
    last = member.violation;
    fronts.at(-1)!.push({ ...member, rank: fronts.length - 1, crowding: 0 });
  }
  return fronts;
}

export function compareNumbers(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
