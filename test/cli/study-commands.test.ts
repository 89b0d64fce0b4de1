import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { StudySpecInput } from "../../core/study.ts";
import { type CommandEnd, runCommand } from "../support/command-line.ts";
import { startService, type TestService } from "../support/service.ts";
import { waitFor } from "../support/wait-for.ts";

/** Commands about a study, against a real service; its trials are run by asking and telling. */

const STUDIES = "/v1/projects/default/studies";

let service: TestService;
let url: string;
beforeAll(async () => {
  service = await startService();
  url = await service.listen();
});
afterAll(() => service.close());

function fettle(...argv: string[]): Promise<CommandEnd> {
  return runCommand(argv, { FETTLE_URL: url });
}

interface Told {
  values?: Record<string, number | "NaN">;
  outcome?: string;
}

/** A study of one parameter, whose trials end as told; with no other limits it is then done. */
async function study(name: string, told: readonly Told[], overrides: Partial<StudySpecInput> = {}) {
  const created = await service.call("POST", STUDIES, {
    name,
    parameters: [{ name: "x", type: "float", low: 0, high: 1 }],
    objectives: [{ metric: "loss", goal: "minimize" }],
    budget: { maxTrials: told.length },
    seed: 1,
    ...overrides,
  });
  expect(created.status, created.text).toBe(201);
  for (const body of told) {
    const asked = await service.call("POST", `${STUDIES}/${name}/suggest`, {
      workerId: "w",
      waitSeconds: 10,
    });
    const [{ trial }] = asked.body.assignments;
    const done = await service.call("POST", `${STUDIES}/${name}/trials/${trial}/complete`, body);
    expect(done.status, done.text).toBe(200);
  }
}

async function untilDone(name: string) {
  await waitFor(async () => (await service.call("GET", `${STUDIES}/${name}`)).body.state === "done");
}

async function doneStudy(...args: Parameters<typeof study>) {
  await study(...args);
  await untilDone(args[0]);
}

describe("fettle best", () => {
  test("never hands out a trial that breaks an outcome constraint", async () => {
    await doneStudy("bounds", [{ values: { loss: 0.5, lat: 30 } }, { values: { loss: 0.4 } }], {
      outcomeConstraints: [{ metric: "lat", max: 20 }],
    });
    const refused = await fettle("best", "bounds", "--as", "args");
    expect(refused).toMatchObject({ exitCode: 3, out: "" });
    expect(refused.err).toContain("Trial 1: lat has no finite value (its bound: at most 20).");
    const table = await fettle("best", "bounds");
    expect(table.out).toMatch(/FEASIBLE\s.*\s(.*no.*\s){2}/);
    const explained = await fettle("trial", "explain", "bounds/0");
    expect(explained.out).toContain("It cannot be the best: lat breaks its bound (at most 20) by 10.");
  });

  test("hands out the best trial within the bounds, though a better one breaks them", async () => {
    await doneStudy("within", [{ values: { loss: 0.1, lat: 30 } }, { values: { loss: 0.5, lat: 10 } }], {
      outcomeConstraints: [{ metric: "lat", max: 20 }],
    });
    const { body } = await service.call("GET", `${STUDIES}/within/trials/1`);
    const best = await fettle("best", "within", "--as", "args");
    expect(best).toMatchObject({ exitCode: 0, out: `--x=${JSON.stringify(body.params.x)}\n` });
  });
});
