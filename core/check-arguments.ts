import type { ArgumentRules } from "./arguments.ts";
import { FettleError, type FieldError } from "./errors.ts";
import type { Json } from "./json.ts";
import { argsStyle, partsOf } from "./placeholder.ts";
import { renderArguments, textOf } from "./render-arguments.ts";
import type { Parameter } from "./space.ts";

/** Values that the command can never pass on, such as texts with line breaks: each trial that has one would fail. */
export function checkArguments(
  command: readonly string[],
  parameters: readonly Parameter[],
  rules: ArgumentRules,
): FieldError[] {
  const used = command.flatMap(partsOf).flatMap((part) => (part.type === "placeholder" ? [part.name] : []));
  const styles = [...new Set(used)].flatMap((name) => argsStyle(name) ?? []);
  return parameters.flatMap((parameter, index) => {
    const { name } = parameter;
    const render = (value: Json) => {
      if (used.includes(name)) textOf(name, value);
      for (const { style = rules.style } of styles) renderArguments({ [name]: value }, { ...rules, style });
    };
    return listedValues(parameter).flatMap(({ place, value }) =>
      refusal(() => render(value), `/parameters/${index}/${place}`),
    );
  });
}

function refusal(render: () => void, pointer: string): FieldError[] {
  try {
    render();
    return [];
  } catch (error) {
    if (!(error instanceof FettleError)) throw error;
    const { message, hint } = error;
    const text = `${message.charAt(0).toUpperCase()}${message.slice(1)}.`;
    return [{ pointer, code: "unusable-argument", message: text, ...(hint === undefined ? {} : { hint }) }];
  }
}

/** The values that a parameter lists, each with its place in it; numbers of a range are always arguments. */
function listedValues(parameter: Parameter): { place: string; value: Json }[] {
  switch (parameter.type) {
    case "categorical":
      return parameter.choices.map((value, at) => ({ place: `choices/${at}`, value }));
    case "ordinal":
      return parameter.values.map((value, at) => ({ place: `values/${at}`, value }));
    case "fixed":
      return [{ place: "value", value: parameter.value }];
    default:
      return [];
  }
}
