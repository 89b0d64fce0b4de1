import { z } from "zod";
import type { ArgumentRules } from "./arguments.ts";
import { FettleError } from "./errors.ts";
import { argsStyle, CONTEXT_NAMES, type ContextName, type Part, partsOf } from "./placeholder.ts";
import { renderArguments, textOf } from "./render-arguments.ts";
import type { Params } from "./space.ts";
import { textSchema } from "./text.ts";

/** The command of a study: an argv template, filled in for each trial. There is no shell, and no value adds an argument. */

export const commandSchema = z
  .array(textSchema().max(32_768))
  .min(1)
  .max(256)
  .describe(
    "Program and arguments, no shell. {{lr}} stands for a parameter's value inside one argument; an argument that is " +
      "exactly {{args}} becomes all parameters, in the study's style or, as {{args:hydra}}, in a given one. {{params_json}}, " +
      "{{params_file}}, {{trial}}, {{seed}}, {{budget}}, {{trial_dir}}, {{checkpoint_dir}} and others tell about the trial.",
  );

export interface CommandContext {
  /** Every parameter of the study; one that has no value in `params` is inactive in this trial. */
  parameters: readonly string[];
  /** Null: there is none (a trial without a budget), treated like an inactive parameter. */
  values: Readonly<Record<ContextName, string | null>>;
}

/**
 * The argv of one trial. Placeholders are replaced once: a value that looks like a placeholder stays as it is.
 * Where a parameter is inactive: `{{x}}` and `--x={{x}}` (any text that ends in "=") are left out; before a `{{x}}` that
 * is left out, an element of its own like `--x` is left out with it; inside other text it becomes nothing.
 * @throws FettleError "invalid-params" for a value that no argument may hold, "invalid-study" for an unknown placeholder
 */
export function renderCommand(
  template: readonly string[],
  params: Params,
  rules: ArgumentRules,
  context: CommandContext,
): string[] {
  const argv: string[] = [];
  let flag: { at: number } | null = null;
  for (const element of template) {
    const parts = partsOf(element);
    const [only] = parts;
    const args =
      parts.length === 1 && only?.type === "placeholder" ? argumentList(only.name, params, rules) : null;
    const rendered = args ?? fill(parts, params, context);
    if (rendered === null && flag !== null && parts.length === 1) argv.splice(flag.at, 1);
    flag = parts.length === 1 && only?.type === "text" && isFlag(element) ? { at: argv.length } : null;
    if (rendered !== null) argv.push(...(Array.isArray(rendered) ? rendered : [rendered]));
  }
  if (argv[0]) return argv;
  throw new FettleError(
    "invalid-params",
    "the command has no program: its first argument is empty in this trial",
  );
}

/** A name that is no parameter; null when the placeholder does not stand for a list of arguments. */
function argumentList(name: string, params: Params, rules: ArgumentRules): string[] | null {
  const args = Object.hasOwn(params, name) ? null : argsStyle(name);
  return args && renderArguments(params, { ...rules, style: args.style ?? rules.style });
}

/** Null: left out. */
function fill(parts: readonly Part[], params: Params, context: CommandContext): string | null {
  const texts = parts.map((part) =>
    part.type === "text" ? part.text : placeholderText(part.name, params, context),
  );
  const inactive = texts.indexOf(null);
  const prefix = inactive === 1 ? texts[0]! : "=";
  if (inactive !== -1 && inactive === parts.length - 1 && inactive <= 1 && prefix.endsWith("=")) return null;
  return texts.map((text) => text ?? "").join("");
}

function placeholderText(name: string, params: Params, context: CommandContext): string | null {
  if (Object.hasOwn(params, name)) return textOf(name, params[name]!);
  if (context.parameters.includes(name)) return null;
  if (name === "params_json") return JSON.stringify(params);
  const known = CONTEXT_NAMES.find((candidate) => candidate === name);
  if (known !== undefined) return context.values[known];
  throw new FettleError(
    "invalid-study",
    `the command refers to {{${name}}}, which is neither a parameter nor known`,
  );
}

function isFlag(element: string): boolean {
  return /^--?[A-Za-z][^=\s]*$/.test(element);
}
