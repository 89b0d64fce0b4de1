import { z } from "zod";

/**
 * Numbers on the wire. JSON has no NaN and no infinities, and a `null` in their place would be read as 0 somewhere:
 * non-finite values travel as the strings "NaN", "Infinity", "-Infinity", everywhere.
 */
export const NON_FINITE = ["NaN", "Infinity", "-Infinity"] as const;

export type WireNumber = number | (typeof NON_FINITE)[number];

export const wireNumberSchema = z
  .union([z.number(), z.enum(NON_FINITE)])
  .describe('A number; "NaN", "Infinity" and "-Infinity" as strings.');

/** The double that a wire number stands for. */
export function fromWire(value: WireNumber): number {
  return typeof value === "number" ? value : Number(value);
}

/** The wire form of a double: itself when finite, else its name. */
export function toWire(value: number): WireNumber {
  if (Number.isFinite(value)) return value;
  if (Number.isNaN(value)) return "NaN";
  return value > 0 ? "Infinity" : "-Infinity";
}

/** `JSON.stringify` that keeps non-finite numbers, as strings. */
export function stringifyWire(value: unknown): string {
  return JSON.stringify(value, (_key, item) => (typeof item === "number" ? toWire(item) : item));
}
