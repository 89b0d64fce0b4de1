import { FettleError } from "../core/errors.ts";

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds of "90s", "20m", "2h" or "1d". @throws FettleError "invalid-input" */
export function parseDuration(text: string): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(s|m|h|d)$/.exec(text) ?? [];
  if (amount !== undefined && unit !== undefined) return Number(amount) * (UNITS[unit] as number);
  throw new FettleError("invalid-input", `"${text}" is no duration.`, { hint: "Write 90s, 20m, 2h or 1d." });
}
