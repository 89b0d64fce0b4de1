import type { Evidence } from "../../../core/algorithm.ts";
import type { FidelityProblem, Schedule, ScheduleStep } from "../../../core/fidelity.ts";
import type { Rng } from "../../../core/rng.ts";
import { sizeOfSpace } from "../../common/distinct.ts";
import { drawFeasible } from "../../random.ts";
import type { Settings } from "./config.ts";
import type { Explore } from "./explore.ts";
import { createMembers, latestOf, type Run } from "./members.ts";
import { exploitOf, type Rules, successorOf } from "./standing.ts";
import {
  copyStep,
  EXHAUSTED,
  exploitStep,
  pruneOrphanStep,
  resumeStep,
  WAIT,
  whyBegin,
  whyBeginAnew,
} from "./steps.ts";

/**
 * Population-based training (Jaderberg et al. 2017): members train side by side and pause every `interval` steps. There
 * one of the worst is given up, and a copy of one of the best takes its place: its checkpoint, with changed parameters.
 * So a member's life is a schedule of parameters, not one set of them.
 *
 * A free slot goes to the member that is furthest behind: a vacant place, a member that has not begun, then the paused one
 * with the lowest step. It is compared when it is about to go on, not when it pauses, so that with fewer slots than
 * members it is compared with as many as can be; and nothing ever waits while there is something to train. A copy may set
 * its member back to an earlier step, but always trains beyond the lowest step of the population; so all get to the end.
 *
 * Every copy is a new trial. When there may be no more, nobody is given up, and members go on to the end as they are.
 */
export function createPopulation(problem: FidelityProblem, settings: Settings, explore: Explore): Schedule {
  const members = createMembers();
  const { heads, vacancies } = members;
  const { population, quantile, first, max } = settings;
  const rules: Rules = { quantile, max, seed: problem.seed };
  // A sampler may give each point of a finite space once, which would be fewer than there are members.
  const scarce = sizeOfSpace(problem) < population;

  const next = (rng: Rng, canStart: boolean): ScheduleStep => {
    const orphan = members.runs.find(({ status, heading }) => status === "paused" && !heading);
    if (orphan) return pruneOrphanStep(orphan);
    if (canStart && vacancies.length > 0) return replace(vacancies[0]!, rng);
    if (canStart && heads.length < population) return begin(whyBegin(heads.length, first), rng);
    const behind = furthestBehind(heads, max);
    if (behind === null) return heads.some(({ status }) => status === "running") ? WAIT : EXHAUSTED;
    return canStart ? compare(behind) : resumeStep(behind, heads[behind]!, max, true);
  };

  const compare = (member: number): ScheduleStep => {
    const head = heads[member]!;
    const exploit = exploitOf(members, head, rules);
    return exploit
      ? exploitStep(member, head, exploit, quantile)
      : resumeStep(member, head, budgetAfter(head, settings), false);
  };

  const replace = (member: number, rng: Rng): ScheduleStep => {
    const gone = heads[member]!;
    const winner = successorOf(members, gone, rules);
    if (winner === null) return begin(whyBeginAnew(member, gone), rng);
    const explored = explore(winner, members, rng);
    return copyStep(member, gone, winner, explored, budgetAfter(winner, settings));
  };

  const begin = (why: Evidence, rng: Rng): ScheduleStep => {
    const drawn = scarce ? drawFeasible(problem, rng) : null;
    const point = drawn?.type === "start" ? { point: drawn.point } : {};
    return { type: "start", budget: first, ...point, why };
  };

  return { observe: members.observe, next };
}

/** The member paused at the lowest step below `max`, the first of equals; null: there is none. */
function furthestBehind(heads: readonly Run[], max: number): number | null {
  const paused = heads.flatMap((head, member) =>
    head.status === "paused" && head.budget < max ? [member] : [],
  );
  const behind = (a: number, b: number) => (heads[b]!.budget < heads[a]!.budget ? b : a);
  return paused.length === 0 ? null : paused.reduce(behind);
}

/** One interval further, to the end where what is then left is next to nothing. */
function budgetAfter(run: Run, { interval, max }: Settings): number {
  const budget = latestOf(run)!.step + interval;
  return budget > max - 1e-6 * interval ? max : budget;
}
