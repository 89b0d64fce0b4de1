/**
 * A number as training scripts print it, NaN and infinities in every spelling, as regular-expression source. Commas
 * part thousands; no thousands begin with a 0, so that 0,312 is no number rather than 312.
 */
export const NUMBER = String.raw`[+-]?(?:[1-9]\d{0,2}(?:,\d{3}){1,6}(?:\.\d{1,40})?(?!\d)|(?:\d{1,40}(?:\.\d{0,40})?|\.\d{1,40})(?:[eE][+-]?\d{1,4})?|[nN][aA][nN]|[iI][nN][fF](?:[iI][nN][iI][tT][yY])?)`;

const WHOLE = new RegExp(`^(?:${NUMBER})$`);

/** The double that a text stands for; null when it is no number. */
export function parseNumber(text: string): number | null {
  const trimmed = text.trim();
  if (!WHOLE.test(trimmed)) return null;
  const lower = trimmed.toLowerCase().replace(/^\+/, "");
  if (lower.endsWith("nan")) return Number.NaN;
  if (lower.includes("inf"))
    return lower.startsWith("-") ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return Number(lower.replaceAll(",", ""));
}

/** The double of a JSON value: a number, or the name of a number that JSON has not; null for anything else. */
export function jsonNumber(value: unknown): number | null {
  if (typeof value === "number") return value;
  return typeof value === "string" ? parseNumber(value) : null;
}
