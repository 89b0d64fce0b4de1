import { z } from "zod";
import type { FilterFields } from "../core/filter.ts";
import { textSchema } from "../core/text.ts";

/** Schemas of query parameters and path segments: text that stands for something else. The OpenAPI document shows the meaning. */

/** A whole number in decimal digits. */
export function integer(limits: { min: number; max: number; default?: number; description: string }) {
  const { min, max, description } = limits;
  const schema = z
    .string()
    .regex(/^\d{1,15}$/, `A whole number from ${min} to ${max}.`)
    .transform(Number)
    .pipe(z.int().min(min).max(max));
  const isDefault = limits.default === undefined ? "" : ` Default: ${limits.default}.`;
  const meta = {
    type: "integer",
    minimum: min,
    maximum: max,
    pattern: undefined,
    description: description + isDefault,
  } as const;
  return limits.default === undefined
    ? schema.meta(meta)
    : schema.meta(meta).default(limits.default).meta(meta);
}

/** A decimal number. */
export function real(description: string) {
  return z
    .string()
    .regex(/^-?\d{1,15}(\.\d{1,15})?(e[+-]?\d{1,2})?$/i, "A decimal number.")
    .transform(Number)
    .meta({ type: "number", pattern: undefined, description });
}

/** `true` or `false`; absent: false. */
export function flag(description: string) {
  return z
    .enum(["true", "false"])
    .transform((text) => text === "true")
    .default(false)
    .meta({ type: "boolean", enum: undefined, description: `${description} Default: false.` });
}

/** Words between commas, each one of `values`. */
export function listOf<const Value extends string>(values: readonly Value[], description: string) {
  return z
    .string()
    .transform((text) => text.split(","))
    .pipe(z.array(z.enum(values)))
    .meta({ type: "string", description: `${description} Of: ${values.join(", ")}; several with commas.` });
}

/** Words between commas. */
export function words(description: string) {
  return textSchema()
    .max(10_000)
    .transform((text) => text.split(","))
    .meta({ type: "string", description });
}

/** The filter language (core/filter.ts) over these fields. */
export function filterText({ plain, families }: FilterFields) {
  const names = [...plain, ...families.map((family) => `${family}.<name>`)].join(", ");
  const example =
    families.length > 0 ? "`state = completed AND params.lr < 1e-3`" : "`state = running AND tags:v2`";
  return textSchema()
    .max(2_000)
    .optional()
    .describe(
      `Comparisons (= != < <= > >= IN, \`:\` for has) joined by AND, OR, NOT, for example ${example}. Fields: ${names}.`,
    );
}

export const pageQuery = {
  limit: integer({ min: 1, max: 1000, default: 100, description: "Items on a page." }),
  cursor: z.string().max(500).optional().describe("`nextCursor` of the page before."),
};

/** The store's form of a page request. */
export function pageOf(query: { limit: number; cursor?: string | undefined }): {
  limit: number;
  cursor?: string;
} {
  return query.cursor === undefined ? { limit: query.limit } : { limit: query.limit, cursor: query.cursor };
}
