import type { ArgumentRules } from "../core/arguments.ts";
import type { Json } from "../core/json.ts";
import { renderArguments } from "../core/render-arguments.ts";
import { toYaml } from "./to-yaml.ts";

/** Parameters in the form in which the next tool wants them. */
export const PARAM_FORMS = ["args", "json", "yaml", "env", "hydra"] as const;
export type ParamForm = (typeof PARAM_FORMS)[number];

/** `rules`: how the study renders arguments. `env` lines can be read by a POSIX shell. */
export function paramsAs(form: ParamForm, params: Record<string, Json>, rules: ArgumentRules): string {
  switch (form) {
    case "args":
      return renderArguments(params, rules).map(shellWord).join(" ");
    case "hydra":
      return renderArguments(params, { style: "hydra", booleans: "value", booleanOverrides: {} })
        .map(shellWord)
        .join(" ");
    case "json":
      return JSON.stringify(params);
    case "yaml":
      return toYaml(params).trimEnd();
    case "env":
      return Object.entries(params)
        .map(([name, value]) => `${variableName(name)}=${shellWord(plain(value))}`)
        .join("\n");
  }
}

/** The database does not keep the order of names; a person reads them as they were declared. */
export function inDeclaredOrder(
  params: Record<string, Json>,
  parameters: readonly { name: string }[],
): Record<string, Json> {
  const declared = parameters.flatMap(({ name }) => (name in params ? [[name, params[name]] as const] : []));
  return { ...Object.fromEntries(declared), ...params } as Record<string, Json>;
}

/** One word of a POSIX shell, quoted only where it must be. */
export function shellWord(text: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

function plain(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function variableName(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9_]/g, "_").replace(/^(?=\d)/, "_");
}
