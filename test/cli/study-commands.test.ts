import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
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
  state?: string;
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

  test("says how many trials of several objectives are equally good", async () => {
    await doneStudy(
      "front",
      [
        { values: { loss: 1, lat: 3 } },
        { values: { loss: 2, lat: 2 } },
        { values: { loss: 3, lat: 1 } },
        { values: { loss: 4, lat: 4 } },
      ],
      {
        objectives: [
          { metric: "loss", goal: "minimize" },
          { metric: "lat", goal: "minimize" },
        ],
      },
    );
    const flags = await fettle("best", "front", "--as", "args");
    expect(flags.out).toMatch(/^--x=\S+\n$/);
    expect(flags.err).toContain("3 trials are equally good; this is 0.");
    const table = await fettle("best", "front", "--limit", "2");
    expect(table.out.trimEnd().split("\n")).toHaveLength(1 + 2);
    expect(table.err).toContain("3 trials are equally good. All: fettle best front --limit 3");
    const rows = JSON.parse((await fettle("best", "front", "--limit", "2", "-o", "json")).out).rows;
    expect(rows).toHaveLength(2);
    expect((await fettle("best", "front")).err).not.toContain("equally good");
  });

  test("says that a study which is over has no best trial, and advises no waiting", async () => {
    await doneStudy("hopeless", [{ values: { loss: "NaN" } }, { state: "infeasible" }]);
    const table = await fettle("best", "hopeless");
    expect(table).toEqual({
      exitCode: 0,
      out: "None of its 2 trials gave a value (1 failed, 1 infeasible).\n",
      err: "",
    });
    const flags = await fettle("best", "hopeless", "--as", "args");
    expect(flags).toMatchObject({ exitCode: 3, out: "" });
    expect(flags.err).toContain("None of its 2 trials gave a value (1 failed, 1 infeasible).");
    expect(flags.err).not.toContain("study wait");
  });

  test("says before the first measurement that there is none yet", async () => {
    await study("young", [], { budget: { maxTrials: 1 } });
    expect((await fettle("best", "young")).out).toBe("No trial has been measured yet.\n");
    expect((await fettle("best", "young", "--as", "args")).err).toContain(
      "fettle study wait young --for trials=1",
    );
  });
});

describe("fettle study wait", () => {
  test("refuses to wait for a goal that no objective has", async () => {
    await study("aimless", [], { budget: { maxTrials: 1 } });
    const waited = await fettle("study", "wait", "aimless", "--for", "goal");
    expect(waited).toMatchObject({ exitCode: 2, out: "" });
    expect(waited.err).toContain("no objective of aimless has a target");
  });

  test("waits for a target that is set", async () => {
    const objectives = [{ metric: "loss", goal: "minimize" as const, target: 0.5 }];
    await study("aimed", [{ values: { loss: 0.4 } }], { objectives, budget: { maxTrials: 5 } });
    const waited = await fettle("study", "wait", "aimed", "--for", "goal", "--exit-status");
    expect(waited).toMatchObject({ exitCode: 0 });
  });
});

describe("fettle trial ls", () => {
  test("refuses fields and parameters that there are not, and names those that there are", async () => {
    await doneStudy("typos", [{ values: { loss: 0.4 } }]);
    const filtered = await fettle("trial", "ls", "typos", "--filter", "params.foo < 1");
    expect(filtered).toMatchObject({ exitCode: 2, out: "" });
    expect(filtered.err).toContain("The fields are params.x.");
    const picked = await fettle("trial", "ls", "typos", "--fields", "number,nosuch");
    expect(picked).toMatchObject({ exitCode: 2, out: "" });
    expect(picked.err).toMatch(/There is no field "nosuch".*\nThere are: id, study, number, /);
    const one = await fettle("trial", "get", "typos/0", "--fields", "numbr");
    expect(one.err).toContain('Did you mean "number"?');
    const inside = await fettle("trial", "ls", "typos", "--fields", "number, params.x,params.y");
    expect(inside.out).toMatch(/^NUMBER +PARAMS\.X +PARAMS\.Y\n0 +0\.\d+\n$/);
    expect(inside.err).toBe('warning: nothing here has a field "params.y".\n');
  });

  test("shows how long a trial has been running", async () => {
    await study("running", [], { budget: { maxTrials: 1 } });
    await service.call("POST", `${STUDIES}/running/suggest`, { workerId: "w", waitSeconds: 10 });
    const seconds = async () => (await service.call("GET", `${STUDIES}/running/trials/0`)).body.seconds;
    await waitFor(async () => (await seconds()) > 0);
    const { items } = (await service.call("GET", `${STUDIES}/running/trials`)).body;
    expect(items[0].seconds).toBeGreaterThan(0);
  });
});

test.each(["pause", "resume"])(
  "fettle study %s of a study that is over says what to do instead",
  async (verb) => {
    const name = `over-${verb}`;
    await doneStudy(name, [{ values: { loss: 0.4 } }]);
    const refused = await fettle("study", verb, name);
    expect(refused).toMatchObject({ exitCode: 5, out: "" });
    expect(refused.err).toContain(`warmStart: { studies: [${name}] }`);
  },
);

test("fettle study create --dry-run ends with 2 for a study that would be refused", async () => {
  const folder = mkdtempSync(join(tmpdir(), "fettle-dry-"));
  const file = join(folder, "study.yaml");
  const check = (parameter: string) => {
    writeFileSync(
      file,
      `{ name: dry, parameters: [${parameter}], objectives: [{ metric: loss, goal: minimize }] }`,
    );
    return fettle("study", "create", "-f", file, "--dry-run");
  };
  try {
    expect((await check("{ name: x, type: float, low: 0, high: 1 }")).exitCode).toBe(0);
    const refused = await check("{ name: x, type: float, low: 0, high: 1, scale: log }");
    expect(refused).toMatchObject({ exitCode: 2, out: "" });
    expect(refused.err).toContain("The study would be refused.");
    expect((await check("{ name: x, type: float }")).exitCode).toBe(2);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
