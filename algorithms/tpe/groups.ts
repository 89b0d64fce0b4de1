import type { ActivityRule, Point, Problem } from "../../core/algorithm.ts";
import { indexAt } from "../../core/dimension.ts";

/** Coordinates that are always active together, which one joint density is estimated for. */
export interface Group {
  /** Indices of dimensions, ascending. */
  members: readonly number[];
  /** What makes the group active: null for always. */
  rule: Pick<ActivityRule, "parent" | "levels"> | null;
}

/**
 * Groups by activation condition, in an order in which a group's parent comes before it. With `joint` false, each
 * coordinate is a group of its own.
 */
export function groupsOf({ dimensions, activity }: Problem, joint: boolean): Group[] {
  const ruleOf = new Map(activity.map((rule) => [rule.child, rule]));
  const always = dimensions.flatMap((_, index) => (ruleOf.has(index) ? [] : [index]));
  const groups = new Map<string, { members: number[]; rule: Group["rule"] }>();
  for (const index of [...always, ...activity.map(({ child }) => child)]) {
    const rule = ruleOf.get(index) ?? null;
    const condition = rule === null ? "always" : `${rule.parent}:${[...rule.levels].sort().join()}`;
    const key = joint ? condition : String(index);
    const group = groups.get(key);
    if (group) group.members.push(index);
    else groups.set(key, { members: [index], rule });
  }
  return [...groups.values()].map(({ members, rule }) => ({ members: members.sort((a, b) => a - b), rule }));
}

/** Whether a group is active in a point whose coordinates before it are decided. */
export function isActive({ rule }: Group, { dimensions }: Problem, point: Point): boolean {
  if (rule === null) return true;
  const coordinate = point[rule.parent];
  if (coordinate === null || coordinate === undefined) return false;
  return rule.levels.includes(indexAt(dimensions[rule.parent]!, coordinate)!);
}
