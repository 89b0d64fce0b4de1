import type { Json } from "../core/json.ts";
import { sameJson } from "../core/json.ts";
import type { StudyPatch, StudySpec } from "../core/study.ts";

/** The specification after a patch of its limits (RFC 7396: null removes). */
export function patchedSpec(spec: StudySpec, patch: StudyPatch): StudySpec {
  const { budget, ...rest } = patch;
  const merged = Object.entries({ ...spec.budget, ...budget }).filter(([, limit]) => limit !== null);
  return { ...spec, ...defined(rest), budget: Object.fromEntries(merged) };
}

export interface Change {
  pointer: string;
  from: Json;
  to: Json;
}

/** The fields in which two specifications differ, budgets limit by limit. */
export function changesOf(before: StudySpec, after: StudySpec): Change[] {
  const limits = differences("/budget", before.budget, after.budget);
  return [...differences("", { ...before, budget: {} }, { ...after, budget: {} }), ...limits];
}

function differences(base: string, before: object, after: object): Change[] {
  const old = before as Record<string, Json | undefined>;
  const young = after as Record<string, Json | undefined>;
  const keys = [...new Set([...Object.keys(old), ...Object.keys(young)])];
  return keys.flatMap((key) => {
    const from = old[key] ?? null;
    const to = young[key] ?? null;
    return sameJson(from, to) ? [] : [{ pointer: `${base}/${key}`, from, to }];
  });
}

function defined<Value extends object>(
  value: Value,
): { [Key in keyof Value]?: Exclude<Value[Key], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as never;
}
