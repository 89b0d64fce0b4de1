import { z } from "zod";
import { type Json, jsonSchema } from "./json.ts";
import { storable, textSchema } from "./text.ts";

/** The search space as a user declares it. The rules that a schema cannot say are in check-space.ts. */

const parameterNameSchema = z
  .string()
  .regex(
    /^(?!__proto__$)[A-Za-z_][A-Za-z0-9_.-]{0,63}$/,
    "A letter or underscore, then letters, digits, `_`, `.` or `-`; at most 64 characters.",
  )
  .describe("Unique in the study. A dotted name (model.lr) stands for a nested key.");

const whenSchema = z
  .strictObject({
    parameter: textSchema().describe(
      "Another parameter with finitely many values: categorical, ordinal, int or fixed.",
    ),
    in: z
      .array(storable(jsonSchema))
      .min(1)
      .max(10_000)
      .describe("The values of it under which this parameter exists."),
  })
  .describe(
    "The parameter is active only when another is active and has one of these values; else it is absent.",
  );

const common = {
  name: parameterNameSchema,
  description: textSchema().max(1000).optional(),
  when: whenSchema.optional(),
};

const scaleSchema = z
  .enum(["linear", "log", "reverse-log"])
  .describe(
    "How values are spread. log: evenly by order of magnitude, low > 0. reverse-log: the mirror image of log, dense " +
      "near `high`: low + high - x is log-distributed; low > 0.",
  );

const priorSchema = z
  .strictObject({
    mean: z
      .number()
      .describe("Where the best value is expected, in the parameter's own unit, within low and high."),
    std: z
      .number()
      .positive()
      .describe(
        "Linear scale: in the parameter's unit. Log scales: in natural logarithms (2.3 is a factor of ten).",
      ),
  })
  .describe("A Normal prior, cut off at low and high. Samplers draw from it instead of uniformly.");

const floatSchema = z.strictObject({
  ...common,
  type: z.literal("float"),
  low: z.number().describe("Smallest value, included."),
  high: z.number().describe("Largest value, included."),
  scale: scaleSchema.default("linear"),
  step: z.number().positive().optional().describe("Only low, low + step, … high. Linear scale only."),
  prior: priorSchema.optional(),
  default: z.number().optional(),
});

const intSchema = z.strictObject({
  ...common,
  type: z.literal("int"),
  low: z.int().describe("Smallest value, included."),
  high: z.int().describe("Largest value, included."),
  scale: scaleSchema.default("linear"),
  step: z.int().positive().optional().describe("Only low, low + step, … high. Default 1."),
  prior: priorSchema.optional(),
  default: z.int().optional(),
});

const ordinalSchema = z.strictObject({
  ...common,
  type: z.literal("ordinal"),
  values: z
    .union([z.array(z.number()).min(1).max(10_000), z.array(textSchema().max(1000)).min(1).max(10_000)])
    .describe("In order; numbers strictly ascending. Neighbours are taken to be equally far apart."),
  default: z.union([z.number(), textSchema()]).optional(),
});

const categoricalSchema = z.strictObject({
  ...common,
  type: z.literal("categorical"),
  choices: z
    .array(storable(jsonSchema))
    .min(1)
    .max(10_000)
    .describe("Without order; any JSON values, all different."),
  weights: z
    .array(z.number().positive())
    .optional()
    .describe("Prior weight of each choice; scaled to sum 1."),
  default: storable(jsonSchema).optional(),
});

const fixedSchema = z.strictObject({
  ...common,
  type: z.literal("fixed"),
  value: storable(jsonSchema).describe("Passed to every trial; not searched."),
});

export const parameterSchema = z
  .discriminatedUnion("type", [floatSchema, intSchema, ordinalSchema, categoricalSchema, fixedSchema])
  .describe("One parameter of the search space.");

export type Parameter = z.infer<typeof parameterSchema>;
export type FloatParameter = z.infer<typeof floatSchema>;
export type IntParameter = z.infer<typeof intSchema>;

export interface SearchSpace {
  /** An array: jsonb does not keep the order of keys. */
  readonly parameters: readonly Parameter[];
  /** CEL expressions; see core/constraint.ts. */
  readonly constraints: readonly string[];
}

/** One value a parameter, by name. Inactive parameters are absent. */
export type Params = Readonly<Record<string, Json>>;
