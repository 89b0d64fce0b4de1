import { type Condition, containsJson } from "./activity.ts";
import type { Codec } from "./codec.ts";
import type { Constraint } from "./constraint.ts";
import type { FieldError } from "./errors.ts";
import { canonicalJson, type Json } from "./json.ts";
import type { Params } from "./space.ts";
import { didYouMean } from "./suggest-name.ts";

/** A parameter with a coordinate. */
export interface SearchedSlot {
  kind: "searched";
  name: string;
  codec: Codec;
  condition: Condition | null;
  /** The declared default. */
  fallback: Json | undefined;
}

interface FixedSlot {
  kind: "fixed";
  name: string;
  value: Json;
  condition: Condition | null;
}

/** One a parameter, in the space's order. */
export type Slot = SearchedSlot | FixedSlot;

/** Everything wrong with parameter values from outside: names, activity, domains, then constraints. Pointers are "/name". */
export function checkParams(
  slots: readonly Slot[],
  constraints: readonly Constraint[],
  params: Params,
): FieldError[] {
  const names = slots.map((slot) => slot.name);
  const errors = Object.keys(params)
    .filter((name) => !names.includes(name))
    .map((name) => unknownName(name, names));
  for (const slot of slots) errors.push(...checkValue(slot, slots, params));
  if (errors.length > 0) return errors;
  return constraints.flatMap((constraint) => {
    const message = constraint.objection(params);
    return message === null
      ? []
      : [{ pointer: "", code: "constraint", message: `The constraint ${message}` }];
  });
}

/** Adds fixed values and defaults of active parameters that were left out; in the space's order, strangers last. */
export function completeParams(slots: readonly Slot[], params: Params): Params {
  const given: Record<string, Json> = { ...params };
  const settle = (slot: Slot): void => {
    if (slot.condition) settle(slots[slot.condition.parent]!);
    const value = slot.kind === "fixed" ? slot.value : slot.fallback;
    if (value === undefined || Object.hasOwn(given, slot.name)) return;
    if (!slot.condition || !inactiveBecause(slot.condition, slots, given)) given[slot.name] = value;
  };
  for (const slot of slots) settle(slot);
  const known = slots
    .filter(({ name }) => Object.hasOwn(given, name))
    .map(({ name }) => [name, given[name]!]);
  return { ...Object.fromEntries(known), ...given };
}

function checkValue(slot: Slot, slots: readonly Slot[], params: Params): FieldError[] {
  const pointer = `/${slot.name}`;
  const value = Object.hasOwn(params, slot.name) ? params[slot.name] : undefined;
  const inactive = slot.condition && inactiveBecause(slot.condition, slots, params);
  if (inactive) {
    if (value === undefined) return [];
    const message = `"${slot.name}" is given (${canonicalJson(value)}), but it is inactive: ${inactive}.`;
    return [{ pointer, code: "inactive", message, hint: `Leave "${slot.name}" out.` }];
  }
  if (value === undefined && slot.kind === "fixed") return [];
  const domain = slot.kind === "fixed" ? `the fixed value ${canonicalJson(slot.value)}` : slot.codec.domain;
  if (value === undefined) {
    return [{ pointer, code: "missing", message: `"${slot.name}" is missing.`, hint: `Give ${domain}.` }];
  }
  const known =
    slot.kind === "fixed" ? containsJson([slot.value], value) : slot.codec.encode(value) !== undefined;
  if (known) return [];
  const message = `"${slot.name}" is ${canonicalJson(value)}, not ${domain}.`;
  return [{ pointer, code: "out-of-domain", message, hint: hintForValue(value, domain) }];
}

function hintForValue(value: Json, domain: string): string {
  const quoted = typeof value === "string" && value.trim() !== "" && Number.isFinite(Number(value));
  return quoted ? `Give ${domain}; a number goes without quotes.` : `Give ${domain}.`;
}

function inactiveBecause(condition: Condition, slots: readonly Slot[], params: Params): string | null {
  const { name } = slots[condition.parent]!;
  const value = Object.hasOwn(params, name) ? params[name] : undefined;
  if (value === undefined) return `"${name}" is not active`;
  return containsJson(condition.values, value) ? null : `"${name}" is ${canonicalJson(value)}`;
}

function unknownName(name: string, names: readonly string[]): FieldError {
  return {
    pointer: `/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`,
    code: "unknown-parameter",
    message: `"${name}" is no parameter of the study.`,
    hint: didYouMean(name, names) ?? `The parameters are: ${names.slice(0, 20).join(", ")}.`,
  };
}
