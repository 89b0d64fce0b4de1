import { type ASTNode, Environment } from "@marcbachmann/cel-js";
import { type ConstraintProblem, rewriteConstraint } from "./constraint-names.ts";
import { messageOf } from "./errors.ts";
import type { Json } from "./json.ts";
import type { Parameter, Params } from "./space.ts";

/**
 * Constraints between parameters: CEL expressions (cel.dev) such as `batch * accumulate <= 512`.
 *
 * - Every number is a double, literals included, so `batch / 2` and `lr * batch` mean what they say; `%` works too.
 * - A dotted name (model.lr) is written as it is, a name that CEL cannot spell as params["batch-size"].
 * - Functions: min, max, abs, floor, ceil, round, sqrt, exp, log, log2, log10, pow, size; methods: contains,
 *   startsWith, endsWith, size. No macros and no regular expressions, so that evaluation time is bounded by the text.
 * - A constraint that names an inactive parameter is skipped: it says nothing about points without it.
 */
export interface Constraint {
  source: string;
  /** The parameters it names. */
  parameters: readonly string[];
  /** Null when the constraint holds or is skipped, else a sentence that says why not. */
  objection(params: Params): string | null;
}

export type CompiledConstraint =
  | { ok: true; constraint: Constraint }
  | { ok: false; problem: ConstraintProblem };

const MAX_CONSTRAINT_LENGTH = 1000;

/** Parses and type-checks a constraint once; it is then evaluated in about a microsecond. */
export function compileConstraint(source: string, parameters: readonly Parameter[]): CompiledConstraint {
  if (source.length > MAX_CONSTRAINT_LENGTH) {
    return { ok: false, problem: tooLong(source) };
  }
  let ast: ASTNode;
  try {
    ast = SYNTAX.parse(source).ast;
  } catch (error) {
    return { ok: false, problem: syntaxProblem(error, (position) => position) };
  }
  const rewritten = rewriteConstraint(source, ast, parameters);
  if (!rewritten.ok) return rewritten;
  const { text, names, originalPosition } = rewritten;
  const environment = declare(parameters, names);
  const checked = environment.check(text);
  if (!checked.valid) return { ok: false, problem: syntaxProblem(checked.error, originalPosition) };
  if (checked.type !== "bool" && checked.type !== "dyn")
    return { ok: false, problem: notBoolean(source, checked.type) };
  return { ok: true, constraint: evaluator(source, names, environment.parse(text)) };
}

const LIMITS = {
  maxAstNodes: 300,
  maxDepth: 40,
  maxListElements: 200,
  maxMapEntries: 0,
  maxCallArguments: 8,
};
const SYNTAX = new Environment({ unlistedVariablesAreDyn: true, limits: LIMITS });

const BASE = new Environment({ homogeneousAggregateLiterals: false, limits: LIMITS })
  .registerOperator("double % double", (a: number, b: number) => a % b)
  .registerFunction("min(double, double): double", Math.min)
  .registerFunction("min(double, double, double): double", Math.min)
  .registerFunction("max(double, double): double", Math.max)
  .registerFunction("max(double, double, double): double", Math.max)
  .registerFunction("abs(double): double", Math.abs)
  .registerFunction("floor(double): double", Math.floor)
  .registerFunction("ceil(double): double", Math.ceil)
  .registerFunction("round(double): double", Math.round)
  .registerFunction("sqrt(double): double", Math.sqrt)
  .registerFunction("exp(double): double", Math.exp)
  .registerFunction("log(double): double", Math.log)
  .registerFunction("log2(double): double", Math.log2)
  .registerFunction("log10(double): double", Math.log10)
  .registerFunction("pow(double, double): double", Math.pow);

function declare(parameters: readonly Parameter[], names: ReadonlyMap<string, string>): Environment {
  const environment = BASE.clone();
  for (const parameter of parameters) {
    const variable = names.get(parameter.name);
    if (variable !== undefined) environment.registerVariable(variable, celType(parameter));
  }
  return environment;
}

function celType(parameter: Parameter): "double" | "string" | "bool" | "dyn" {
  if (parameter.type === "float" || parameter.type === "int") return "double";
  const values: readonly Json[] =
    parameter.type === "fixed"
      ? [parameter.value]
      : parameter.type === "ordinal"
        ? parameter.values
        : parameter.choices;
  const types = new Set(values.map((value) => typeof value));
  if (types.size !== 1) return "dyn";
  if (types.has("number")) return "double";
  if (types.has("string")) return "string";
  return types.has("boolean") ? "bool" : "dyn";
}

function evaluator(
  source: string,
  names: ReadonlyMap<string, string>,
  evaluate: (context: Record<string, Json>) => unknown,
): Constraint {
  const parameters = [...names.keys()];
  const variables = [...names];
  const objection = (params: Params): string | null => {
    const context: Record<string, Json> = {};
    for (const [name, variable] of variables) {
      const value = Object.hasOwn(params, name) ? params[name] : undefined;
      if (value === undefined) return null;
      context[variable] = value;
    }
    try {
      return evaluate(context) === true ? null : `"${source}" does not hold.`;
    } catch (error) {
      return `"${source}" cannot be evaluated: ${summary(error)}.`;
    }
  };
  return { source, parameters, objection };
}

function syntaxProblem(error: unknown, originalPosition: (position: number) => number): ConstraintProblem {
  const start = (error as { range?: { start?: number } }).range?.start;
  const where = start === undefined ? "" : ` at character ${originalPosition(start) + 1}`;
  const message = `The constraint is not valid CEL${where}: ${summary(error)}.`;
  return { code: "constraint-syntax", message, hint: hintFor(error) };
}

function hintFor(error: unknown): string {
  const reserved = (error as { code?: string }).code === "reserved_identifier";
  return reserved
    ? 'Write a name that CEL reserves as params["name"].'
    : 'Write a comparison such as "batch * accumulate <= 512"; texts need quotes.';
}

function summary(error: unknown): string {
  return (error as { summary?: string }).summary ?? messageOf(error);
}

function notBoolean(source: string, type: string | undefined): ConstraintProblem {
  return {
    code: "constraint-type",
    message: `The constraint "${source}" is a ${type}, not true or false.`,
    hint: `Compare it, for example "${source} <= 1".`,
  };
}

function tooLong(source: string): ConstraintProblem {
  return {
    code: "constraint-length",
    message: `The constraint has ${source.length} characters, more than ${MAX_CONSTRAINT_LENGTH}.`,
    hint: "Split it at && into several constraints; all of them must hold.",
  };
}
