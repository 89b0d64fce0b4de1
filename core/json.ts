import { z } from "zod";

/** A JSON value: what parameters can hold and what jsonb keeps. No `undefined`, no non-finite number. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Deeper values are refused, so that no recursion over a value can exhaust the stack. */
const MAX_DEPTH = 32;

export const jsonSchema = z
  .unknown()
  .refine(
    (value) => isJson(value),
    `Not a JSON value (finite numbers only, at most ${MAX_DEPTH} levels deep).`,
  )
  .describe("Any JSON value.") as z.ZodType<Json>;

/** Whether a value survives JSON unchanged. */
export function isJson(value: unknown, depth = 0): value is Json {
  if (value === null || typeof value === "boolean" || typeof value === "string") return true;
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value !== "object" || depth >= MAX_DEPTH) return false;
  if (Array.isArray(value)) return value.every((item) => isJson(item, depth + 1));
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return false;
  return Object.values(value).every((item) => isJson(item, depth + 1));
}

/**
 * The same text for equal values: object keys in code-unit order, no white space, -0 as 0. Numbers are equal when
 * they are the same double, so 1 and 1.0 are.
 */
export function canonicalJson(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const object = value as { readonly [key: string]: Json };
  const keys = Object.keys(object).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonicalJson(object[key]!)}`).join(",")}}`;
}

/** Whether two JSON values are equal; the order of object keys does not matter. */
export function sameJson(a: Json, b: Json): boolean {
  return a === b || canonicalJson(a) === canonicalJson(b);
}
