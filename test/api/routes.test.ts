import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { errorsPage } from "../../api/errors-page.ts";
import { EXAMPLE_PATCH, EXAMPLE_STUDY } from "../../api/examples.ts";
import { routes } from "../../api/routes/index.ts";
import { ERROR_CODES } from "../../core/errors.ts";
import { studyPatchSchema, studySpecSchema } from "../../core/study.ts";
import { type RouteSample, testRoutes } from "../suites/route-conformance.ts";
import { startApi, type TestApi, TOKEN_AUTH } from "../support/api.ts";
import { startService } from "../support/service.ts";

const SESSION = "33333333-3333-4333-8333-333333333333";
const GPU = { index: 0, uuid: "GPU-0", name: "A100", memoryMb: 40_000, free: 1, freeMemoryMb: 40_000 };
const HOST = { pool: "default", labels: {}, gpus: [GPU], cpus: 4, memoryMb: 8000, slots: 2 };
const STUDY = {
  ...EXAMPLE_STUDY,
  parameters: [
    { name: "a", type: "float", low: 0.5, high: 2, default: 1 },
    { name: "b", type: "int", low: 1, high: 9, step: 2 },
    { name: "c", type: "float", low: 0, high: 1, prior: { mean: 0.5, std: 1 } },
  ],
  objectives: [{ metric: "loss", goal: "minimize", target: 0.1 }],
  outcomeConstraints: [{ metric: "ms", max: 20 }],
  budget: { maxTrials: 20, maxFailedTrials: 3, maxWallTimeSeconds: 60, maxGpuHours: 1 },
  retry: { maxRetries: 1, maxLostAttempts: 2 },
  resources: { gpus: 0.5, gpuMemoryMb: 100, cpus: 1, memoryMb: 10 },
  limits: { trialSeconds: 60, stopGraceSeconds: 1 },
  seed: 7,
  priority: 1,
};

/** One request body for each route that takes one. */
const SAMPLES: Readonly<Record<string, RouteSample>> = {
  createStudy: { body: STUDY },
  validateStudy: { body: STUDY },
  previewStudy: { body: STUDY },
  patchStudy: { body: EXAMPLE_PATCH },
  enqueueTrial: { body: { params: { a: 1, b: 3, c: 0.5 } } },
  suggestTrials: { body: { workerId: "w", count: 1, waitSeconds: 0, leaseSeconds: 60 } },
  reportTrialMetrics: { body: { points: [{ name: "loss", step: 1, value: 2 }] } },
  completeTrial: { body: { values: { loss: 1 }, attempt: 1 } },
  renewTrialLease: { body: { attempt: 1, leaseSeconds: 60 } },
  registerAgent: { body: { name: "host", session: SESSION, version: "1", ...HOST } },
  claimTrials: { body: { session: SESSION, requestId: SESSION, free: HOST, max: 1, waitMs: 0 } },
  agentHeartbeat: { body: { session: SESSION, state: "up", held: [{ trialId: SESSION, attempt: 1 }] } },
  reportAttemptMetrics: { body: { points: [{ name: "loss", step: 1, value: 2 }] } },
  finishAttempt: {
    body: {
      outcome: "completed",
      failureClass: null,
      exitCode: 0,
      signal: null,
      message: null,
      logTruncatedBytes: 0,
      seenMetrics: [],
    },
  },
  createWebhook: { body: { url: "https://example.com/hook", project: "default", types: ["study.done"] } },
  createToken: { body: { name: "sample", scope: "read", expiresInSeconds: 3600 } },
};

testRoutes(routes, SAMPLES, () => startService({ auth: TOKEN_AUTH, scheduler: false }));

describe("the OpenAPI document", () => {
  let api: TestApi;
  // biome-ignore lint/suspicious/noExplicitAny: a document of many shapes.
  let document: any;
  beforeAll(async () => {
    api = await startApi();
    document = (await api.call("GET", "/openapi.json")).body;
  });
  afterAll(() => api.close());

  test("lists exactly the routes that are served", () => {
    const served = routes.map(({ method, url }) => `${method} ${url.replaceAll(/:(\w+)/g, "{$1}")}`);
    const documented = Object.entries(document.paths as Record<string, object>).flatMap(
      ([path, operations]) => Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(documented.sort()).toEqual(served.sort());
    expect(document.openapi).toBe("3.1.0");
  });

  test("gives every operation an id of its own, a summary, a schema for its reply and for its failures", () => {
    const operations = Object.values(document.paths as Record<string, object>).flatMap((path) =>
      Object.values(path),
    );
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(routes.length);
    for (const { operationId, summary, responses, security } of operations) {
      expect(summary, operationId).toMatch(/^[A-Z]/);
      expect(security, operationId).toBeDefined();
      const [success] = Object.keys(responses).filter((status) => status.startsWith("2"));
      if (success !== "204")
        expect(Object.values(responses[success as string].content), operationId).toHaveLength(1);
      expect(Object.keys(responses.default.content)).toEqual(["application/problem+json"]);
    }
  });

  test("has no reference that leads nowhere, and no schema that nothing refers to", () => {
    const text = JSON.stringify(document);
    const referred = new Set(
      [...text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(([, name]) => name),
    );
    expect([...referred].sort()).toEqual(Object.keys(document.components.schemas).sort());
  });

  test("shows examples that its own schemas accept", () => {
    expect(studySpecSchema.safeParse(EXAMPLE_STUDY).error).toBeUndefined();
    expect(studyPatchSchema.safeParse(EXAMPLE_PATCH).error).toBeUndefined();
    expect(document.components.schemas.StudySpecInput.examples).toEqual([EXAMPLE_STUDY]);
    for (const route of routes) {
      const examples = (route.body?.meta()?.examples ?? []) as unknown[];
      for (const example of examples) expect(route.body?.safeParse(example).error, route.id).toBeUndefined();
    }
  });

  test("forbids unknown fields in requests and allows them in replies", () => {
    expect(document.components.schemas.StudySpecInput.additionalProperties).toBe(false);
    expect(document.components.schemas.Trial.additionalProperties).toBeUndefined();
  });
});

describe("the page of errors", () => {
  test("explains every code, and is the one in docs/", () => {
    const page = readFileSync(new URL("../../docs/errors.md", import.meta.url), "utf8");
    expect(page).toBe(errorsPage());
    for (const code of Object.keys(ERROR_CODES)) expect(page).toContain(`<a id="${code}"></a>`);
  });

  test("is served where the type of an error points", async () => {
    const api = await startApi();
    const { body } = await api.call("GET", "/nowhere");
    const [path, anchor] = body.type.split("#");
    expect((await api.call("GET", path)).text).toContain(`<a id="${anchor}"></a>`);
    await api.close();
  });
});
