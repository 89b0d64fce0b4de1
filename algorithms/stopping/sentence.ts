import type { Curve, StopContext, Verdict } from "../../core/stopper.ts";

/** How verdicts are put into words: "at epoch 10: 0.61, cut 0.68, 11th of 12". */

export const goOn: Verdict = { type: "continue" };

/**
 * The verdict that stops a trial at its last step. `findings` follow "at epoch 10: ", parted by commas; `inputs` are the
 * numbers that decided, in the user's unit; the step is added to both.
 */
export function stopAt(
  rule: string,
  subject: Curve,
  { unit }: StopContext,
  findings: readonly string[],
  inputs: Readonly<Record<string, number>>,
): Verdict {
  const step = subject.steps.at(-1) ?? 0;
  const text = `at ${unit} ${short(step)}: ${findings.join(", ")}`;
  return { type: "stop", step, why: { rule, inputs: { step, ...inputs }, text } };
}

/** A loss as the user's value; never negative zero, which JSON does not keep. */
export function userValue({ toValue }: StopContext, loss: number): number {
  return toValue(loss) + 0;
}

/** A number in at most four significant digits, whole numbers in full. */
export function short(value: number): string {
  return String(Number.isInteger(value) ? value : Number(value.toPrecision(4)));
}

/** "1st", "2nd", "3rd", "11th". */
export function ordinal(rank: number): string {
  const tens = rank % 100;
  const suffix = tens >= 11 && tens <= 13 ? undefined : ["st", "nd", "rd"][(rank % 10) - 1];
  return `${rank}${suffix ?? "th"}`;
}

/** "1 trial", "2 trials". */
export function counted(count: number, noun: string): string {
  return `${short(count)} ${noun}${count === 1 ? "" : "s"}`;
}
