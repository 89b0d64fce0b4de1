import type postgres from "postgres";

/** PostgreSQL's type ids of the arrays in use, and how their elements are read. */
const ARRAYS: Readonly<Record<string, { id: number; read: (text: string) => unknown }>> = {
  bool: { id: 1000, read: (text) => text === "t" },
  int2: { id: 1005, read: Number },
  int4: { id: 1007, read: Number },
  text: { id: 1009, read: String },
  varchar: { id: 1015, read: String },
  int8: { id: 1016, read: safeInteger },
  float4: { id: 1021, read: Number },
  float8: { id: 1022, read: Number },
  timestamptz: { id: 1185, read: (text) => new Date(text) },
  numeric: { id: 1231, read: Number },
  uuid: { id: 2951, read: String },
  jsonb: { id: 3807, read: (text) => JSON.parse(text) },
};

/**
 * The array types for the driver. It could ask each server for them, but a connection lost while it asks then rejects
 * a promise that nobody holds, which ends the process.
 */
export function arrayTypes(): Record<string, postgres.PostgresType> {
  const entries = Object.entries(ARRAYS).map(([name, { id, read }]) => [
    `${name}Array`,
    {
      to: id,
      from: [id],
      serialize: name === "jsonb" ? (list: unknown[]) => writeArray(list, JSON.stringify) : writeArray,
      parse: (text: string) => readArray(text, read),
    },
  ]);
  return Object.fromEntries(entries);
}

/** The array literal of a list, nested lists included. Elements as text by `write`. */
export function writeArray(list: readonly unknown[], write?: (element: unknown) => string): string {
  return `{${list.map((element) => writeElement(element, write)).join(",")}}`;
}

function writeElement(element: unknown, write: ((element: unknown) => string) | undefined): string {
  if (element === null || element === undefined) return "NULL";
  if (write === undefined && Array.isArray(element)) return writeArray(element);
  const text = (write ?? textOf)(element);
  return `"${text.replaceAll(/["\\]/g, "\\$&")}"`;
}

function textOf(element: unknown): string {
  if (element instanceof Date) return element.toISOString();
  // String(-0) is "0".
  return Object.is(element, -0) ? "-0" : String(element);
}

/** The list of an array literal as PostgreSQL writes it: `{1,NULL,"a \"b\"",{…}}`. */
export function readArray(text: string, read: (element: string) => unknown): unknown[] {
  let at = 0;

  function readList(): unknown[] {
    const list: unknown[] = [];
    at += 1;
    while (text[at] !== "}") {
      if (text[at] === ",") at += 1;
      list.push(text[at] === "{" ? readList() : readElement());
    }
    at += 1;
    return list;
  }

  function readElement(): unknown {
    if (text[at] === '"') return read(readQuoted());
    const start = at;
    while (text[at] !== "," && text[at] !== "}") at += 1;
    const bare = text.slice(start, at);
    return bare === "NULL" ? null : read(bare);
  }

  function readQuoted(): string {
    let element = "";
    for (at += 1; text[at] !== '"'; at += 1) {
      if (text[at] === "\\") at += 1;
      element += text[at];
    }
    at += 1;
    return element;
  }

  return readList();
}

/** A bigint as a number. @throws RangeError past 2^53, where a double would be another integer. */
export function safeInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`bigint ${text} does not fit a JavaScript number.`);
  return value;
}
