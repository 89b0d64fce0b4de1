import { maskInactive } from "../../core/activity.ts";
import type { Dimension, Point, Problem } from "../../core/algorithm.ts";
import { sizeOf } from "../../core/dimension.ts";
import { type Rng, uniformInt } from "../../core/rng.ts";
import type { Member } from "./generations.ts";
import type { Settings } from "./success-history.ts";
import { completeGenotype, mutate, otherChoice, snap } from "./variation.ts";

/**
 * The trial vector of differential evolution, over mixed and conditional spaces.
 *
 * x: the target, the child's rival. a: where its mutant starts from. F, CR: see success-history.ts.
 * current-to-pbest/1 (JADE, Zhang & Sanderson 2009): x + F (best - x) + F (r1 - r2), best: one of the best p of the
 * population, r2: also from the archive of beaten members. rand/1: r0 + F (r1 - r2).
 *
 * Ordered coordinates are handled as continuous ones and snapped. A difference of choices has no length: where r1 and r2
 * differ the mutant takes r1's choice with probability F, else best's with probability F. A term in which a coordinate is
 * inactive is left out. A coordinate inactive in the target is completed from the donors, else from the prior.
 */

export interface Donors {
  target: Member;
  /** Null in rand/1. */
  best: Member | null;
  /** Null in current-to-pbest/1. */
  base: Member | null;
  plus: Member;
  minus: Member;
}

/** A choice that has died out comes back only by a reset; one in so many children has one, on average. */
const CHILDREN_PER_RESET = 4;
const REPAIR_ETA = 20;

/** `repair`: a child like this one exists already, so that one coordinate mutates besides. */
export function differentialChild(
  problem: Problem,
  donors: Donors,
  { f, cr }: Settings,
  repair: boolean,
  rng: Rng,
): Point {
  const { target, best, base, plus, minus } = donors;
  const others = [target, best, base, plus].filter((member) => member !== null).map(({ point }) => point);
  const genotype = completeGenotype(problem, others, rng);
  const movable = problem.dimensions.flatMap((dimension, k) => (sizeOf(dimension) > 1 ? [k] : []));
  const sure = movable[uniformInt(rng, movable.length)];
  const categorical = movable.filter((k) => problem.dimensions[k]!.kind === "categorical").length;
  for (const k of movable) {
    if (k !== sure && rng() >= cr) continue;
    const own = genotype[k]!;
    const start = base?.point[k] ?? own;
    const dimension = problem.dimensions[k]!;
    const terms = {
      pull: best?.point[k] ?? start,
      plus: plus.point[k] ?? null,
      minus: minus.point[k] ?? null,
    };
    if (dimension.kind === "categorical") {
      const chosen = mutantChoice(start, terms, f, rng);
      const reset = rng() < 1 / (CHILDREN_PER_RESET * categorical);
      genotype[k] = reset ? otherChoice(dimension, chosen, rng) : chosen;
    } else genotype[k] = mutantCoordinate(dimension, own, start, terms, f);
  }
  if (repair) mutate(problem, genotype, { mutation: null, mutationEta: REPAIR_ETA }, rng, 1);
  return maskInactive(problem, genotype);
}

/** `plus`, `minus`: null where inactive. */
interface Terms {
  pull: number;
  plus: number | null;
  minus: number | null;
}

function mutantCoordinate(dimension: Dimension, own: number, start: number, terms: Terms, f: number): number {
  const { plus, minus } = terms;
  const difference = plus === null || minus === null ? 0 : plus - minus;
  const moved = start + f * (terms.pull - start) + f * difference;
  // Halfway to the bound that it crossed, as in JADE: bounds themselves would collect the population.
  const within = moved < 0 ? own / 2 : moved > 1 ? (own + 1) / 2 : moved;
  return snap(dimension, within);
}

function mutantChoice(start: number, { pull, plus, minus }: Terms, f: number, rng: Rng): number {
  if (plus !== null && minus !== null && plus !== minus && rng() < f) return plus;
  return rng() < f ? pull : start;
}
