import type { OutcomeConstraint } from "./objective.ts";

/**
 * For each outcome constraint that a trial does not satisfy a clause that names it and its bound. `violations`: one entry
 * a constraint, as a trial carries them.
 */
export function brokenBounds(
  constraints: readonly OutcomeConstraint[],
  violations: readonly (number | null)[],
): string[] {
  return constraints.flatMap((constraint, index) => {
    const amount = violations[index] ?? null;
    const { metric } = constraint;
    if (amount === null) return [`${metric} has no finite value (its bound: ${boundText(constraint)})`];
    // The amount is a difference: all its digits would show the rounding of 20.1 - 20.
    return amount <= 0
      ? []
      : [`${metric} breaks its bound (${boundText(constraint)}) by ${Number(amount.toPrecision(6))}`];
  });
}

function boundText({ min, max }: OutcomeConstraint): string {
  const least = min === undefined ? [] : [`at least ${min}`];
  const most = max === undefined ? [] : [`at most ${max}`];
  return [...least, ...most].join(", ");
}
