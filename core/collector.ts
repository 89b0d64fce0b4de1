import { RE2JS } from "re2js";
import { z } from "zod";
import { type FieldError, messageOf } from "./errors.ts";
import { metricNameSchema } from "./objective.ts";
import { storable, textSchema } from "./text.ts";

/** How metrics leave the training process: what a user may ask for in `metrics`. */

export const MAX_PATTERNS = 20;

/** Relative, below the trial's directory or the working directory, whatever the host's rules for names. */
const pathSchema = z
  .string()
  .min(1)
  .max(1000)
  .refine(
    (path) =>
      !/^([/\\~]|[A-Za-z]:)/.test(path) &&
      !path.split(/[/\\]/).includes("..") &&
      !/[\p{Cc}\p{Cs}]/u.test(path),
    "A relative path without `..`: looked for in the trial's directory, then in the working directory.",
  )
  .describe(
    "Relative to the trial's directory, or else to the working directory. `*` stands for any part of a name.",
  );

const STDOUT_FORMATS = ["auto", "katib", "key-value", "json", "huggingface", "progress"] as const;
export type StdoutFormat = (typeof STDOUT_FORMATS)[number];

const metricsFileSchema = z
  .strictObject({ collector: z.literal("metrics-file") })
  .describe("JSON lines that the script appends to the file named by FETTLE_METRICS_FILE.");

const stdoutSchema = z
  .strictObject({
    collector: z.literal("stdout"),
    format: z
      .enum(STDOUT_FORMATS)
      .default("auto")
      .describe(
        "katib: name=value. key-value: `name: value`, with `(step N)` if wanted. json: an object a line. huggingface: " +
          "{'loss': 0.51, 'epoch': 1.0}. progress: bars that redraw themselves. auto: all of them, for the study's own metrics.",
      ),
  })
  .describe("What the processes print, stdout and stderr.");

const patternSchema = z
  .strictObject({
    collector: z.literal("pattern"),
    pattern: textSchema()
      .min(1)
      .max(512)
      .describe(
        "RE2 syntax with a group (?P<value>…), and (?P<step>…) and (?P<name>…) if wanted; every match on a line counts.",
      ),
    name: storable(metricNameSchema)
      .optional()
      .describe("The metric's name, unless the pattern has a group for it."),
  })
  .describe("A regular expression over each line that the processes print.");

const tensorboardSchema = z
  .strictObject({ collector: z.literal("tensorboard"), directory: pathSchema.optional() })
  .describe("Scalars from TensorBoard event files, anywhere below the trial's directory or the one given.");

const csvSchema = z
  .strictObject({
    collector: z.literal("csv"),
    path: pathSchema,
    stepColumn: textSchema()
      .min(1)
      .max(200)
      .optional()
      .describe("Default: step, global_step, iteration or epoch, if there is one."),
    delimiter: textSchema()
      .length(1)
      .refine((character) => !/["\r\n]/.test(character), "Not a quote or line break.")
      .default(","),
  })
  .describe(
    "A table with a header that grows row by row, such as metrics.csv or progress.csv; a metric a column.",
  );

const jsonlSchema = z
  .strictObject({ collector: z.literal("jsonl"), path: pathSchema })
  .describe("A file of JSON lines, such as a log of a training framework.");

export const collectorSpecSchema = z.discriminatedUnion("collector", [
  metricsFileSchema,
  stdoutSchema,
  patternSchema,
  tensorboardSchema,
  csvSchema,
  jsonlSchema,
]);
export type CollectorSpec = z.infer<typeof collectorSpecSchema>;
export type CollectorKind = CollectorSpec["collector"];
/** The specification of one kind of collector. */
export type SpecOf<Kind extends CollectorKind> = Extract<CollectorSpec, { collector: Kind }>;

/** Without `metrics` in the study: the metrics file, and everything that a known format finds in the output. */
export const DEFAULT_COLLECTORS: readonly CollectorSpec[] = [
  { collector: "metrics-file" },
  { collector: "stdout", format: "auto" },
];

/** What can be known of collectors before the first trial: that patterns compile, in linear time, and name a value. */
export function checkCollectors(specs: readonly CollectorSpec[]): FieldError[] {
  const patterns = specs.filter((spec) => spec.collector === "pattern").length;
  const tooMany: FieldError[] =
    patterns > MAX_PATTERNS
      ? [
          {
            pointer: "/metrics",
            code: "out-of-range",
            message: `At most ${MAX_PATTERNS} patterns, there are ${patterns}.`,
          },
        ]
      : [];
  return specs.reduce(
    (errors, spec, index) =>
      spec.collector === "pattern" ? errors.concat(checkPattern(spec, `/metrics/${index}`)) : errors,
    tooMany,
  );
}

function checkPattern({ pattern, name }: SpecOf<"pattern">, pointer: string): FieldError[] {
  const groups = namedGroups(pattern);
  if (typeof groups === "string") {
    return [
      {
        pointer: `${pointer}/pattern`,
        code: "invalid-pattern",
        message: `Not an RE2 pattern: ${groups}.`,
        hint: "RE2 has no lookaround and no back references; everything else is as in Go and Python.",
      },
    ];
  }
  const errors: FieldError[] = [];
  if (!groups.includes("value")) {
    errors.push({
      pointer: `${pointer}/pattern`,
      code: "pattern-without-value",
      message: "The pattern has no group named `value`.",
      hint: "Name the number's group: loss is (?P<value>[0-9.eE+-]+)",
    });
  }
  if (!groups.includes("name") && name === undefined) {
    errors.push({
      pointer: `${pointer}/name`,
      code: "required",
      message: "The metric's name is missing: the pattern has no group named `name`.",
      hint: "Give `name`, or a group (?P<name>…).",
    });
  }
  return errors;
}

/** The names of a pattern's groups, or the reason why it does not compile. */
function namedGroups(pattern: string): string[] | string {
  try {
    return Object.keys(RE2JS.compile(pattern).namedGroups());
  } catch (error) {
    return messageOf(error).replace(/^error parsing regexp: /, "");
  }
}
