import type { ActivityRule, Dimension, Point } from "./algorithm.ts";
import { indexAt } from "./dimension.ts";
import { type Json, sameJson } from "./json.ts";
import type { Parameter } from "./space.ts";

/** Conditional parameters: which coordinates exist under which values of others. */

/** A searched parameter and the values of it under which something else is active. */
export interface Condition {
  /** Index into the space's parameters. */
  parent: number;
  values: readonly Json[];
}

/**
 * What decides whether a parameter is active: null for always. A fixed parent decides nothing by itself, so its own
 * condition is taken. @param parameters have passed `checkSpace`: names resolve and there is no cycle.
 */
export function conditionOf(parameters: readonly Parameter[], index: number): Condition | null {
  const { when } = parameters[index]!;
  if (!when) return null;
  const parent = parameters.findIndex((other) => other.name === when.parameter);
  return parameters[parent]!.type === "fixed" ? conditionOf(parameters, parent) : { parent, values: when.in };
}

/** Rules in an order in which parents come before children. */
export function parentsFirst(rules: readonly ActivityRule[]): ActivityRule[] {
  const ruleOf = new Map(rules.map((rule) => [rule.child, rule]));
  const ordered = new Set<ActivityRule>();
  const add = (rule: ActivityRule | undefined): void => {
    if (!rule || ordered.has(rule)) return;
    add(ruleOf.get(rule.parent));
    ordered.add(rule);
  };
  for (const rule of rules) add(rule);
  return [...ordered];
}

/** The point that full coordinates stand for: null wherever a parent's value makes the coordinate inactive. */
export function maskInactive(
  { dimensions, activity }: { dimensions: readonly Dimension[]; activity: readonly ActivityRule[] },
  coordinates: readonly number[],
): Point {
  const point: (number | null)[] = [...coordinates];
  for (const { child, parent, levels } of activity) {
    const coordinate = point[parent]!;
    const active = coordinate !== null && levels.includes(indexAt(dimensions[parent]!, coordinate)!);
    if (!active) point[child] = null;
  }
  return point;
}

/** Whether a value is in a list. */
export function containsJson(values: readonly Json[], value: Json): boolean {
  return values.some((other) => sameJson(other, value));
}
