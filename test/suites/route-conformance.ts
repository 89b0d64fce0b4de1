import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { problemSchema } from "../../api/openapi.ts";
import type { Route } from "../../api/route.ts";
import type { Scope } from "../../core/resources.ts";
import { ADMIN_TOKEN, type TestApi } from "../support/api.ts";

/** What every route promises, whatever it does: run over the registry, so that a new route is held to it. */

/** Requests by operationId: path parameters for all, a body that the route's schema accepts for those that take one. */
export interface RouteSample {
  body?: unknown;
}

const PATH: Readonly<Record<string, string>> = {
  project: "default",
  study: "sample",
  number: "0",
  agent: "11111111-1111-4111-8111-111111111111",
  trialId: "22222222-2222-4222-8222-222222222222",
  attempt: "1",
  id: "0123456789ab",
};

export function pathOf(route: Route): string {
  return route.url.replaceAll(/:(\w+)/g, (_, name: string) => PATH[name] ?? `no-sample-for-${name}`);
}

type GrantableScope = Exclude<Scope, "attempt">;

/** Which scopes cover a route that asks for one. */
const COVERED_BY: Readonly<Record<GrantableScope, readonly GrantableScope[]>> = {
  admin: ["admin"],
  write: ["admin", "write"],
  read: ["admin", "write", "read"],
  agent: ["admin", "agent"],
};
const SCOPES = Object.keys(COVERED_BY) as GrantableScope[];

export function testRoutes(
  routes: readonly Route[],
  samples: Readonly<Record<string, RouteSample>>,
  start: () => Promise<TestApi>,
): void {
  let api: TestApi;
  const tokens = new Map<GrantableScope, string>();
  beforeAll(async () => {
    api = await start();
    for (const scope of SCOPES) tokens.set(scope, await api.token(scope));
  });
  afterAll(() => api.close());

  describe.each(routes.map((route) => [route.id, route] as const))("%s", (_id, route) => {
    const path = pathOf(route);
    const isPublic = route.access === "public";

    test("has a path sample for each of its segments", () => {
      expect(path).not.toMatch(/no-sample-for/);
      expect(route.params?.safeParse(paramsOf(route)).success ?? true).toBe(true);
    });

    test(isPublic ? "answers without a token" : "answers 401 without a token", async () => {
      // An unknown query parameter: nobody's request gets past the guards and the parsing.
      const answer = await api.call(route.method, `${path}?surprise=1`);
      expect(answer.status).toBe(isPublic ? 400 : 401);
      expect(problemSchema.parse(answer.body).code).toBe(isPublic ? "invalid-input" : "unauthenticated");
    });

    if (!isPublic) {
      test("refuses an unknown token", async () => {
        const token = `ftl_000000000000_${"A".repeat(43)}`;
        expect((await api.call(route.method, path, undefined, { token })).status).toBe(401);
      });

      test.each(SCOPES)("lets scope %s in only when it covers the route", async (scope) => {
        const allowed = COVERED_BY[route.access as GrantableScope].includes(scope);
        const token = tokens.get(scope) as string;
        const answer = await api.call(route.method, `${path}?surprise=1`, undefined, { token });
        expect(answer.status).toBe(allowed ? 400 : 403);
      });
    }

    test("names an unknown query parameter", async () => {
      const answer = await api.call(route.method, `${path}?surprise=1`, undefined, { token: ADMIN_TOKEN });
      expect(answer.body.errors).toContainEqual(
        expect.objectContaining({ pointer: "?surprise", code: "unknown-field" }),
      );
    });

    if (route.method === "GET") return;

    test.each([
      "text/plain",
      "application/x-www-form-urlencoded",
      "multipart/form-data; boundary=x",
      "application/json; charset=latin1",
      "application/json,text/plain",
      "application/json\t; charset=utf-8",
      "application/jsonx",
    ])("refuses a body of type %s", async (type) => {
      const headers = { "content-type": type };
      const answer = await api.call(route.method, path, undefined, {
        token: ADMIN_TOKEN,
        headers,
        raw: "{}",
      });
      expect(answer).toMatchObject({ status: 415, body: { code: "unsupported-media-type" } });
    });

    if (route.bodyType === "octets") return;
    const sample = samples[route.id]?.body;

    test("has a sample body exactly when it takes one", () => {
      expect(sample !== undefined).toBe(route.body !== undefined);
      if (route.body) expect(route.body.safeParse(sample).error).toBeUndefined();
    });

    test("names an unknown field of the body", async () => {
      const body = { ...(sample as object | undefined), surprise: 1 };
      const answer = await send(api, route, path, body);
      expect(answer.status).toBe(400);
      const pointers = answer.body.errors.map(({ pointer }: { pointer: string }) => pointer);
      expect(pointers).toEqual([route.body ? "/surprise" : ""]);
    });

    test.each(numbersIn(sample))("takes no other type for the number at %s", async (pointer) => {
      for (const wrong of [false, true, "1", "", [], {}, null]) {
        const answer = await send(api, route, path, replaced(sample, pointer, wrong));
        const code = `${answer.status} for ${JSON.stringify(wrong)}`;
        // null is a value of its own in a few places (exit codes, removed limits), never a number.
        if (wrong === null && isNullable(route, sample, pointer)) continue;
        expect(code).toBe(`${ANY_JSON.test(pointer) ? answer.status : 400} for ${JSON.stringify(wrong)}`);
        expect(answer.status).toBeGreaterThanOrEqual(400);
      }
    });
  });
}

/** Values of any JSON type to the schema; the search space judges them (422), or there is no study to do so (404). */
const ANY_JSON = /^\/params\//;

function paramsOf(route: Route): Record<string, string> {
  const names = [...route.url.matchAll(/:(\w+)/g)].map(([, name]) => name as string);
  return Object.fromEntries(names.map((name) => [name, PATH[name] as string]));
}

function send(api: TestApi, route: Route, path: string, body: unknown) {
  const headers = route.bodyType === "merge-patch" ? { "content-type": "application/merge-patch+json" } : {};
  return api.call(route.method, path, body, { token: ADMIN_TOKEN, headers });
}

/** Pointers of all numbers in a document. */
function numbersIn(value: unknown, pointer = ""): string[] {
  if (typeof value === "number") return [pointer];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => numbersIn(item, `${pointer}/${key}`));
}

function replaced(document: unknown, pointer: string, value: unknown): unknown {
  const copy = structuredClone(document);
  const keys = pointer.split("/").slice(1);
  const last = keys.pop() as string;
  let holder = copy as Record<string, unknown>;
  for (const key of keys) holder = holder[key] as Record<string, unknown>;
  holder[last] = value;
  return copy;
}

function isNullable(route: Route, sample: unknown, pointer: string): boolean {
  return route.body?.safeParse(replaced(sample, pointer, null)).success === true;
}
