import { checkFloat, checkInt } from "./check-range.ts";
import { type Codec, createCodec } from "./codec.ts";
import { compileConstraint } from "./constraint.ts";
import type { FieldError } from "./errors.ts";
import { infeasibleSpace } from "./feasibility.ts";
import { canonicalJson, type Json } from "./json.ts";
import type { Parameter, SearchSpace } from "./space.ts";
import { didYouMean } from "./suggest-name.ts";

/**
 * Every rule of a search space that its schema cannot say. Returns every broken rule with a JSON pointer into the
 * study ("/parameters/2/low"); none: the space can be encoded and has a point that satisfies all constraints.
 */
export function checkSpace(space: SearchSpace): FieldError[] {
  const { parameters } = space;
  const names = parameters.map((parameter) => parameter.name);
  const domains = parameters.map((parameter, index) => checkDomain(parameter, `/parameters/${index}`));
  const errors = [
    ...parameters.flatMap((_, index) => checkName(names, index)),
    ...domains.flat(),
    ...parameters.flatMap((parameter, index) => checkWeights(parameter, `/parameters/${index}/weights`)),
    ...parameters.flatMap((parameter, index) =>
      domains[index]!.length === 0 ? checkDefault(parameter, `/parameters/${index}/default`) : [],
    ),
  ];
  const sound = (index: number) => domains[index]!.length === 0;
  errors.push(...parameters.flatMap((_, index) => checkWhen(parameters, index, sound)));
  errors.push(...checkConstraints(space));
  return errors.length > 0 ? errors : infeasibleSpace(space);
}

function checkName(names: readonly string[], index: number): FieldError[] {
  const first = names.indexOf(names[index]!);
  if (first === index) return [];
  return [
    {
      pointer: `/parameters/${index}/name`,
      code: "duplicate-name",
      message: `Parameter "${names[index]}" is already declared as /parameters/${first}.`,
      hint: "Give each parameter its own name.",
    },
  ];
}

function checkDomain(parameter: Parameter, pointer: string): FieldError[] {
  switch (parameter.type) {
    case "float":
      return checkFloat(parameter, pointer);
    case "int":
      return checkInt(parameter, pointer);
    case "ordinal":
      return checkOrdinal(parameter.name, parameter.values, pointer);
    case "categorical":
      return checkDistinct(parameter.name, parameter.choices, `${pointer}/choices`);
    case "fixed":
      return [];
  }
}

function checkOrdinal(name: string, values: readonly (number | string)[], pointer: string): FieldError[] {
  const repeated = checkDistinct(name, values, `${pointer}/values`);
  if (repeated.length > 0) return repeated;
  const numbers = values.filter((value) => typeof value === "number");
  const at = numbers.findIndex((value, index) => index > 0 && value <= numbers[index - 1]!);
  if (at < 0) return [];
  const sorted = numbers.toSorted((a, b) => a - b).join(", ");
  return [
    {
      pointer: `${pointer}/values/${at}`,
      code: "not-ascending",
      message: `Values of ordinal "${name}" must ascend; ${numbers[at]} follows ${numbers[at - 1]}.`,
      hint:
        numbers.length <= 50
          ? `Write [${sorted}], or use type categorical.`
          : "Sort them, or use type categorical.",
    },
  ];
}

function checkDistinct(name: string, values: readonly Json[], pointer: string): FieldError[] {
  const seen = new Map<string, number>();
  return values.flatMap((value, index) => {
    const key = canonicalJson(value);
    const first = seen.get(key);
    if (first === undefined) {
      seen.set(key, index);
      return [];
    }
    const message = `"${name}" lists ${key} twice (entries ${first} and ${index}).`;
    return [
      { pointer: `${pointer}/${index}`, code: "duplicate-value", message, hint: "Remove one of them." },
    ];
  });
}

/** Apart from the domain, which is sound without them. */
function checkWeights(parameter: Parameter, pointer: string): FieldError[] {
  if (parameter.type !== "categorical") return [];
  const { name, choices, weights } = parameter;
  if (weights === undefined || weights.length === choices.length) return [];
  return [
    {
      pointer,
      code: "weights-length",
      message: `"${name}" has ${choices.length} choices but ${weights.length} weights.`,
      hint: "Give one weight a choice, in the same order.",
    },
  ];
}

