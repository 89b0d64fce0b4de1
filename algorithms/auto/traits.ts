import type { Problem } from "../../core/algorithm.ts";
import { sizeOf } from "../../core/dimension.ts";
import { sizeOfSpace } from "../common/distinct.ts";

/** What the choice of an engine depends on, read off the problem. */
export interface Traits {
  /** Dimensions with more than one value. */
  dimensions: number;
  /** Of these: inactive under some values of others. */
  conditional: number;
  /** Of these: more than two values without an order. */
  categorical: number;
  /** Points of the space, Infinity with a float. */
  size: number;
  objectives: number;
  constraints: number;
  /** Trials in all; null: open. */
  maxTrials: number | null;
  parallelism: number;
}

export function traitsOf(problem: Problem): Traits {
  const children = new Set(problem.activity.map(({ child }) => child));
  const searched = problem.dimensions.map((dimension, index) => ({ dimension, index }));
  const varied = searched.filter(({ dimension }) => sizeOf(dimension) > 1);
  return {
    dimensions: varied.length,
    conditional: varied.filter(({ index }) => children.has(index)).length,
    categorical: varied.filter(({ dimension }) => dimension.kind === "categorical" && dimension.choices > 2)
      .length,
    size: sizeOfSpace(problem),
    objectives: problem.objectives,
    constraints: problem.constraints,
    maxTrials: problem.maxTrials,
    parallelism: problem.parallelism,
  };
}

/** "12 parameters, 3 of them conditional, 8 at a time, 200 trials". */
export function describeTraits(traits: Traits): string {
  const { dimensions, conditional, categorical, objectives, constraints, maxTrials, parallelism, size } =
    traits;
  const kinds = [
    conditional > 0 ? `${conditional} conditional` : "",
    categorical > 0 ? `${categorical} categorical` : "",
  ].filter(Boolean);
  const of = kinds.length > 0 ? ` (${kinds.join(", ")})` : "";
  return [
    `${count(dimensions, "parameter")}${of}`,
    Number.isFinite(size) && size <= 10_000 ? `${count(size, "point")} in all` : "",
    objectives > 1 ? `${objectives} objectives` : "",
    constraints > 0 ? count(constraints, "outcome constraint") : "",
    parallelism > 1 ? `${parallelism} at a time` : "one at a time",
    maxTrials === null ? "no limit of trials" : count(maxTrials, "trial"),
  ]
    .filter(Boolean)
    .join(", ");
}

function count(n: number, noun: string): string {
  return n === 1 ? `1 ${noun}` : `${n} ${noun}s`;
}
