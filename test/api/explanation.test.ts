import { afterAll, beforeAll, expect, test } from "vitest";
import { startService, type TestService } from "../support/service.ts";
import { waitFor } from "../support/wait-for.ts";

let service: TestService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

const STUDIES = "/v1/projects/default/studies";

test("a study says how it is searched, and the log of one trial tells where its point came from", async () => {
  await service.call("POST", STUDIES, {
    name: "explained",
    parameters: [{ name: "x", type: "float", low: -1, high: 1 }],
    objectives: [{ metric: "loss", goal: "minimize" }],
    algorithm: { name: "sobol" },
    budget: { maxTrials: 2 },
    parallelism: 2,
  });
  const { body } = await service.call("GET", `${STUDIES}/explained/explanation`);
  expect(body).toMatchObject({ algorithm: "sobol", text: expect.stringContaining("Evenly spread") });

  const story = () => service.call("GET", `${STUDIES}/explained/events?trial=1`);
  await waitFor(async () => (await story()).body.items.length > 0);
  const { items } = (await story()).body;
  expect(items[0]).toMatchObject({ type: "trial.scheduled", trial: 1, reason: { rule: "sobol" } });
  expect(new Set(items.map((item: { trial: number }) => item.trial))).toEqual(new Set([1]));
});

test("an unknown study is not explained", async () => {
  expect((await service.call("GET", `${STUDIES}/nobody/explanation`)).status).toBe(404);
});
