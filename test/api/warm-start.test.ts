import { afterAll, beforeAll, expect, test } from "vitest";
import { startService, type TestService } from "../support/service.ts";
import { waitFor } from "../support/wait-for.ts";

let service: TestService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

const STUDIES = "/v1/projects/default/studies";
const study = (name: string, overrides: object = {}) => ({
  name,
  parameters: [{ name: "x", type: "float", low: 0, high: 1 }],
  objectives: [{ metric: "loss", goal: "minimize" }],
  algorithm: { name: "random" },
  budget: { maxTrials: 6 },
  parallelism: 2,
  ...overrides,
});

/** Runs a study to its end. */
async function run(name: string): Promise<void> {
  for (;;) {
    const { body } = await service.call("POST", `${STUDIES}/${name}/suggest`, {
      workerId: "w",
      waitSeconds: 10,
    });
    if (body.done) return;
    for (const { trial, params } of body.assignments) {
      const path = `${STUDIES}/${name}/trials/${trial}`;
      await service.call("POST", `${path}/metrics`, {
        points: [{ name: "loss", step: 1, value: (params.x - 0.6) ** 2 }],
      });
      await service.call("POST", `${path}/complete`, {});
    }
  }
}

test("a study starts from the best trials of an earlier one, and its log keeps them", async () => {
  await service.call("POST", STUDIES, study("first"));
  await run("first");
  await service.call("POST", STUDIES, study("second", { warmStart: { studies: ["first"], points: 2 } }));
  const events = () => service.call("GET", `${STUDIES}/second/events`);
  await waitFor(async () =>
    (await events()).body.items.some(({ type }: { type: string }) => type === "trial.scheduled"),
  );
  const { items } = (await events()).body;
  expect(items.map(({ type }: { type: string }) => type).slice(0, 3)).toEqual([
    "study.created",
    "study.warm-started",
    "trial.scheduled",
  ]);
  expect(items[1].reason.text).toContain('study "first": 6 of its 6 trials');
  expect(items[2].reason.rule).toBe("warm-start");
});

test("a study that does not exist, or of which nothing fits, is refused by its place in the list", async () => {
  await service.call("POST", STUDIES, study("empty"));
  for (const [name, message] of [
    ["nobody", 'There is no study "nobody"'],
    ["empty", "has no finished trial"],
  ] as const) {
    const { status, body } = await service.call(
      "POST",
      STUDIES,
      study("refused", { warmStart: { studies: [name] } }),
    );
    expect(status).toBe(422);
    expect(body.errors).toMatchObject([
      { pointer: "/warmStart/studies/0", message: expect.stringContaining(message) },
    ]);
  }
});

test("every source of no use is listed, when it is checked as when it is created", async () => {
  await service.call("POST", STUDIES, study("idle"));
  const wrong = study("checked", { warmStart: { studies: ["nobody", "first", "idle"] } });
  const errors = [
    { pointer: "/warmStart/studies/0", message: expect.stringContaining('There is no study "nobody"') },
    { pointer: "/warmStart/studies/2", message: expect.stringContaining("has no finished trial") },
  ];
  const checked = await service.call("POST", "/v1/projects/default/validate", wrong);
  expect(checked).toMatchObject({ status: 200, body: { valid: false, errors } });
  expect(await service.call("POST", STUDIES, wrong)).toMatchObject({ status: 422, body: { errors } });
});
