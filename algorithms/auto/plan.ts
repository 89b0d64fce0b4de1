import type { Traits } from "./traits.ts";

/**
 * Which engine proposes when: a table of the problem's traits, tuned on the development half of the benchmark problems
 * (docs/algorithms/auto.md says what each choice rests on).
 */

export type EngineName = "gp" | "tpe" | "rf" | "cmaes" | "turbo" | "nsga2" | "nsga3";

/** A stretch of a study. The stretches of a plan follow each other; the last one has no end. */
export interface Phase {
  /** Ends when so many trials have finished with a result; null: never. */
  until: number | null;
  /** Propose in turn, one suggestion each. */
  engines: readonly EngineName[];
  /** Why these, for people. */
  reason: string;
}

/** Results up to which a Gaussian process is worth its cost, and up to which in few dimensions. */
const GP_RESULTS = 250;
const GP_RESULTS_FEW_DIMENSIONS = 500;
const FEW_DIMENSIONS = 10;
/** Results beyond which a forest is slow and no better than a density. */
const RF_RESULTS = 5_000;
/** From so many pending trials on, a model of joint improvement adds nothing over one that keeps off them. */
const MANY_WORKERS = 64;
/** CMA-ES needs so many trials a dimension to learn its covariance. */
const CMAES_TRIALS_A_DIMENSION = 100;
const MANY_DIMENSIONS = 20;
/** Results from which on other engines take turns with the Gaussian process. */
const ALONE_UNTIL = 25;
const LEARNS_MOST = "it learns most from few results";
const ESCAPES = "it can grow too sure of itself, and";

export function planOf(traits: Traits): readonly Phase[] {
  if (traits.objectives > 1) return severalObjectives(traits);
  if (traits.parallelism > MANY_WORKERS) return [tpe("more workers than a model of each can serve")];
  if (traits.conditional > 0) return conditionalSpace();
  return flatSpace(traits);
}

function severalObjectives({ objectives, conditional, parallelism }: Traits): Phase[] {
  if (parallelism > MANY_WORKERS) return [tpe("more workers than a model of each can serve")];
  const model: Phase = { until: GP_RESULTS, ...modelOf(objectives) };
  if (conditional > 0) return [model, tpe("conditional parameters and many results")];
  const later: EngineName = objectives > 3 ? "nsga3" : "nsga2";
  return [
    model,
    { until: null, engines: [later], reason: "evolution, which many results serve better than models" },
  ];
}

/**
 * With three objectives hardly any trial is dominated, however bad in the others one that is good in one may be: expected
 * hypervolume improvement then goes after the ends of the front for dozens of trials.
 */
function modelOf(objectives: number): Pick<Phase, "engines" | "reason"> {
  const each = "a model of each objective, while results are few";
  if (objectives !== 3) return { engines: ["gp"], reason: each };
  return { engines: ["gp", "tpe"], reason: `${each}; densities keep it from the far ends of the front` };
}

function conditionalSpace(): Phase[] {
  return [
    { until: ALONE_UNTIL, engines: ["gp"], reason: LEARNS_MOST },
    {
      until: GP_RESULTS,
      engines: ["gp", "gp", "gp", "rf"],
      reason: `${ESCAPES} trees see conditional parameters as they are`,
    },
    {
      until: RF_RESULTS,
      engines: ["rf", "tpe"],
      reason:
        "trees and densities see conditional parameters as they are, and take turns because neither is always better",
    },
    tpe("the only model that stays fast with so many results"),
  ];
}

function flatSpace(traits: Traits): Phase[] {
  const until = traits.dimensions <= FEW_DIMENSIONS ? GP_RESULTS_FEW_DIMENSIONS : GP_RESULTS;
  return [
    { until: ALONE_UNTIL, engines: ["gp"], reason: LEARNS_MOST },
    {
      until,
      engines: ["gp", "gp", "turbo", "rf"],
      reason: `${ESCAPES} models of another kind and of a small region see past it`,
    },
    afterModel(traits),
  ];
}

/** What follows the Gaussian process in a flat space. */
function afterModel({ dimensions, categorical, maxTrials, constraints }: Traits): Phase {
  if (categorical > 0 || constraints > 0)
    return tpe("categorical parameters or constraints, and many results");
  if (maxTrials !== null && maxTrials >= CMAES_TRIALS_A_DIMENSION * dimensions)
    return {
      until: null,
      engines: ["cmaes"],
      reason: "numeric parameters and a budget that pays for evolution",
    };
  if (dimensions >= MANY_DIMENSIONS)
    return { until: null, engines: ["turbo"], reason: "many dimensions: models of small regions" };
  return {
    until: null,
    engines: ["turbo", "tpe"],
    reason: "many results: local models and densities in turn",
  };
}

function tpe(why: string): Phase {
  return { until: null, engines: ["tpe"], reason: why };
}

/** The phase after `results` finished trials. */
export function phaseAt(plan: readonly Phase[], results: number): Phase {
  return plan.find(({ until }) => until === null || results < until) as Phase;
}

const TITLES: Record<EngineName, string> = {
  gp: "Gaussian process",
  tpe: "TPE",
  rf: "random forest",
  cmaes: "CMA-ES",
  turbo: "trust regions",
  nsga2: "NSGA-II",
  nsga3: "NSGA-III",
};

/**
 * "Gaussian process until 25 results (why), then TPE and random forest in turn (why)", as far as `maxTrials` (null: no
 * limit) lets the study come.
 */
export function describePlan(plan: readonly Phase[], maxTrials: number | null): string {
  const limit = maxTrials ?? Number.POSITIVE_INFINITY;
  const reached = plan.filter((_, index) => (plan[index - 1]?.until ?? 0) < limit);
  return reached
    .map(({ until, engines, reason }) => {
      const names = [...new Set(engines)].map((name) => TITLES[name]);
      const turns = names.length > 1 ? `${listed(names)} in turn` : names[0];
      const end = until === null || until >= limit ? "" : ` until ${until} results`;
      return `${turns}${end} (${reason})`;
    })
    .join(", then ");
}

function listed(names: readonly string[]): string {
  return `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
