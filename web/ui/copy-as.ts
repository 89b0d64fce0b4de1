import type { ArgumentRules } from "../../core/arguments.ts";
import type { Json } from "../../core/json.ts";
import { parameterVariable } from "../../core/parameter-variable.ts";
import { renderArguments } from "../../core/render-arguments.ts";
import type { Params } from "../../core/space.ts";
import type { Form } from "./copy-forms.ts";
import { shellText } from "./shell-words.ts";

/** A trial's parameters in the forms in which people take them elsewhere. */

/** `rules`: as the study passes arguments. @throws FettleError for a value that no argument may hold. */
export function copyAs(form: Form, params: Params, rules: ArgumentRules): string {
  switch (form) {
    case "flags":
      return shellText(renderArguments(params, rules));
    case "JSON":
      return JSON.stringify(params, null, 2);
    case "YAML":
      return linesOf(params, (name, value) => `${yamlKey(name)}: ${literal(value, yamlScalar)}`);
    case "env":
      return linesOf(
        params,
        (name, value) => `export ${parameterVariable(name)}=${shellText([plain(value)])}`,
      );
    case "Python":
      return `params = {\n${linesOf(params, (name, value) => `    ${JSON.stringify(name)}: ${literal(value, pythonScalar)},`)}\n}`;
  }
}

function linesOf(params: Params, line: (name: string, value: Json) => string): string {
  return Object.entries(params)
    .map(([name, value]) => line(name, value))
    .join("\n");
}

function plain(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

type Scalar = string | number | boolean | null;

/** Lists and objects in the notation that JSON, YAML and Python share; what they hold as `scalar` writes it. */
function literal(value: Json, scalar: (value: Scalar) => string): string {
  if (value === null || typeof value !== "object") return scalar(value);
  const inner = (item: Json) => literal(item, scalar);
  if (Array.isArray(value)) return `[${value.map(inner).join(", ")}]`;
  const entries = Object.entries(value as Readonly<Record<string, Json>>);
  return `{${entries.map(([name, item]) => `${JSON.stringify(name)}: ${inner(item)}`).join(", ")}}`;
}

/** Words such as "on", "null" or "e5" would be read as something else. */
function yamlKey(name: string): string {
  return /^(?:y|n|yes|no|on|off|true|false|null|e[-_\d]+)$/i.test(name) ? JSON.stringify(name) : name;
}

/** A JSON value is a YAML value, but readers of YAML 1.1 take 1e-7, without a point, for a word. */
function yamlScalar(value: Scalar): string {
  const text = JSON.stringify(value);
  return typeof value === "number" ? text.replace(/^(-?\d+)e/, "$1.0e") : text;
}

function pythonScalar(value: Scalar): string {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  return JSON.stringify(value);
}
