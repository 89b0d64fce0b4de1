import { Document, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, stringify } from "yaml";

/**
 * The specification as text. The text is what counts: the form reads it, and writes a single value back into it, so that
 * what the form does not know stays as it was written, comments included.
 */
export interface SpecText {
  text: string;
  /** What the text holds; null where it cannot be read. */
  spec: Record<string, unknown> | null;
  /** Why it cannot be read. `line` from 1. */
  problems: readonly { line: number; message: string }[];
  /** From 1: where the value of a JSON pointer stands, or the nearest thing around it. */
  lineOf(pointer: string): number;
}

export type Path = readonly (string | number)[];

/** A billion laughs of aliases ends here. */
const MOST_ALIASES = 100;
const LINE_WIDTH = 110;

export function readSpec(text: string): SpecText {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const problems = document.errors.map(({ pos, message }) => ({ line: lines.linePos(pos[0]).line, message }));
  const broken = (message: string): SpecText => ({
    text,
    spec: null,
    problems: [{ line: 1, message }],
    lineOf: () => 1,
  });
  if (problems.length > 0) return { text, spec: null, problems, lineOf: () => 1 };
  try {
    const spec: unknown = document.toJS({ maxAliasCount: MOST_ALIASES }) ?? {};
    if (typeof spec !== "object" || spec === null || Array.isArray(spec))
      return broken("Names and values are expected, as in `name: my-study`.");
    const lineOf = (pointer: string) => lineAt(document, lines, keysOf(pointer));
    return { text, spec: spec as Record<string, unknown>, problems: [], lineOf };
  } catch (error) {
    return broken(String(error instanceof Error ? error.message : error));
  }
}

function lineAt(document: Document, lines: LineCounter, keys: readonly string[]): number {
  for (let depth = keys.length; depth > 0; depth--) {
    const node = document.getIn(keys.slice(0, depth).map(indexed), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}

function indexed(key: string): string | number {
  return /^\d+$/.test(key) ? Number(key) : key;
}

/** The keys of a JSON pointer (RFC 6901). */
export function keysOf(pointer: string): string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
}

export function pointerOf(path: Path): string {
  return path.map((key) => `/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

/** The text with one value put in, or, where it is undefined, taken out together with the mappings that it leaves empty. */
export function writeValue(text: string, path: Path, value: unknown): string {
  const document = parseDocument(text);
  const spliced = value === undefined ? null : spliceValue(document, text, path, value);
  if (spliced !== null) return spliced;
  if (document.contents === null) document.contents = document.createNode({}) as never;
  if (value === undefined) removeValue(document, path);
  else document.setIn(path, document.createNode(value, { flow: isFlow(path, value) }));
  return document.toString({ lineWidth: LINE_WIDTH, flowCollectionPadding: true });
}

/**
 * Only the characters of a value exchanged, so that everything around it stays as it was laid out. Null where that does not
 * do: there is no such value yet, it is written over several lines, or the outcome does not read as what was meant.
 */
function spliceValue(document: Document, text: string, path: Path, value: unknown): string | null {
  const old = document.getIn(path, true);
  if (!(isScalar(old) || (isSeq(old) && old.flow === true)) || old.range == null) return null;
  const [start, end] = old.range;
  if (old.anchor !== undefined || text.slice(start, end).includes("\n") || !isFlow([0], value)) return null;
  const written = text.slice(0, start) + flowText(value) + text.slice(end);
  const reread = parseDocument(written);
  const wanted = parseDocument(text);
  wanted.setIn(path, value);
  const same = reread.errors.length === 0 && JSON.stringify(reread.toJS()) === JSON.stringify(wanted.toJS());
  return same ? written : null;
}

function removeValue(document: Document, path: Path): void {
  document.deleteIn(path);
  const parent = path.slice(0, -1);
  // An item of a list stays, however empty: removing it is somebody's own decision.
  if (parent.length === 0 || typeof parent.at(-1) === "number") return;
  const left = document.getIn(parent);
  const isEmpty =
    typeof left === "object" && left !== null && "items" in left && (left.items as []).length === 0;
  if (isEmpty) removeValue(document, parent);
}

/** Parameters, objectives and lists of values on a line each; else YAML's block style. */
function isFlow(path: Path, value: unknown): boolean {
  return typeof path.at(-1) === "number" || (Array.isArray(value) && value.every(isPlain));
}

function isPlain(value: unknown): boolean {
  return typeof value !== "object" || value === null;
}

/** The order in which people write a specification; a database does not keep it. */
const ORDER = (
  "name type description command workingDirectory environment arguments parameters constraints objectives " +
  "outcomeConstraints algorithm fidelity earlyStopping budget parallelism resources metric goal low high scale"
).split(" ");

/** A specification that came as data, that of another study: what is empty, and so the default, is left out. */
export function textOfSpec(spec: Readonly<Record<string, unknown>>): string {
  const stated = Object.entries(spec).map(([key, value]) => [
    key,
    key === "parameters" ? value : pruned(value),
  ]);
  const document = new Document(ordered(Object.fromEntries(stated.filter(([, value]) => !isEmpty(value)))));
  for (const key of ["parameters", "objectives"]) {
    const list = document.get(key);
    if (isSeq(list)) for (const item of list.items) if (isMap(item)) item.flow = true;
  }
  return document.toString({ lineWidth: LINE_WIDTH, flowCollectionPadding: true });
}

function pruned(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, pruned(item)] as const);
  return Object.fromEntries(entries.filter(([, item]) => !isEmpty(item)));
}

function isEmpty(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== "object" || value === null) return value;
  const place = (key: string) => (ORDER.includes(key) ? ORDER.indexOf(key) : ORDER.length);
  const entries = Object.entries(value).sort(([a], [b]) => place(a) - place(b));
  return Object.fromEntries(entries.map(([key, item]) => [key, ordered(item)]));
}

/** Values between commas, as YAML reads them: `relu, tanh` or `16, 32` or `true, null`. */
export function listText(values: readonly unknown[]): string {
  return flowText(values).slice(1, -1).trim();
}

/** On one line. */
function flowText(value: unknown): string {
  return stringify([value], { collectionStyle: "flow", lineWidth: 0, flowCollectionPadding: false })
    .trim()
    .slice(1, -1);
}

/** Null: it cannot be read as such. */
export function listOf(text: string): unknown[] | null {
  const document = parseDocument(`[${text}]`);
  if (document.errors.length > 0) return null;
  const values: unknown = document.toJS();
  return Array.isArray(values) ? values : null;
}

/** One value as YAML reads it: a number, a word, true, or any JSON. Null: it cannot be read. */
export function readValue(text: string): { value: unknown } | null {
  const values = listOf(text);
  return values?.length === 1 ? { value: values[0] } : null;
}

export function valueText(value: unknown): string {
  return value === undefined ? "" : listText([value]);
}
