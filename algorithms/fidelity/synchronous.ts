import { type FidelityProblem, rungsOf, type Schedule, type ScheduleStep } from "../../core/fidelity.ts";
import { type Bracket, createBracket } from "./bracket.ts";
import type { BracketPlan } from "./brackets.ts";
import { exhaustedStep, finalistStep, pruneStep, resumeStep, startStep, waitStep } from "./sentences.ts";
import { createStandings } from "./standings.ts";

/**
 * Brackets of successive halving, one after another for ever, until no more trials may start. Each rung is decided upon
 * when all of its trials are there, and a slot that is free meanwhile starts the next bracket's trials: there is no
 * barrier between brackets. A trial that fails or is stopped early leaves its place empty.
 *
 * The state is a pure fold: a trial belongs to the oldest bracket with room that starts at its budget.
 */
export interface SynchronousOptions {
  /** The schedule's name, for rules. */
  name: string;
  /** The brackets in their order, which is repeated. */
  plans: readonly BracketPlan[];
  /** Trials that are trained to their end at least, as far as there are, when no more can start. */
  finalists: number;
}

export function createSynchronous(problem: FidelityProblem, options: SynchronousOptions): Schedule {
  const { name, plans, finalists } = options;
  const { fidelity, objectives } = problem;
  const rungs = rungsOf(fidelity);
  const standings = createStandings(rungs);
  const bracketOf = new Map<number, Bracket>();
  /** Those in which anything can happen yet, oldest first. */
  const active = new Set<Bracket>();
  let opened = 0;

  const open = (): Bracket => {
    const plan = plans[opened++ % plans.length]!;
    const bracket = createBracket({ plan, rungs, eta: fidelity.eta, objectives });
    active.add(bracket);
    return bracket;
  };
  const unfilled = (): Bracket[] => [...active].filter(({ isFull }) => !isFull);

  /** The bracket that a new trial belongs to; undefined where none starts at its rung. */
  const admit = (first: number): Bracket | undefined => {
    if (!plans.some((plan) => plan.first === first)) return undefined;
    const known = unfilled().find(({ plan }) => plan.first === first);
    if (known) return known;
    for (let bracket = open(); ; bracket = open()) if (bracket.plan.first === first) return bracket;
  };

  const firstOf = <Found>(
    brackets: Iterable<Bracket>,
    find: (bracket: Bracket) => Found | null,
  ): Found | null => {
    for (const bracket of brackets) {
      const found = find(bracket);
      if (found !== null) return found;
    }
    return null;
  };

  const decide = (bracket: Bracket, short: boolean): ScheduleStep | null => {
    const due = bracket.due(short);
    if (due === null) return null;
    return due.type === "prune"
      ? pruneStep(name, due.place, due.goOn)
      : resumeStep(name, due.place, due.goOn, rungs[due.rung + 1]!);
  };

  const start = (): ScheduleStep => {
    const bracket = unfilled()[0];
    const { first, sizes } = bracket?.plan ?? plans[opened % plans.length]!;
    const started = bracket?.started ?? 0;
    const reason = `Trial ${started + 1} of ${sizes[0]} in a bracket that starts at ${rungs[first]}`;
    return startStep(name, rungs[first]!, reason, { started, sizes });
  };

  /** No more trials come: what has started of the last bracket is halved, and the best of what then waits goes on. */
  const wind = (): ScheduleStep => {
    const short = unfilled();
    const due = firstOf(short, (bracket) => decide(bracket, true));
    if (due) return due;
    const wanted = finalists - standings.trained - standings.pending;
    const finalist = wanted > 0 ? firstOf(short, (bracket) => bracket.finalist()) : null;
    if (finalist) return finalistStep(name, finalist.place, rungs[finalist.rung + 1]!);
    if (standings.pending > 0) return waitStep(name, standings.pending);
    const leftover = firstOf(short, (bracket) => bracket.leftover());
    return leftover ? pruneStep(name, leftover.place, leftover.goOn) : exhaustedStep(name, standings.trained);
  };

  return {
    observe(event) {
      const change = standings.observe(event);
      if (change === null) return;
      const { trial, first } = change.after;
      const bracket = change.before ? bracketOf.get(trial) : admit(first);
      if (bracket === undefined) return;
      bracketOf.set(trial, bracket);
      bracket.observe(change);
      if (bracket.isDone) active.delete(bracket);
      else active.add(bracket);
    },
    next(_rng, canStart) {
      const due = firstOf(active, (bracket) => (bracket.isFull ? decide(bracket, false) : null));
      return due ?? (canStart ? start() : wind());
    },
  };
}
