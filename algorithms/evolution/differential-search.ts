import type { Point, Problem, Search } from "../../core/algorithm.ts";
import { type Rng, trialRng, uniformInt } from "../../core/rng.ts";
import { type Distinct, pointKey } from "../common/distinct.ts";
import { createGuidedSearch, type Model, type Proposal } from "../common/guided-search.ts";
import type { History, TrialRecord } from "../common/history.ts";
import { type Donors, differentialChild } from "./differential.ts";
import { compareNumbers, type Member, memberOf } from "./generations.ts";
import { createSuccessHistory, type Settings } from "./success-history.ts";

/**
 * Asynchronous differential evolution. A child competes with its target when it finishes, in whatever order.
 *
 * The log holds points, not their parents, so parents are derived again: the k-th trial that was scheduled has its own
 * stream of randomness, and with the population of that moment it gives the same target, donors, F and CR to whoever asks,
 * before or after. A scheduled point that is not that child came from elsewhere; it takes the worst member's place if it
 * is better.
 */

export interface DifferentialOptions {
  size: number;
  strategy: "shade" | "rand1bin";
  /** F and CR of rand1bin. */
  fixed: Settings;
}

/** Children of one target before an evenly spread point is taken; from half of them on, one coordinate mutates besides. */
const ATTEMPTS = 30;
/** Share of the population that a child may be pulled to: drawn up to this for each child (SHADE). */
const GREATEST_BEST = 0.2;
/** Fewest members that give a target and two different donors. */
const LEAST_MEMBERS = 4;

/** Where a scheduled child competes: a place in the population, held even if another child won it in the meantime. */
interface Contest {
  place: number;
  settings: Settings;
}

interface Plan extends Contest {
  donors: Donors;
  children(): Generator<Point>;
}

export function createDifferentialSearch(problem: Problem, options: DifferentialOptions): Search {
  const { size } = options;
  const frame = { name: "de", initial: size, minResults: LEAST_MEMBERS };
  return createGuidedSearch(problem, frame, (history, distinct) =>
    createModel(problem, options, history, distinct),
  );
}

function createModel(
  problem: Problem,
  options: DifferentialOptions,
  history: History,
  distinct: Distinct,
): Model {
  const members: Member[] = [];
  const archive: Member[] = [];
  const contests = new Map<number, Contest>();
  const known = new Set<number>();
  const successes = createSuccessHistory(options.size);

  const planFor = (index: number): Plan | null => {
    if (members.length < LEAST_MEMBERS) return null;
    return makePlan(problem, options, { members, archive, index, draw: successes.draw });
  };
  const scheduled = ({ trial, point }: TrialRecord): void => {
    if (known.has(trial)) return;
    known.add(trial);
    // History has folded the trial already, so it is the last one.
    const plan = planFor(history.trials.length - 1);
    const key = pointKey(problem, point);
    if (plan === null || !some(plan.children(), (child) => pointKey(problem, child) === key)) return;
    contests.set(trial, { place: plan.place, settings: plan.settings });
  };
  const finished = (record: TrialRecord): void => {
    const member = memberOf(record);
    const contest = contests.get(record.trial);
    contests.delete(record.trial);
    const again = members.findIndex(({ trial }) => trial === record.trial);
    if (again >= 0) {
      if (member !== null) members[again] = member;
      return;
    }
    if (!contest) {
      if (member !== null) admit(members, options.size, member);
      return;
    }
    const rival = members[contest.place]!;
    const improvement = member === null ? 0 : improvementOf(member, rival);
    successes.record(contest.settings, improvement);
    if (member === null || compareMembers(member, rival) > 0) return;
    members[contest.place] = member;
    archive.push(rival);
    // The oldest of the beaten goes: a random one, as in JADE, would need randomness that is not a trial's.
    if (archive.length > options.size) archive.shift();
  };

  return {
    observe: (event, record) => {
      if (event.type === "scheduled") scheduled(record);
      if (event.type === "finished") finished(record);
    },
    propose: () => {
      const plan = planFor(history.trials.length);
      if (plan === null) return [];
      for (const point of plan.children()) {
        if (problem.feasible(point) && !distinct.has(point)) return [describe(plan, point, members.length)];
      }
      return [];
    },
  };
}

