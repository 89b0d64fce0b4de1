import { FettleError } from "./errors.ts";
import { closest, didYouMean } from "./suggest-name.ts";

/**
 * The filter language of lists, the same in the API and on the command line: a subset of AIP-160.
 *
 *     state IN (completed, pruned) AND params.lr < 1e-3 AND NOT tags:"draft"
 *     (metrics.val_acc >= 0.9 OR value > 0.95) AND params.optimizer = "adam"
 *
 * Operators: = != < <= > >= IN, and `:` for "has"; AND, OR, NOT and parentheses; OR binds more loosely than AND. Words need
 * quotes when they hold other than letters, digits and `_ . / + -`. A field that an item does not have matches nothing.
 */

export const FILTER_OPERATORS = ["=", "!=", "<", "<=", ">", ">=", ":"] as const;
export type FilterOperator = (typeof FILTER_OPERATORS)[number];

export type FilterValue = string | number | boolean;

export type Filter =
  | { type: "and" | "or"; items: readonly Filter[] }
  | { type: "not"; item: Filter }
  /** `field`: "state", or a family and a name: "params", "model.lr". */
  | { type: "compare"; field: FilterField; operator: FilterOperator; value: FilterValue }
  | { type: "in"; field: FilterField; values: readonly FilterValue[] };

export interface FilterField {
  name: string;
  /** The part behind the first dot, of fields that are families: the parameter's or the metric's name. */
  key: string | null;
}

/** What may be asked for: plain fields, and families such as `params.<name>`. */
export interface FilterFields {
  plain: readonly string[];
  families: readonly string[];
  /** The names that a family has here; absent: any. */
  keys?: Readonly<Record<string, readonly string[]>>;
}

export const TRIAL_FIELDS: FilterFields = {
  plain: ["number", "state", "origin", "attempt", "retries", "seconds", "value", "failureClass"],
  families: ["params", "metrics"],
};
export const STUDY_FIELDS: FilterFields = { plain: ["name", "state", "created", "tags"], families: [] };

const MAX_LENGTH = 2_000;
const MAX_DEPTH = 50;

/** @throws FettleError "invalid-input" that names the position, what was expected there, and the way out. */
export function parseFilter(text: string, fields: FilterFields): Filter {
  if (text.length > MAX_LENGTH)
    throw wrong(text, MAX_LENGTH, `a filter has at most ${MAX_LENGTH} characters`);
  const reader = createReader(text, tokensOf(text));
  const filter = parseOr(reader, fields, 0);
  const rest = reader.peek();
  if (rest.kind !== "end") throw wrong(text, rest.at, `AND, OR or the end was expected, not "${rest.text}"`);
  return filter;
}

interface Token {
  kind: "word" | "string" | "operator" | "open" | "close" | "comma" | "end";
  text: string;
  at: number;
}

const TOKEN =
  /\s*(?:(?<word>[A-Za-z0-9_+.-][A-Za-z0-9_.+/-]*)|(?<string>"(?:[^"\\]|\\.)*")|(?<operator><=|>=|!=|[=<>:])|(?<open>\()|(?<close>\))|(?<comma>,))/y;

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  const end = text.trimEnd().length;
  while (TOKEN.lastIndex < end) {
    const from = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (match === null)
      throw wrong(
        text,
        from + (/^\s*/.exec(text.slice(from))?.[0].length ?? 0),
        "this is no part of a filter",
        text.slice(from).trimStart().startsWith("'")
          ? 'Quotes are double: params.optimizer = "sgd".'
          : undefined,
      );
    const [kind, found] = Object.entries(match.groups ?? {}).find(([, group]) => group !== undefined) as [
      Token["kind"],
      string,
    ];
    tokens.push({ kind, text: found, at: TOKEN.lastIndex - found.length });
  }
  return tokens;
}

interface Reader {
  text: string;
  peek(): Token;
  next(): Token;
}

function createReader(text: string, tokens: readonly Token[]): Reader {
  let position = 0;
  const end: Token = { kind: "end", text: "", at: text.length };
  return {
    text,
    peek: () => tokens[position] ?? end,
    next: () => tokens[position++] ?? end,
  };
}

function isKeyword(token: Token, keyword: string): boolean {
  return token.kind === "word" && token.text.toUpperCase() === keyword;
}

function parseOr(reader: Reader, fields: FilterFields, depth: number): Filter {
  return parseChain(reader, "OR", () => parseChain(reader, "AND", () => parseNot(reader, fields, depth)));
}

