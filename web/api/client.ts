import createFetch from "openapi-fetch";
import { fetchBegun } from "./ahead.ts";
import { type ProblemError, problemOf, unreachable } from "./problem.ts";
import type { paths } from "./schema.d.ts";
import { askForToken, authorization } from "./session.ts";

/** The API's client, typed by its own description (schema.d.ts is generated from it). */
export const api = createFetch<paths>({
  baseUrl: "",
  fetch: fetchBegun,
  querySerializer: { array: { explode: false, style: "form" } },
});

api.use({
  onRequest({ request }) {
    for (const [name, value] of Object.entries(authorization())) request.headers.set(name, value);
    return request;
  },
});

interface Answer<Data> {
  data?: Data;
  error?: unknown;
  response: Response;
}

/**
 * The data of an answer. A token that is missing or has expired is asked for, and the call made again with it.
 * @throws ProblemError
 */
export async function call<Data>(request: () => Promise<Answer<Data>>): Promise<Data> {
  for (;;) {
    const { data, error, response } = await request().catch((): never => {
      throw unreachable();
    });
    if (response.ok) return data as Data;
    if (response.status !== 401) throw problemOf(response.status, error) satisfies ProblemError;
    await askForToken();
  }
}
