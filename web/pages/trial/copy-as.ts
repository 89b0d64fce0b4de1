import { type ArgumentRules, renderArguments } from "../../../core/arguments.ts";
import type { Json } from "../../../core/json.ts";
import type { Params } from "../../../core/space.ts";
import type { Form } from "./copy-forms.ts";

/** A trial's parameters in the forms in which people take them elsewhere. */

/** `rules`: as the study passes arguments. @throws FettleError for a value that no argument may hold. */
export function copyAs(form: Form, params: Params, rules: ArgumentRules): string {
  switch (form) {
    case "flags":
      return renderArguments(params, rules).map(shellWord).join(" ");
    case "JSON":
      return JSON.stringify(params, null, 2);
    case "YAML":
      // Every JSON value is a YAML value.
      return linesOf(params, (name, value) => `${yamlKey(name)}: ${JSON.stringify(value)}`);
    case "env":
      return linesOf(params, (name, value) => `export ${variable(name)}=${shellWord(plain(value))}`);
    case "Python":
      return `params = {\n${linesOf(params, (name, value) => `    ${python(name)}: ${python(value)},`)}\n}`;
  }
}

function linesOf(params: Params, line: (name: string, value: Json) => string): string {
  return Object.entries(params)
    .map(([name, value]) => line(name, value))
    .join("\n");
}

/** A word that a POSIX shell takes literally. */
function shellWord(text: string): string {
  return /^[A-Za-z0-9_./:=@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** As agents set it: FETTLE_PARAM_<NAME>. */
function variable(name: string): string {
  return `FETTLE_PARAM_${name.toUpperCase().replace(/[^A-Z0-9]/g, "_")}`;
}

function plain(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Words such as "on" or "null" would be read as something else. */
function yamlKey(name: string): string {
  return /^(?:y|n|yes|no|on|off|true|false|null)$/i.test(name) ? JSON.stringify(name) : name;
}

function python(value: Json): string {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (Array.isArray(value)) return `[${value.map(python).join(", ")}]`;
  if (typeof value === "object") {
    const entries = Object.entries(value as Readonly<Record<string, Json>>);
    return `{${entries.map(([name, inner]) => `${python(name)}: ${python(inner)}`).join(", ")}}`;
  }
  return JSON.stringify(value);
}
