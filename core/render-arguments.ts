import type { ArgumentRules, ArgumentStyle, BooleanStyle } from "./arguments.ts";
import { FettleError } from "./errors.ts";
import type { Json } from "./json.ts";
import type { Params } from "./space.ts";

/** One to several argv elements for each active parameter, in the order of `params`. @throws FettleError "invalid-params" */
export function renderArguments(params: Params, rules: ArgumentRules): string[] {
  return Object.entries(params).flatMap(([name, value]) => {
    const leaves = nests(rules.style) ? leavesOf(name, value) : [[name, value] as const];
    return leaves.flatMap(([key, leaf]) => {
      if (typeof leaf !== "boolean") return oneArgument(key, leaf, rules.style);
      return booleanArgument(key, leaf, rules.style, rules.booleanOverrides[name] ?? rules.booleans);
    });
  });
}

/**
 * A value as text: strings as they are, numbers in the shortest form that reads back as the same double (0.0001, but
 * 1e-7 and 1e+21: every language's parser takes both), booleans true and false, everything else as JSON.
 * @throws FettleError "invalid-params" for NUL, line feed or carriage return in a string
 */
export function textOf(name: string, value: Json): string {
  if (typeof value !== "string") return JSON.stringify(value);
  if (!/[\0\n\r]/.test(value)) return value;
  throw new FettleError(
    "invalid-params",
    `parameter "${name}" holds a NUL or line break, which no argument may hold`,
    {
      hint: "Read it from FETTLE_PARAMS_FILE, or leave such characters out of the search space.",
    },
  );
}

function oneArgument(key: string, value: Json, style: ArgumentStyle): string[] {
  if (style === "hydra" || style === "hydra-append") {
    return [`${style === "hydra" ? "" : "+"}${key}=${hydraText(key, value)}`];
  }
  const text = textOf(key, value);
  // `--x -1` would be read as two options, and argparse takes -1e-05 for one even where it takes -1 for a number.
  return style === "space" && !text.startsWith("-") ? [`--${key}`, text] : [`--${key}=${text}`];
}

function booleanArgument(
  key: string,
  value: boolean,
  style: ArgumentStyle,
  booleans: BooleanStyle,
): string[] {
  if (booleans === "number") return oneArgument(key, value ? 1 : 0, style);
  if (booleans === "value" || style === "hydra" || style === "hydra-append")
    return oneArgument(key, value, style);
  if (value) return [`--${key}`];
  return booleans === "no-flag" ? [`--no-${key}`] : [];
}

function nests(style: ArgumentStyle): boolean {
  return style === "hydra" || style === "hydra-append" || style === "dotted";
}

/** The leaves of an object by dotted key; any other value is its own leaf. */
function leavesOf(key: string, value: Json): (readonly [string, Json])[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [[key, value]];
  const entries = Object.entries(value as { readonly [key: string]: Json });
  return entries.length === 0
    ? [[key, value]]
    : entries.flatMap(([name, inner]) => leavesOf(`${key}.${name}`, inner));
}

/** Hydra reads values by a grammar of its own: strings that could mean something else in it are quoted. */
function hydraText(key: string, value: Json): string {
  const text = textOf(key, value);
  if (typeof value !== "string") return text;
  const plain = /^[A-Za-z_./][A-Za-z0-9_./+@-]*$/.test(text) && !/^(true|false|null|nan|inf)$/i.test(text);
  if (plain) return text;
  // Backslashes count only before a quote and at the end, where they are doubled.
  return `'${text.replace(/(\\*)('|$)/g, (_all, slashes: string, end: string) => slashes + slashes + (end && "\\'"))}'`;
}
