import type { Fidelity, Point, Problem, Suggestion, TrialEvent } from "../../core/algorithm.ts";
import type { FidelityProblem, ScheduleEvent } from "../../core/fidelity.ts";
import type { MeasuredRung } from "./rung-results.ts";
import { rungAt } from "./standings.ts";
import type { CreateSampler, Teller } from "./teller.ts";

/**
 * Tells a sampler of all rungs together: the budget is one more dimension of its problem, the last, and each result of a
 * trial at a rung is a trial of its own there. A trial on the way to a rung is pending at it. Suggestions are pinned to r*.
 *
 * Not to the whole budget: far above the rungs with results the model would propose where it knows least of the budget, not
 * where the objective is low (Klein et al. 2020, section 3.2).
 *
 * u: the budget's coordinate, its logarithm scaled so that 0 is the least and 1 the largest budget.
 */

/** @param target index of r*. */
export function tellAllRungs(
  problem: FidelityProblem,
  rungs: readonly number[],
  target: number,
  createSampler: CreateSampler,
): Teller {
  const positions = rungs.map((budget) => positionOf(budget, problem.fidelity));
  const sampler = createSampler(withBudget(problem, positions[target]!, rungs.length));
  const trials = new Map<number, { point: Point; aim: number; told: ("pending" | "ended" | null)[] }>();
  const idOf = (trial: number, rung: number) => trial * rungs.length + rung;

  const tellPending = (trial: number, rung: number): void => {
    const { point, told } = trials.get(trial)!;
    if (rung < 0 || told[rung] !== null) return;
    told[rung] = "pending";
    const extended = [...point, positions[rung]!];
    sampler.observe({ type: "scheduled", trial: idOf(trial, rung), point: extended, budget: null });
  };
  const tellEnd = (trial: number, rung: number, end: End): void => {
    tellPending(trial, rung);
    trials.get(trial)!.told[rung] = "ended";
    sampler.observe({ type: "finished", trial: idOf(trial, rung), ...end });
  };
  const learn = ({ trial, rung, losses, violations }: MeasuredRung): void =>
    tellEnd(trial, rung, { losses, violations, cause: "completed" });

  return {
    observe(event, results = []) {
      const { trial } = event;
      if (event.type === "scheduled") {
        const aim = event.budget === null ? rungs.length - 1 : rungAt(rungs, event.budget);
        trials.set(trial, {
          point: event.point,
          aim,
          told: trials.get(trial)?.told ?? rungs.map(() => null),
        });
        tellPending(trial, aim);
        return;
      }
      const known = trials.get(trial);
      if (known === undefined) return;
      if (event.type === "resumed") {
        known.aim = rungAt(rungs, event.budget);
        tellPending(trial, known.aim);
        return;
      }
      for (const measured of results) learn(measured);
      // What it aimed at may just have become a result.
      if (known.told[known.aim] !== "pending") return;
      if (event.type !== "observed") return tellEnd(trial, known.aim, endOf(event));
      const { step, losses } = event;
      sampler.observe({ type: "observed", trial: idOf(trial, known.aim), step, losses });
    },
    suggest: (rng) => withoutBudget(sampler.suggest(rng)),
  };
}

type End = Pick<TrialEvent & { type: "finished" }, "losses" | "violations" | "cause">;

/** How an event without a result ended the training for a rung. */
function endOf(event: ScheduleEvent & { type: "paused" | "finished" }): End {
  const { losses, violations } = event;
  return { losses, violations, cause: event.type === "paused" ? "failed" : event.cause };
}

function withBudget(problem: FidelityProblem, pinned: number, rungs: number): Problem {
  const { dimensions } = problem;
  return {
    ...problem,
    // Of the budget there is nothing left to choose.
    fidelity: null,
    dimensions: [...dimensions, { kind: "continuous", pinned }],
    feasible: (point) => problem.feasible(point.slice(0, dimensions.length)),
    trialOf: (n) => Math.floor(n / rungs),
  };
}

function withoutBudget(suggestion: Suggestion): Suggestion {
  return suggestion.type === "start" ? { ...suggestion, point: suggestion.point.slice(0, -1) } : suggestion;
}

function positionOf(budget: number, { min, max }: Fidelity): number {
  return min === max ? 1 : Math.min(1, Math.max(0, Math.log(budget / min) / Math.log(max / min)));
}
