import type { z } from "zod";
import type { FieldError } from "./errors.ts";
import { hintForField, hintForValue, synonymAmong } from "./field-hints.ts";
import { descriptionAt, knownKeysAt } from "./schema-keys.ts";
import { didYouMean } from "./suggest-name.ts";

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** The value parsed, or everything that is wrong with it, not only the first thing. */
export type Parsed<Value> = { ok: true; value: Value } | { ok: false; errors: FieldError[] };

/** Parses with a schema; the errors say where, what was given and what to write instead. `base`: pointer of `input`. */
export function parseFields<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
  base = "",
): Parsed<z.output<Schema>> {
  const result = schema.safeParse(input);
  if (result.success) return { ok: true, value: result.data };
  const errors = result.error.issues.flatMap((issue) => explain(issue, [], { schema, input, base }));
  return { ok: false, errors };
}

interface Subject {
  schema: z.ZodType;
  input: unknown;
  base: string;
}

/** JSON pointer of a path (RFC 6901). */
function pointerTo(base: string, path: Path): string {
  return base + path.map((key) => `/${escapeKey(String(key))}`).join("");
}

function escapeKey(key: string): string {
  return key.replaceAll("~", "~0").replaceAll("/", "~1");
}

function explain(issue: Issue, prefix: Path, subject: Subject): FieldError[] {
  const path = [...prefix, ...issue.path];
  const pointer = pointerTo(subject.base, path);
  const given = valueAt(subject.input, path);
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => unknownField(key, path, subject));
    case "invalid_union":
      return explainUnion(issue, path, subject);
    case "invalid_type":
      return [given === undefined ? missing(pointer, path, issue) : wrongType(pointer, given, issue)];
    case "invalid_value":
      return [notOneOf(pointer, path, given, issue.values)];
    case "too_small":
    case "too_big":
      return [outOfBounds(pointer, given, issue)];
    case "invalid_key":
      return [
        {
          pointer,
          code: "invalid-key",
          message: `${show(path.at(-1))} cannot be a name here: ${reason(issue)}`,
        },
      ];
    case "invalid_format":
      return [malformed(pointer, given, issue, descriptionAt(subject.schema, path, subject.input))];
    default:
      return [{ pointer, code: "invalid-value", message: `${show(given)}: ${issue.message}` }];
  }
}

function explainUnion(issue: Issue & { code: "invalid_union" }, path: Path, subject: Subject): FieldError[] {
  const given = valueAt(subject.input, path);
  const pointer = pointerTo(subject.base, path);
  if ("options" in issue && Array.isArray(issue.options))
    return [notOneOf(pointer, path, given, issue.options)];
  // A branch whose complaints lie deeper was the one that was meant.
  const meant = issue.errors.find((issues) => issues.every((inner) => depth(inner) > 0));
  if (meant) return meant.flatMap((inner) => explain(inner, path, subject));
  const wanted = issue.errors.map((issues) => (issues[0] ? expectation(issues[0]) : "")).filter(Boolean);
  return [
    {
      pointer,
      code: given === undefined ? "required" : "invalid-value",
      message: given === undefined ? `${fieldName(path)} is missing.` : `${show(given)} is not allowed here.`,
      hint: hintForValue(pointer, given) ?? `Give ${[...new Set(wanted)].join(", or ")}.`,
    },
  ];
}

function depth(issue: Issue): number {
  return issue.path.length + (issue.code === "unrecognized_keys" ? 1 : 0);
}

function expectation(issue: Issue): string {
  if (issue.code === "invalid_type") return article(issue.expected);
  if (issue.code === "invalid_value") return oneOf(issue.values);
  return issue.message;
}

function unknownField(key: string, path: Path, { schema, input, base }: Subject): FieldError {
  const known = knownKeysAt(schema, path, input);
  const all = known.length > 0 ? `There are: ${known.join(", ")}.` : "There are none here.";
  return {
    pointer: pointerTo(base, [...path, key]),
    code: "unknown-field",
    message: `Unknown field "${cut(key)}".`,
    hint: hintForField(pointerTo(base, path), key, known) ?? didYouMean(key, known) ?? all,
  };
}

function missing(pointer: string, path: Path, issue: Issue & { code: "invalid_type" }): FieldError {
  return {
    pointer,
    code: "required",
    message: `${fieldName(path)} is missing.`,
    hint: `Give ${article(issue.expected)}.`,
  };
}

