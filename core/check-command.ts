import type { ArgumentRules } from "./arguments.ts";
import type { FieldError } from "./errors.ts";
import { parameterVariable } from "./parameter-variable.ts";
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
    ...checkVariables(parameters),
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
  if (part.type === "text") return [];
  if (parameters.includes(part.name)) {
    return ALL_PARAMETERS.includes(part.name) ? [twoMeanings(part.name, pointer)] : [];
  }
  if (part.name === "params_json" || CONTEXT_NAMES.some((name) => name === part.name)) return [];
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

/** What stands for all parameters together. A single one of the name would win, and the others not be passed. */
const ALL_PARAMETERS = ["args", "params_json", "params_file"];

function twoMeanings(name: string, pointer: string): FieldError {
  return {
    pointer,
    code: "ambiguous-placeholder",
    message: `{{${name}}} has a meaning of its own in a command, and is a parameter of this study as well.`,
    hint: `Rename the parameter, to "x_${name}" for instance; --${name}={{x_${name}}} passes it under the old name.`,
  };
}

function notAlone(name: string, pointer: string): FieldError {
  return {
    pointer,
    code: "args-not-alone",
    message: `{{${name}}} stands for several arguments, so it must be an argument of its own.`,
    hint: 'Write it as a separate item: ["python", "train.py", "{{args}}"]; {{params_json}} fits inside one.',
  };
}

interface Interpreter {
  program: RegExp;
  /** The option whose argument, the next element, is code. */
  option: RegExp;
  /** The option with its code in one element. */
  attached: RegExp | null;
  /** Options that take the next element as their value, which is no code. */
  valued: RegExp;
}

/** Programs that run code given as an argument. */
const INTERPRETERS: readonly Interpreter[] = [
  {
    program: /^(ba|da|a|z|k|c|tc|fi)?sh$/,
    option: /^-[A-Za-z]*c[A-Za-z]*$/,
    attached: null,
    valued: /^([-+][A-Za-z]*[oO]|--rcfile|--init-file)$/,
  },
  {
    program: /^(python[0-9.]*|pypy[0-9.]*)$/,
    option: /^-[A-Za-z]*c$/,
    attached: /^-[bBdEhiIOPqsSuvx]*c./s,
    valued: /^-[A-Za-z]*[WX]$/,
  },
  {
    program: /^(node|perl|ruby|Rscript|julia|php|lua)$/,
    option: /^(-[A-Za-z]*[eEpr]|--eval|--print)$/,
    attached: /^(-[eE]|--(eval|print)=)./s,
    valued: /^(--require|--import|--loader|-I|-C|-J)$/,
  },
];

/** A value inside a script's text would be run as code: `; rm -rf ~` as a categorical choice. */
function checkInlineCode(command: readonly string[]): FieldError[] {
  return command.flatMap((element, index) => {
    const interpreter = INTERPRETERS.find(({ program }) => program.test(element.split("/").at(-1)!));
    if (interpreter === undefined) return [];
    return codeOf(interpreter, command, index)
      .filter((at) => partsOf(command[at]!).some((part) => part.type === "placeholder"))
      .map((at) => ({
        pointer: `/command/${at}`,
        code: "code-injection",
        message: `A placeholder inside code for ${element} would run the parameter's value as code.`,
        hint: 'Pass it beside the script: ["sh", "-c", "train --lr=\\"$1\\"", "sh", "{{lr}}"], or read $FETTLE_PARAM_LR in it.',
      }));
  });
}

/** Positions of what the interpreter at `index` takes for code. Options after a script's own name are the script's. */
function codeOf(interpreter: Interpreter, command: readonly string[], index: number): number[] {
  const isOption = (item: string) => /^[-+]/.test(item);
  for (let at = index + 1; at < command.length; at++) {
    const item = command[at]!;
    if (interpreter.option.test(item)) {
      // A shell's code is the first argument that is no option: sh -c -e 'code'.
      const code = command.findIndex((next, place) => place > at && !isOption(next));
      return code === -1 ? [] : [code];
    }
    if (interpreter.attached?.test(item)) return [at];
    if (interpreter.valued.test(item)) at++;
    else if (!isOption(item)) return [];
  }
  return [];
}

/** Training processes read parameters from the environment too, where some names become one. */
function checkVariables(parameters: readonly string[]): FieldError[] {
  const variables = parameters.map(parameterVariable);
  return parameters.flatMap((name, index) => {
    const first = variables.indexOf(variables[index]!);
    // The same name twice is an error of the space.
    if (first === index || parameters[first] === name) return [];
    return [
      {
        pointer: `/parameters/${index}/name`,
        code: "same-variable",
        message: `Parameters "${parameters[first]}" and "${name}" are one environment variable, ${variables[index]}.`,
        hint: "Rename one of them; upper and lower case, `.`, `-` and `_` are not told apart there.",
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
