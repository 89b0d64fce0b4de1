import { afterAll, beforeAll, expect, test } from "vitest";
import { schedules } from "../../algorithms/fidelity/index.ts";
import { algorithms } from "../../algorithms/index.ts";
import { stoppers } from "../../algorithms/stopping/index.ts";
import { startApi, type TestApi } from "../support/api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

test("a server says which algorithms, schedules and early stoppers a study may name", async () => {
  const { status, body } = await api.call("GET", "/v1/version");
  expect(status).toBe(200);
  expect(body).toMatchObject({
    algorithms: Object.keys(algorithms),
    schedules: Object.keys(schedules),
    earlyStoppers: Object.keys(stoppers),
  });
  expect(body.schedules).toContain("asha");
});
