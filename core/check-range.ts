import { levelCount } from "./codec.ts";
import { decimalPlaces, roundToPlaces } from "./decimal.ts";
import type { FieldError } from "./errors.ts";
import type { FloatParameter, IntParameter } from "./space.ts";

/** The rules of numeric ranges: order, scale, step and prior. */

/** Positions of this many levels in [0, 1] are still told apart exactly by doubles, with room for rounding. */
const MAX_LEVELS = 2 ** 50;
/** On a log scale cells shrink towards `high`; up to here the smallest is wide enough for ln and exp. */
const MAX_LOG = 2 ** 40;
/** A float step below this part of the larger bound would give neighbours that print alike. */
const MIN_RELATIVE_STEP = 1e-12;
/** How far the number of steps may be from a whole number: room for (0.9 - 0.1) / 0.1 = 8.000000000000002. */
const STEP_TOLERANCE = 1e-6;

type Range = FloatParameter | IntParameter;

export function checkFloat(parameter: FloatParameter, pointer: string): FieldError[] {
  const order = checkOrder(parameter, pointer);
  if (order.length > 0) return order;
  const errors = [...checkScale(parameter, pointer), ...checkPrior(parameter, pointer)];
  if (errors.length > 0 || parameter.step === undefined) return errors;
  if (parameter.scale !== "linear") return [stepOnLogScale(parameter, pointer)];
  return checkFloatStep(parameter, parameter.step, `${pointer}/step`, pointer);
}

export function checkInt(parameter: IntParameter, pointer: string): FieldError[] {
  const order = checkOrder(parameter, pointer);
  if (order.length > 0) return order;
  const errors = [...checkScale(parameter, pointer), ...checkPrior(parameter, pointer)];
  const step = parameter.step ?? 1;
  const over = (parameter.high - parameter.low) % step;
  if (over !== 0) errors.push(notWholeSteps(parameter, step, parameter.high - over, pointer));
  return errors.length > 0 ? errors : checkIntSize(parameter, pointer);
}

function checkOrder({ name, low, high }: Range, pointer: string): FieldError[] {
  if (low === high) {
    const hint = `Use { name: ${name}, type: fixed, value: ${low} }.`;
    return [
      {
        pointer: `${pointer}/high`,
        code: "empty-range",
        message: `"${name}" has one value: low = high = ${low}.`,
        hint,
      },
    ];
  }
  if (low > high) {
    const message = `"${name}": low (${low}) must be below high (${high}).`;
    return [{ pointer: `${pointer}/low`, code: "range-order", message, hint: "Swap the two." }];
  }
  if (Number.isFinite(high - low)) return [];
  const message = `"${name}": the range from ${low} to ${high} is wider than the largest number.`;
  return [{ pointer: `${pointer}/high`, code: "range-size", message, hint: "Narrow it, or use scale: log." }];
}

function checkScale({ name, low, scale }: Range, pointer: string): FieldError[] {
  if (scale === "linear" || low > 0) return [];
  return [
    {
      pointer: `${pointer}/low`,
      code: "log-scale-low",
      message: `"${name}": low (${low}) must be above 0 when scale is ${scale}.`,
      hint: "Give a small positive low such as 1e-6, or use scale: linear.",
    },
  ];
}

function checkPrior({ name, low, high, prior }: Range, pointer: string): FieldError[] {
  if (!prior || (prior.mean >= low && prior.mean <= high)) return [];
  const message = `"${name}": the prior's mean (${prior.mean}) must lie from ${low} to ${high}.`;
  return [
    {
      pointer: `${pointer}/prior/mean`,
      code: "prior-mean",
      message,
      hint: "Move the mean, or widen the range.",
    },
  ];
}

function stepOnLogScale({ name, scale }: FloatParameter, pointer: string): FieldError {
  return {
    pointer: `${pointer}/step`,
    code: "step-on-log-scale",
    message: `"${name}": a float with scale ${scale} has no step.`,
    hint: "Leave the step out, or list the values: type: ordinal, values: [0.001, 0.01, 0.1].",
  };
}

function checkFloatStep(parameter: FloatParameter, step: number, at: string, pointer: string): FieldError[] {
  const { name, low, high } = parameter;
  if (step < MIN_RELATIVE_STEP * Math.max(Math.abs(low), Math.abs(high))) {
    const message = `"${name}": step ${step} is too small to tell values from ${low} to ${high} apart.`;
    return [{ pointer: at, code: "step-size", message, hint: "Leave the step out." }];
  }
  const steps = (high - low) / step;
  if (steps > MAX_LEVELS) return [tooManyLevels(parameter, pointer)];
  if (steps >= 1 && Math.abs(steps - Math.round(steps)) <= STEP_TOLERANCE) return [];
  const places = Math.max(decimalPlaces(low), decimalPlaces(step));
  return [notWholeSteps(parameter, step, roundToPlaces(low + Math.floor(steps) * step, places), pointer)];
}

function notWholeSteps(
  { name, low, high }: Range,
  step: number,
  nearest: number,
  pointer: string,
): FieldError {
  return {
    pointer: `${pointer}/high`,
    code: "not-whole-steps",
    message: `"${name}": from low (${low}) in steps of ${step}, high (${high}) is never met.`,
    hint: nearest > low ? `Use high: ${nearest}, or another step.` : `Use a step of at most ${high - low}.`,
  };
}

function checkIntSize(parameter: IntParameter, pointer: string): FieldError[] {
  const { name, high, scale, step = 1 } = parameter;
  if (levelCount(parameter) > MAX_LEVELS) return [tooManyLevels(parameter, pointer)];
  if (scale === "linear" || high / step <= MAX_LOG) return [];
  const message = `"${name}": with scale ${scale}, high (${high}) may be at most ${MAX_LOG} steps.`;
  return [
    { pointer: `${pointer}/high`, code: "range-size", message, hint: "Use a float, or a larger step." },
  ];
}

function tooManyLevels({ name, low, high }: Range, pointer: string): FieldError {
  return {
    pointer: `${pointer}/high`,
    code: "range-size",
    message: `"${name}": from ${low} to ${high} there are more than 2^50 values.`,
    hint: "Narrow the range, or use a larger step.",
  };
}
