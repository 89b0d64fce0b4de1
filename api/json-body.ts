import { FettleError } from "../core/errors.ts";

/** Deeper documents are refused, so that no recursion over one can exhaust the stack. */
const MAX_DEPTH = 64;

/**
 * Strict JSON: UTF-8 without errors, no key twice in an object (readers differ in which one counts), no
 * `__proto__`, no integer that a double cannot hold, no number beyond a double's range, at most 64 levels.
 * @throws FettleError "invalid-input".
 */
export function parseJson(bytes: Uint8Array): unknown {
  const text = decodeUtf8(bytes);
  // Before JSON.parse: the scan needs no valid document, and bounds the depth of what is built.
  scan(text);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw invalid("invalid-json", `The body is no valid JSON: ${(cause as Error).message}.`);
  }
}

/** Lines of JSON, empty ones passed over. @throws FettleError "invalid-input" naming the line. */
export function parseJsonLines(bytes: Uint8Array): unknown[] {
  const lines = decodeUtf8(bytes).split("\n");
  const values: unknown[] = [];
  for (const [index, line] of lines.entries()) {
    if (line.trim() === "") continue;
    try {
      scan(line);
      values.push(JSON.parse(line));
    } catch (cause) {
      throw invalid("invalid-json", `Line ${index + 1}: ${(cause as Error).message}`);
    }
  }
  return values;
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw invalid("invalid-utf8", "The body is not UTF-8.");
  }
}

const STRING = /"[^"\\]*(?:\\.[^"\\]*)*"/gsy;
const NUMBER = /-?\d[0-9.eE+-]*/gy;

interface Level {
  /** Keys of an object; null in an array. */
  keys: Set<string> | null;
  /** The next string is a key. */
  atKey: boolean;
}

/** Walks over the tokens; says nothing about grammar, which JSON.parse judges. */
function scan(text: string): void {
  const levels: Level[] = [];
  for (let at = 0; at < text.length; ) {
    const char = text[at]!;
    if (char === '"') {
      at = scanString(text, at, levels.at(-1));
      continue;
    }
    if (char === "-" || (char >= "0" && char <= "9")) {
      at = scanNumber(text, at);
      continue;
    }
    step(char, levels);
    at += 1;
  }
}

function step(char: string, levels: Level[]): void {
  if (char === "{") levels.push({ keys: new Set(), atKey: true });
  else if (char === "[") levels.push({ keys: null, atKey: false });
  else if (char === "}" || char === "]") levels.pop();
  else if (char === ",") {
    const level = levels.at(-1);
    if (level?.keys) level.atKey = true;
  }
  if (levels.length > MAX_DEPTH) {
    throw invalid("too-deep", `The body has more than ${MAX_DEPTH} levels.`);
  }
}

/** Returns where the string ends. An unterminated one ends the scan. */
function scanString(text: string, at: number, level: Level | undefined): number {
  STRING.lastIndex = at;
  const match = STRING.exec(text);
  if (match === null) return text.length;
  if (level?.keys && level.atKey) {
    level.atKey = false;
    noteKey(match[0], level.keys);
  }
  return STRING.lastIndex;
}

function noteKey(literal: string, keys: Set<string>): void {
  let key: string;
  try {
    key = JSON.parse(literal) as string;
  } catch {
    return; // A bad escape: JSON.parse refuses the document.
  }
  if (key === "__proto__") throw invalid("forbidden-key", `"${key}" cannot be a key.`);
  if (keys.has(key))
    throw invalid("duplicate-key", `The key "${key.slice(0, 80)}" stands twice in one object.`);
  keys.add(key);
}

function scanNumber(text: string, at: number): number {
  NUMBER.lastIndex = at;
  const match = NUMBER.exec(text);
  if (match === null) return at + 1;
  const literal = match[0];
  const value = Number(literal);
  // What is no number at all (a stray dash) is left to JSON.parse.
  if (!Number.isNaN(value)) checkNumber(literal, value);
  return NUMBER.lastIndex;
}

function checkNumber(literal: string, value: number): void {
  if (!Number.isFinite(value)) {
    throw invalid(
      "number-range",
      `${literal.slice(0, 40)} is beyond the range of a double.`,
      'Write infinities as "Infinity" and "-Infinity".',
    );
  }
  if (!Number.isSafeInteger(value) && /^-?\d+$/.test(literal) && !isExact(literal, value)) {
    throw invalid(
      "number-precision",
      `${literal.slice(0, 40)} would become ${value}: integers are exact up to 2^53 only.`,
      "Send it as a string.",
    );
  }
}

/** Whether an integer is the double itself, or the shortest way to write that double (as JSON.stringify does). */
function isExact(literal: string, value: number): boolean {
  return String(value) === literal || BigInt(literal) === BigInt(value);
}

function invalid(code: string, message: string, hint?: string): FettleError {
  const field = { pointer: "", code, message, ...(hint === undefined ? {} : { hint }) };
  return new FettleError("invalid-input", message, {
    fields: [field],
    ...(hint === undefined ? {} : { hint }),
  });
}