function wrongType(pointer: string, given: unknown, issue: Issue & { code: "invalid_type" }): FieldError {
  const hint = hintForValue(pointer, given) ?? numberHint(given, issue);
  return {
    pointer,
    code: "wrong-type",
    message: `Expected ${article(issue.expected)}, got ${show(given)}.`,
    ...(hint === undefined ? {} : { hint }),
  };
}

function numberHint(given: unknown, { expected }: Issue & { code: "invalid_type" }): string | undefined {
  if (expected !== "number" && expected !== "int") return undefined;
  // JSON has no other numbers: what is .nan, .inf or 1e400 in a file arrives as null.
  if (given === null) return "Give a finite number; NaN and infinities arrive as null.";
  const quoted = typeof given === "string" && given !== "" && Number.isFinite(Number(given));
  return quoted ? `Write ${Number(given)} without quotes.` : undefined;
}

function malformed(
  pointer: string,
  given: unknown,
  issue: Issue & { code: "invalid_format" },
  description: string | undefined,
): FieldError {
  const own = !issue.message.startsWith("Invalid ");
  const wanted = own ? issue.message : issue.format === "regex" ? description : undefined;
  const isNo = issue.format === "regex" ? "is not allowed here" : `is no ${issue.format}`;
  const hint =
    wanted ?? (issue.format === "regex" && issue.pattern ? `It must match ${issue.pattern}.` : undefined);
  return {
    pointer,
    code: "invalid-value",
    message: `${show(given)} ${isNo}.`,
    ...(hint === undefined ? {} : { hint }),
  };
}

function notOneOf(pointer: string, path: Path, given: unknown, values: readonly unknown[]): FieldError {
  if (given === undefined) {
    const message = `${fieldName(path)} is missing.`;
    return { pointer, code: "required", message, hint: `Give ${oneOf(values)}.` };
  }
  const names = values.filter((value) => typeof value === "string");
  const synonym = typeof given === "string" ? synonymAmong(given, names) : undefined;
  const close = typeof given === "string" ? didYouMean(given, names) : undefined;
  const hint = synonym === undefined ? close : `Did you mean "${synonym}"?`;
  return {
    pointer,
    code: "invalid-value",
    message: `${show(given)} is not ${oneOf(values)}.`,
    ...(hint === undefined ? {} : { hint }),
  };
}

function outOfBounds(
  pointer: string,
  given: unknown,
  issue: Issue & { code: "too_small" | "too_big" },
): FieldError {
  const limit = issue.code === "too_small" ? issue.minimum : issue.maximum;
  const side = issue.code === "too_small" ? "least" : "most";
  const inclusive = issue.inclusive !== false;
  const bound = inclusive ? `at ${side} ${limit}` : `${side === "least" ? "more" : "less"} than ${limit}`;
  const [one, many] = UNITS[issue.origin as string] ?? ["", ""];
  const unit = Number(limit) === 1 ? one : many;
  const is = unit === "" ? `is ${show(given)}` : `has ${sizeOf(given)}`;
  const message = `Must ${unit === "" ? "be" : "have"} ${bound}${unit}, ${is}.`;
  return { pointer, code: "out-of-range", message };
}

const UNITS: Readonly<Record<string, readonly [one: string, many: string]>> = {
  string: [" character", " characters"],
  array: [" entry", " entries"],
  object: [" entry", " entries"],
};

function reason(issue: Issue & { code: "invalid_key" }): string {
  return issue.issues.map((inner) => inner.message).join("; ");
}

function article(type: string): string {
  if (type === "int") return "a whole number";
  if (type === "record") return "an object";
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`;
}

function oneOf(values: readonly unknown[]): string {
  return values.length === 1 ? show(values[0]) : `one of ${values.map(show).join(", ")}`;
}

function fieldName(path: Path): string {
  return path.length === 0 ? "The document" : `"${cut(String(path.at(-1)))}"`;
}

function sizeOf(value: unknown): string {
  if (typeof value === "string" || Array.isArray(value)) return String(value.length);
  return typeof value === "object" && value !== null ? String(Object.keys(value).length) : show(value);
}

/** A value as a message shows it: short, and never a recursion into what was sent. */
function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(cut(value));
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === "object" && value !== null) return "an object";
  return value === undefined ? "nothing" : String(value);
}

function cut(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

function valueAt(input: unknown, path: Path): unknown {
  let value = input;
  for (const key of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}
