import type { ArgumentRules } from "./arguments.ts";
import type { FieldError } from "./errors.ts";
import { argsStyle, CONTEXT_NAMES, type Part, partsOf } from "./placeholder.ts";
import { didYouMean } from "./suggest-name.ts";

/** What can be known of a command before its first trial. Returns every broken rule. `parameters`: names of the space. */
export function checkCommand(
  command: readonly string[],
  parameters: readonly string[],
  rules?: ArgumentRules,
): FieldError[] {
  return [
    ...(command[0]?.trim() === "" ? [noProgram] : []),
    ...command.flatMap((element, index) => checkElement(element, `/command/${index}`, parameters)),
    ...checkInlineCode(command),
    ...checkOverrides(rules, parameters),
  ];
}

const noProgram: FieldError = {
  pointer: "/command/0",
  code: "empty-program",
  message: "The command's first argument, the program, is empty.",
  hint: 'Write the program first: ["python", "train.py", "{{args}}"].',
};

function checkElement(element: string, pointer: string, parameters: readonly string[]): FieldError[] {
  const nul = element.includes("\0")
    ? [{ pointer, code: "nul-character", message: "An argument cannot hold a NUL character." }]
    : [];
  const parts = partsOf(element);
  return [...nul, ...parts.flatMap((part) => checkPart(part, parts.length === 1, pointer, parameters))];
}

function checkPart(part: Part, alone: boolean, pointer: string, parameters: readonly string[]): FieldError[] {
  if (part.type === "text" || parameters.includes(part.name) || part.name === "params_json") return [];
  if (CONTEXT_NAMES.some((name) => name === part.name)) return [];
  if (argsStyle(part.name) !== null) return alone ? [] : [notAlone(part.name, pointer)];
  const known = [...parameters, ...CONTEXT_NAMES, "args", "params_json"];
  return [
    {
      pointer,
      code: "unknown-placeholder",
      message: `{{${part.name.slice(0, 80)}}} is not a parameter of this study.`,
      hint: didYouMean(part.name, known) ?? `There are: ${known.slice(0, 40).join(", ")}.`,
    },
  ];
}

function notAlone(name: string, pointer: string): FieldError {
  return {
    pointer,
    code: "args-not-alone",
    message: `{{${name}}} stands for several arguments, so it must be an argument of its own.`,
    hint: 'Write it as a separate item: ["python", "train.py", "{{args}}"]; {{params_json}} fits inside one.',
  };
}

/** Programs that run code given as an argument, by the option that precedes it. */
const INTERPRETERS: readonly { program: RegExp; option: RegExp }[] = [
  { program: /^(ba|da|a|z|k|c|tc|fi)?sh$/, option: /^-[A-Za-z]*c[A-Za-z]*$/ },
  { program: /^(python[0-9.]*|pypy[0-9.]*)$/, option: /^-[A-Za-z]*c$/ },
  { program: /^(node|perl|ruby|Rscript|julia|php|lua)$/, option: /^(-[A-Za-z]*[eEpr]|--eval|--print)$/ },
];

/** A value inside a script's text would be run as code: `; rm -rf ~` as a categorical choice. */
function checkInlineCode(command: readonly string[]): FieldError[] {
  return command.flatMap((element, index) => {
    const interpreter = INTERPRETERS.find(({ program }) => program.test(element.split("/").at(-1)!));
    if (interpreter === undefined) return [];
    const option = command.findIndex((item, at) => at > index && interpreter.option.test(item));
    // Options that come after the script's own name are the script's.
    const between = option === -1 ? [""] : command.slice(index + 1, option);
    if (between.some((item) => !item.startsWith("-"))) return [];
    const script = command[option + 1];
    if (script === undefined || partsOf(script).every((part) => part.type === "text")) return [];
    return [
      {
        pointer: `/command/${option + 1}`,
        code: "code-injection",
        message: `A placeholder inside code for ${element} would run the parameter's value as code.`,
        hint: 'Pass it beside the script: ["sh", "-c", "train --lr=\\"$1\\"", "sh", "{{lr}}"], or read $FETTLE_PARAM_LR in it.',
      },
    ];
  });
}

function checkOverrides(rules: ArgumentRules | undefined, parameters: readonly string[]): FieldError[] {
  const unknown = Object.keys(rules?.booleanOverrides ?? {}).filter((name) => !parameters.includes(name));
  return unknown.map((name) => {
    const hint = didYouMean(name, parameters);
    return {
      pointer: `/arguments/booleanOverrides/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`,
      code: "unknown-parameter",
      message: `"${name.slice(0, 80)}" is not a parameter of this study.`,
      ...(hint === undefined ? {} : { hint }),
    };
  });
}
