import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startApi, type TestApi } from "../support/api.ts";

/** The store of these tests never answers: what is refused here is refused before it is asked. */

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const STUDIES = "/v1/projects/default/studies";
const attempt = `/v1/attempts/${randomUUID()}/1`;
const result = {
  outcome: "failed",
  failureClass: "declared",
  exitCode: 1,
  signal: null,
  message: null,
  logTruncatedBytes: 0,
  seenMetrics: [],
};
const study = (overrides: object) => ({
  name: "s",
  parameters: [{ name: "x", type: "float", low: 0, high: 1 }],
  objectives: [{ metric: "loss", goal: "minimize" }],
  ...overrides,
});
const choices = (choice: unknown) => ({
  parameters: [{ name: "x", type: "categorical", choices: [choice, 1] }],
});

const requests: [pointer: string, method: string, path: string, body?: unknown][] = [
  ["/points/0/name", "POST", `${attempt}/metrics`, { points: [{ name: "lo\0ss", step: 1, value: 1 }] }],
  ["/points/0/name", "POST", `${attempt}/metrics`, { points: [{ name: "a\ud800", step: 1, value: 1 }] }],
  ["/message", "POST", `${attempt}/result`, { ...result, message: "bad\0thing" }],
  ["/seenMetrics/0", "POST", `${attempt}/result`, { ...result, seenMetrics: ["\ud83d"] }],
  ["/exitCode", "POST", `${attempt}/result`, { ...result, exitCode: 2 ** 31 }],
  ["/reason", "POST", `${STUDIES}/s/trials/0/complete`, { state: "failed", reason: "a\0" }],
  ["/values/\ud83d", "POST", `${STUDIES}/s/trials/0/complete`, { values: { "\ud83d": 1 } }],
  ["/params/x\0", "POST", `${STUDIES}/s/trials`, { params: { "x\0": 1 } }],
  ["/description", "POST", STUDIES, study({ description: "a\0b" })],
  ["/tags/0", "POST", STUDIES, study({ tags: ["\ud800"] })],
  ["/parameters/0/choices/0", "POST", STUDIES, study(choices("a\0b"))],
  ["/parameters/0/choices/0/deep/0", "POST", STUDIES, study(choices({ deep: ["\udfff"] }))],
  ["/objectives/0/metric", "POST", STUDIES, study({ objectives: [{ metric: "\ud83d", goal: "minimize" }] })],
  ["/environment/A", "POST", STUDIES, study({ environment: { A: "\0" } })],
  ["/algorithm/config/a\0", "POST", STUDIES, study({ algorithm: { name: "tpe", config: { "a\0": 1 } } })],
  ["/labels/a", "POST", "/v1/agents", { labels: { a: "\0" } }],
  ["{study}", "GET", `${STUDIES}/a%00b`],
  ["{agent}", "GET", "/v1/agents/a%00b"],
  ["?tag", "GET", `${STUDIES}?tag=a%00`],
  ["?filter", "GET", `${STUDIES}/s/trials?filter=${encodeURIComponent('params.x = "a\0"')}`],
  ["?names", "GET", `${STUDIES}/s/trials/0/metrics?names=a%00b`],
];
test.each(requests)(
  "what no database stores is refused at %j, whoever sent it",
  async (pointer, method, path, body) => {
    const answer = await api.call(method, path, body);
    expect(answer).toMatchObject({ status: 400, body: { code: "invalid-input" } });
    expect(answer.body.errors.map((error: { pointer: string }) => error.pointer)).toContain(pointer);
  },
);
