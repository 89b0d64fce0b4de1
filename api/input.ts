import type { FastifyRequest } from "fastify";
import { FettleError, type FieldError } from "../core/errors.ts";
import { parseFields } from "../core/field-errors.ts";
import type { Route } from "./route.ts";

/** What a request says, checked in all its parts, so that the caller learns of every mistake at once. */
export interface Input {
  params: unknown;
  query: unknown;
  body: unknown;
}

/**
 * Pointers go into the body ("/parameters/0/low"); a path segment is "{study}", a query parameter "?limit".
 * @throws FettleError "invalid-input" naming every field.
 */
export function parseInput(route: Route, request: FastifyRequest): Input {
  const errors: FieldError[] = [];
  const params = part(route.params, request.params, errors, (name) => `{${name}}`);
  const query = part(route.query, { ...(request.query as object) }, errors, (name) => `?${name}`);
  const body = bodyOf(route, request.body, errors);
  if (errors.length > 0) {
    const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : "";
    throw new FettleError("invalid-input", `${errors[0]!.pointer || "body"}: ${errors[0]!.message}${more}`, {
      fields: errors,
    });
  }
  return { params, query, body };
}

function part(
  schema: Route["params"],
  value: unknown,
  errors: FieldError[],
  name: (key: string) => string,
): unknown {
  if (schema === undefined) {
    for (const key of Object.keys((value ?? {}) as object)) {
      errors.push({ pointer: name(key), code: "unknown-field", message: `Unknown parameter "${key}".` });
    }
    return undefined;
  }
  const parsed = parseFields(schema, value);
  if (parsed.ok) return parsed.value;
  errors.push(...parsed.errors.map((error) => ({ ...error, pointer: name(error.pointer.slice(1)) })));
  return undefined;
}

function bodyOf(route: Route, value: unknown, errors: FieldError[]): unknown {
  if (route.body !== undefined) {
    const parsed = parseFields(route.body, value);
    if (parsed.ok) return parsed.value;
    errors.push(...parsed.errors);
    return undefined;
  }
  const isEmpty =
    value === undefined || (typeof value === "object" && value !== null && Object.keys(value).length === 0);
  if (!isEmpty) errors.push({ pointer: "", code: "unexpected-body", message: "This takes no body." });
  return undefined;
}