function checkDefault(parameter: Parameter, pointer: string): FieldError[] {
  if (parameter.type === "fixed" || parameter.default === undefined) return [];
  const codec = createCodec(parameter);
  if (codec.encode(parameter.default) !== undefined) return [];
  const message = `The default of "${parameter.name}" is ${canonicalJson(parameter.default)}, not ${codec.domain}.`;
  return [{ pointer, code: "default-out-of-domain", message, hint: `Give ${codec.domain}.` }];
}

function checkWhen(
  parameters: readonly Parameter[],
  index: number,
  sound: (index: number) => boolean,
): FieldError[] {
  const { name, when } = parameters[index]!;
  if (!when) return [];
  const pointer = `/parameters/${index}/when`;
  const parent = parameters.findIndex((other) => other.name === when.parameter);
  if (parent < 0) return [unknownParent(name, when.parameter, parameters, pointer)];
  const cycle = cycleFrom(parameters, index);
  if (cycle) return [cycleError(cycle, pointer)];
  if (!sound(parent)) return [];
  if (parameters[parent]!.type === "float") return [continuousParent(name, when.parameter, pointer)];
  return checkWhenValues(parameters[parent]!, when.in, `${pointer}/in`);
}

function unknownParent(
  name: string,
  parent: string,
  parameters: readonly Parameter[],
  pointer: string,
): FieldError {
  const names = parameters.map((parameter) => parameter.name).filter((other) => other !== name);
  return {
    pointer: `${pointer}/parameter`,
    code: "unknown-parameter",
    message: `"${name}" depends on "${parent}", which is no parameter of the study.`,
    hint: didYouMean(parent, names) ?? "Name another parameter of this study.",
  };
}

/** The names along a chain of `when` that comes back to where it started; null when it ends. */
function cycleFrom(parameters: readonly Parameter[], index: number): string[] | null {
  const start = parameters[index]!.name;
  const chain = [start];
  for (let current = parameters[index]; current?.when; ) {
    const next = current.when.parameter;
    chain.push(next);
    if (next === start) return chain;
    // A cycle further up belongs to its own members, but must not keep this walk going.
    if (chain.indexOf(next) < chain.length - 1) return chain;
    current = parameters.find((other) => other.name === next);
  }
  return null;
}

function cycleError(cycle: readonly string[], pointer: string): FieldError {
  return {
    pointer: `${pointer}/parameter`,
    code: "when-cycle",
    message: `Parameters depend on each other in a circle: ${cycle.map((name) => `"${name}"`).join(" → ")}.`,
    hint: "Remove one `when`, so that some parameter is always active.",
  };
}

function continuousParent(name: string, parent: string, pointer: string): FieldError {
  return {
    pointer: `${pointer}/parameter`,
    code: "when-parent-continuous",
    message: `"${name}" depends on "${parent}", a float; values can only be listed for int, ordinal, categorical or fixed.`,
    hint: `Add a categorical that decides about "${name}", or write a constraint.`,
  };
}

function checkWhenValues(parent: Parameter, values: readonly Json[], pointer: string): FieldError[] {
  const codec: Pick<Codec, "indexOf" | "domain"> =
    parent.type === "fixed"
      ? {
          indexOf: (value) => (canonicalJson(value) === canonicalJson(parent.value) ? 0 : undefined),
          domain: `the fixed value ${canonicalJson(parent.value)}`,
        }
      : createCodec(parent);
  const impossible = values.flatMap((value, index) => {
    if (codec.indexOf(value) !== undefined) return [];
    const message = `"${parent.name}" never has the value ${canonicalJson(value)}; it is ${codec.domain}.`;
    return [{ pointer: `${pointer}/${index}`, code: "when-value", message, hint: `Give ${codec.domain}.` }];
  });
  return [...impossible, ...checkDistinct(parent.name, values, pointer)];
}

function checkConstraints({ parameters, constraints }: SearchSpace): FieldError[] {
  return constraints.flatMap((source, index) => {
    const compiled = compileConstraint(source, parameters);
    return compiled.ok ? [] : [{ pointer: `/constraints/${index}`, ...compiled.problem }];
  });
}