interface Situation {
  members: readonly Member[];
  archive: readonly Member[];
  /** How many trials were scheduled before. */
  index: number;
  draw(rng: Rng): Settings;
}

function makePlan(problem: Problem, options: DifferentialOptions, situation: Situation): Plan {
  const { members, archive, index } = situation;
  const rng = trialRng(problem.seed, index, "de");
  const place = index % members.length;
  const target = members[place]!;
  const shade = options.strategy === "shade";
  const settings = shade ? situation.draw(rng) : options.fixed;
  const best = shade ? pickBest(members, rng) : null;
  const base = shade ? null : pick(members, [target], rng);
  const plus = pick(members, [target, base], rng);
  const minus = pick(shade ? [...members, ...archive] : members, [target, base, plus], rng);
  const donors: Donors = { target, best, base, plus, minus };
  return {
    place,
    settings,
    donors,
    children: function* () {
      const own = trialRng(problem.seed, index, "de/child");
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        yield differentialChild(problem, donors, settings, attempt >= ATTEMPTS / 2, own);
      }
    },
  };
}

function pickBest(members: readonly Member[], rng: Rng): Member {
  const least = 2 / members.length;
  const share = least + rng() * Math.max(0, GREATEST_BEST - least);
  const count = Math.max(1, Math.round(share * members.length));
  return [...members].sort(compareMembers)[uniformInt(rng, count)]!;
}

/** One of the members other than those; by trial, since one may be met in the population and in the archive. */
function pick(from: readonly Member[], except: readonly (Member | null)[], rng: Rng): Member {
  const others = from.filter(({ trial }) => !except.some((member) => member?.trial === trial));
  return others[uniformInt(rng, others.length)]!;
}

/** Feasible ones first, by loss; then by how much is broken. 0 where they are equal. */
function compareMembers(a: Member, b: Member): number {
  return compareNumbers(a.violation, b.violation) || compareNumbers(a.losses[0]!, b.losses[0]!);
}

/** How much better `child` is than `rival`, 0 where it is not: in violation, or in loss where they break the same. */
function improvementOf(child: Member, rival: Member): number {
  const gain =
    child.violation === rival.violation
      ? rival.losses[0]! - child.losses[0]!
      : rival.violation - child.violation;
  return Number.isNaN(gain) ? 0 : Math.min(Number.MAX_VALUE, Math.max(0, gain));
}

/** A point of other origin fills the population, or takes its worst member's place. */
function admit(members: Member[], size: number, member: Member): void {
  if (members.length < size) {
    members.push(member);
    return;
  }
  let worst = 0;
  for (const [place, other] of members.entries())
    if (compareMembers(other, members[worst]!) > 0) worst = place;
  if (compareMembers(member, members[worst]!) < 0) members[worst] = member;
}

function some<T>(items: Iterable<T>, test: (item: T) => boolean): boolean {
  for (const item of items) if (test(item)) return true;
  return false;
}

function describe({ donors, settings, place }: Plan, point: Point, population: number): Proposal {
  const { target, best, base, plus, minus } = donors;
  const inputs = {
    target: target.trial,
    best: best?.trial ?? null,
    base: base?.trial ?? null,
    difference: [plus.trial, minus.trial],
    f: settings.f,
    cr: settings.cr,
    place,
    population,
  };
  const difference = `the difference of trials ${plus.trial} and ${minus.trial}`;
  const text = best
    ? `Trial ${target.trial} moved towards trial ${best.trial}, one of the best, which exploits, and by ${difference}, which explores (F ${settings.f.toFixed(2)}, CR ${settings.cr.toFixed(2)}). It competes with trial ${target.trial}.`
    : `Explores: trial ${base!.trial} moved by ${difference}, crossed with trial ${target.trial}, with which it competes.`;
  return { point, why: { rule: "de", inputs, text } };
}
