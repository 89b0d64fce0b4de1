import { stringifyWire } from "../core/number.ts";
import { toYaml } from "./to-yaml.ts";

/** What commands print on stdout: one table of columns, in the format that was asked for. */

export const FORMATS = ["table", "wide", "json", "jsonl", "yaml", "csv", "name"] as const;
export type Format = (typeof FORMATS)[number];

export interface Column<Row> {
  title: string;
  /** As a person reads it. */
  text: (row: Row) => string;
  /** Only with `-o wide`. */
  wide?: true;
  /** Numbers end at the same column. */
  right?: true;
}

export interface Shape<Row> {
  columns: readonly Column<Row>[];
  name: (row: Row) => string;
  /** What is said instead of an empty table. */
  empty: string;
}

/** The rows of a list. `document`: what JSON and YAML show, the same shape as the API's. */
export function renderRows<Row extends object>(
  rows: readonly Row[],
  shape: Shape<Row>,
  format: Format,
  document: object = { items: rows },
): string {
  switch (format) {
    case "json":
      return `${indented(document)}\n`;
    case "yaml":
      return yamlText(document);
    case "jsonl":
      return rows.map((row) => `${stringifyWire(row)}\n`).join("");
    case "csv":
      return csvText(rows);
    case "name":
      return rows.map((row) => `${shape.name(row)}\n`).join("");
    default:
      return tableText(rows, shape, format === "wide");
  }
}

/** One thing, as names and values. `shape.columns` without those of `wide`, unless asked for. */
export function renderOne<Row extends object>(row: Row, shape: Shape<Row>, format: Format): string {
  if (format === "jsonl") return `${stringifyWire(row)}\n`;
  if (format !== "table" && format !== "wide") return renderRows([row], shape, format, row);
  const columns = shape.columns.filter((column) => format === "wide" || column.wide !== true);
  const width = Math.max(...columns.map(({ title }) => title.length));
  return columns.map(({ title, text }) => `${title.padEnd(width)}  ${clean(text(row))}\n`).join("");
}

/** Only these fields of each row, in this order; "params.lr" reaches inside. */
export function pickFields(row: object, fields: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(fields.map((field) => [field, valueAt(row, field.split("."))]));
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (at, key) => (typeof at === "object" && at !== null ? (at as Record<string, unknown>)[key] : undefined),
    value,
  );
}

function indented(value: unknown): string {
  return JSON.stringify(JSON.parse(stringifyWire(value)), null, 2);
}

function yamlText(value: unknown): string {
  return toYaml(JSON.parse(stringifyWire(value)), { lineWidth: 0 });
}

function tableText<Row>(rows: readonly Row[], shape: Shape<Row>, wide: boolean): string {
  if (rows.length === 0) return `${shape.empty}\n`;
  const columns = shape.columns.filter((column) => wide || column.wide !== true);
  const cells = rows.map((row) => columns.map(({ text }) => clean(text(row))));
  const lines = [columns.map(({ title }) => title), ...cells];
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => line[index]!.length)));
  return lines
    .map((line) => line.map((cell, index) => pad(cell, widths[index]!, columns[index]!.right)).join("  "))
    .map((line) => `${line.trimEnd()}\n`)
    .join("");
}

function pad(cell: string, width: number, right: true | undefined): string {
  return right ? cell.padStart(width) : cell.padEnd(width);
}

/** Training code names things: what would steer the terminal is not passed on. */
export function clean(text: string): string {
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f]+/g, " ");
}

/** RFC 4180; nested values become columns of their own ("params.lr"), lists stay JSON. */
function csvText(rows: readonly object[]): string {
  const flat = rows.map((row) => new Map(flattened(row, "")));
  const titles = [...new Set(flat.flatMap((row) => [...row.keys()]))];
  const lines = [titles, ...flat.map((row) => titles.map((title) => csvValue(row.get(title))))];
  return lines.map((line) => `${line.map(csvCell).join(",")}\r\n`).join("");
}

function flattened(value: object, prefix: string): [string, unknown][] {
  return Object.entries(value).flatMap(([key, item]): [string, unknown][] =>
    typeof item === "object" && item !== null && !Array.isArray(item)
      ? flattened(item, `${prefix}${key}.`)
      : [[`${prefix}${key}`, item]],
  );
}

function csvValue(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "string" ? value : stringifyWire(value);
}

function csvCell(text: string): string {
  // A spreadsheet would run what looks like a formula (OWASP, CSV injection); numbers are none.
  const harmless = /^[=+\-@\t\r]/.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
