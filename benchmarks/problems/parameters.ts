import type { Json } from "../../core/json.ts";
import type { Parameter, Params } from "../../core/space.ts";

/** Short forms of a search space's parameters, for problems that declare many. */

export function float(
  name: string,
  low: number,
  high: number,
  scale: "linear" | "log" = "linear",
): Parameter {
  return { name, type: "float", low, high, scale };
}

export function int(name: string, low: number, high: number, scale: "linear" | "log" = "linear"): Parameter {
  return { name, type: "int", low, high, scale };
}

export function categorical(name: string, choices: readonly Json[]): Parameter {
  return { name, type: "categorical", choices: [...choices] };
}

export function ordinal(name: string, values: readonly number[]): Parameter {
  return { name, type: "ordinal", values: [...values] };
}

/** The same parameters, active only where `parent` has one of these values. */
export function under(
  parent: string,
  values: readonly Json[],
  parameters: readonly Parameter[],
): Parameter[] {
  return parameters.map((parameter) => ({ ...parameter, when: { parameter: parent, in: [...values] } }));
}

/** d floats x1 … xd with the same bounds. */
export function cube(d: number, low: number, high: number): Parameter[] {
  return Array.from({ length: d }, (_, index) => float(`x${index + 1}`, low, high));
}

/** x1 … xd of a point of `cube`. */
export function vector(params: Params, d: number): number[] {
  return Array.from({ length: d }, (_, index) => numberOf(params, `x${index + 1}`));
}

/** @throws TypeError when the value is no number: a tuner left an active parameter out. */
export function numberOf(params: Params, name: string): number {
  const value = params[name];
  if (typeof value !== "number") throw new TypeError(`Parameter "${name}" is ${JSON.stringify(value)}.`);
  return value;
}
