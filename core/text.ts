import { z } from "zod";

/** Half of a surrogate pair without the other: no character, so no encoding and no database takes it. */
const LONE_SURROGATE = /\p{Cs}/u;
const UNPRINTABLE = /(?![\t\n])[\p{Cc}\p{Cs}]/gu;
const REPLACEMENT = "\ufffd";
const RULE =
  "Text must not hold U+0000 or half of a surrogate pair: they cannot be stored. Remove or replace them.";

/**
 * The schema, refusing what PostgreSQL stores neither in a column nor in a JSON document, anywhere in the value. The
 * database would refuse it, too, where nobody can name the field any more.
 */
export function storable<Schema extends z.ZodType>(schema: Schema): Schema {
  return schema.superRefine((value, context) => {
    for (const path of unstorable(value)) context.addIssue({ code: "custom", path, message: RULE });
  });
}

/** Text of a request. */
export function textSchema(): z.ZodString {
  return storable(z.string());
}

/** The text with U+FFFD for each control character but tabs and line feeds, and for each lone surrogate. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, REPLACEMENT);
}

/** Deeper values are refused by every schema. */
const MAX_DEPTH = 64;

/** Paths of the texts, keys included, that cannot be stored. */
function unstorable(value: unknown, path: PropertyKey[] = []): PropertyKey[][] {
  if (typeof value === "string") return isStorable(value) ? [] : [path];
  if (typeof value !== "object" || value === null || path.length > MAX_DEPTH) return [];
  return Object.entries(value).flatMap(([key, item]) =>
    isStorable(key) ? unstorable(item, [...path, key]) : [[...path, key]],
  );
}

function isStorable(text: string): boolean {
  return !text.includes("\0") && !LONE_SURROGATE.test(text);
}
