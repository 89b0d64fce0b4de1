import { stringifyWire } from "../core/number.ts";

/** One line of CSV (RFC 4180), ended by CRLF. Numbers keep every digit; objects travel as JSON; null is empty. */
export function csvLine(values: readonly unknown[]): string {
  return `${values.map(cell).join(",")}\r\n`;
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return String(value);
  const text = typeof value === "string" ? value : stringifyWire(value);
  return quoted(harmless(text));
}

/** A spreadsheet runs what looks like a formula: such text gets an apostrophe (OWASP, CSV injection). */
function harmless(text: string): string {
  return /^[=+\-@\t\r\n|%]/.test(text) && text !== "-Infinity" ? `'${text}` : text;
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
