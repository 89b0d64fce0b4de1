import type { Point, Problem } from "../../core/algorithm.ts";
import type { Rng } from "../../core/rng.ts";
import type { TpeConfig } from "./config.ts";
import { type Bandwidths, createEstimator, type Estimator, type ScoredValues } from "./estimator.ts";
import { type Group, groupsOf, isActive } from "./groups.ts";
import type { Side, Split } from "./split.ts";
import type { TrialTable } from "./table.ts";

/**
 * The densities of a whole space, sampled down its tree: each group of coordinates by the trials in which it was active.
 */
export interface Tree {
  /** `changed`: rows whose side is another one than at the last call. */
  update(changed: readonly number[], sideOf: (row: number) => Side): void;
  clear(): void;
  /** Feasible candidates, best first; none where constraints let none through. */
  draw(rng: Rng, split: Split, pairing: Pairing): Candidate[];
}

/**
 * How draws of several groups are put together: as they came, so that the best of whole points is proposed, or the best
 * draw of each group with the best of every other (Bergstra et al. 2011, with separate densities). The latter gives the
 * densities' peaks again and again: measured at 120 trials with one objective, four times the regret on Hartmann and on
 * a bowl, and a third more with joint densities on a deep conditional space. With several objectives peaks are points of
 * the front, where whole points mix its parts; half of each was the best there.
 */
export type Pairing = "drawn" | "best";

/** A whole point made of one draw of each active group. */
export interface Candidate {
  point: Point;
  /** Σ of ln l - ln g over the active groups. */
  score: number;
  /** Whether every group was drawn from its prior. */
  fromPrior: boolean;
}

/** Where constraints between parameters leave little: rounds of candidates before giving up. */
const MAX_ROUNDS = 40;

/** How the densities of a tree are made. */
export interface TreeForm {
  /** One density a group of coordinates that are active together; otherwise one a coordinate. */
  joint: boolean;
  bandwidths: Bandwidths;
}

export function createTree(problem: Problem, form: TreeForm, table: TrialTable, config: TpeConfig): Tree {
  const groups = groupsOf(problem, form.joint);
  const estimators = groups.map((group) => createEstimator(problem, group, form.bandwidths, table, config));
  const wanted = config.candidates;
  return {
    update(changed, sideOf) {
      for (const estimator of estimators) estimator.update(changed, sideOf);
    },
    clear() {
      for (const estimator of estimators) estimator.clear();
    },
    draw(rng, split, pairing) {
      const found: Candidate[] = [];
      for (let round = 0; round < MAX_ROUNDS && found.length < wanted; round++) {
        for (const candidate of combine(problem, groups, estimators, split, pairing, wanted, rng)) {
          if (problem.feasible(candidate.point)) found.push(candidate);
        }
        if (!problem.constrained) break;
      }
      const candidates = found.slice(0, wanted);
      return pairing === "best" ? candidates : candidates.sort((a, b) => b.score - a.score);
    },
  };
}

/**
 * One round: draws of the groups put together down the tree. A group is asked once, when a candidate first needs it, and
 * the next candidate that needs it gets its next draw.
 */
function combine(
  problem: Problem,
  groups: readonly Group[],
  estimators: readonly Estimator[],
  split: Split,
  pairing: Pairing,
  count: number,
  rng: Rng,
): Candidate[] {
  const draws: (ScoredValues[] | undefined)[] = groups.map(() => undefined);
  const used = groups.map(() => 0);
  return Array.from({ length: count }, () => {
    const point: (number | null)[] = problem.dimensions.map(() => null);
    let score = 0;
    let fromPrior = true;
    for (const [g, group] of groups.entries()) {
      if (!isActive(group, problem, point)) continue;
      draws[g] ??= drawsOf(estimators[g]!, split, pairing, rng);
      const next = draws[g][used[g]!++]!;
      group.members.forEach((index, place) => {
        point[index] = next.values[place]!;
      });
      score += next.score;
      if (next.row !== null) fromPrior = false;
    }
    return { point, score, fromPrior };
  });
}

function drawsOf(estimator: Estimator, split: Split, pairing: Pairing, rng: Rng): ScoredValues[] {
  const draws = estimator.draw(rng, split);
  return pairing === "best" ? draws.sort((a, b) => b.score - a.score) : draws;
}