function parseChain(reader: Reader, keyword: "AND" | "OR", parseItem: () => Filter): Filter {
  const items = [parseItem()];
  while (isKeyword(reader.peek(), keyword)) {
    reader.next();
    items.push(parseItem());
  }
  const type = keyword === "AND" ? "and" : "or";
  return items.length === 1 ? (items[0] as Filter) : { type, items };
}

function parseNot(reader: Reader, fields: FilterFields, depth: number): Filter {
  const token = reader.peek();
  if (depth > MAX_DEPTH)
    throw wrong(reader.text, token.at, `at most ${MAX_DEPTH} levels of parentheses and NOT`);
  if (isKeyword(token, "NOT")) {
    reader.next();
    return { type: "not", item: parseNot(reader, fields, depth + 1) };
  }
  if (token.kind !== "open") return parseComparison(reader, fields);
  reader.next();
  const filter = parseOr(reader, fields, depth + 1);
  const close = reader.next();
  if (close.kind !== "close") throw wrong(reader.text, close.at, "a closing parenthesis was expected");
  return filter;
}

function parseComparison(reader: Reader, fields: FilterFields): Filter {
  const field = parseField(reader, fields);
  const token = reader.next();
  if (isKeyword(token, "IN")) return { type: "in", field, values: parseList(reader) };
  if (token.kind !== "operator")
    throw wrong(reader.text, token.at, `an operator was expected (${FILTER_OPERATORS.join(" ")} IN)`);
  return { type: "compare", field, operator: token.text as FilterOperator, value: parseValue(reader) };
}

function parseField(reader: Reader, fields: FilterFields): FilterField {
  const token = reader.next();
  if (token.kind !== "word") throw wrong(reader.text, token.at, "a field was expected");
  if (fields.plain.includes(token.text)) return { name: token.text, key: null };
  const dot = token.text.indexOf(".");
  const family = token.text.slice(0, Math.max(0, dot));
  const key = token.text.slice(dot + 1);
  const keys = fields.keys?.[family];
  if (fields.families.includes(family) && (keys === undefined || keys.includes(key)))
    return { name: family, key };
  const hint = keys === undefined ? fieldHint(token.text, fields) : keyHint(family, key, keys);
  throw wrong(reader.text, token.at, `there is no field "${token.text}"`, hint);
}

function fieldHint(word: string, { plain, families }: FilterFields): string {
  const known = [...plain, ...families.map((name) => `${name}.…`)];
  return didYouMean(word, known) ?? `The fields are ${known.join(", ")}.`;
}

/** Only the member is compared: the family alone would make a short one look close. */
function keyHint(family: string, key: string, keys: readonly string[]): string {
  const guess = closest(key, keys);
  if (guess !== undefined) return `Did you mean "${family}.${guess}"?`;
  const named = keys.slice(0, 40).map((name) => `${family}.${name}`);
  return `The fields are ${named.join(", ")}${named.length < keys.length ? " …" : "."}`;
}

function parseList(reader: Reader): FilterValue[] {
  const open = reader.next();
  if (open.kind !== "open") throw wrong(reader.text, open.at, "a list in parentheses was expected after IN");
  const values = [parseValue(reader)];
  for (;;) {
    const token = reader.next();
    if (token.kind === "close") return values;
    if (token.kind !== "comma")
      throw wrong(reader.text, token.at, "a comma or a closing parenthesis was expected");
    values.push(parseValue(reader));
  }
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

function parseValue(reader: Reader): FilterValue {
  const token = reader.next();
  if (token.kind === "string") return token.text.slice(1, -1).replace(/\\(.)/g, "$1");
  if (token.kind !== "word") throw wrong(reader.text, token.at, "a value was expected");
  if (NUMBER.test(token.text)) return Number(token.text);
  if (token.text === "true" || token.text === "false") return token.text === "true";
  return token.text;
}

function wrong(text: string, at: number, problem: string, hint?: string): FettleError {
  const message = `At character ${at + 1}: ${problem}.`;
  const shown = at < text.length ? ` There stands: ${JSON.stringify(text.slice(at, at + 30))}.` : "";
  return new FettleError("invalid-input", `The filter cannot be read. ${message}`, {
    fields: [
      {
        pointer: "?filter",
        code: "invalid-filter",
        message: message + shown,
        hint: hint ?? "For example: state = completed AND params.lr < 1e-3 AND metrics.val_acc > 0.9",
      },
    ],
  });
}
