import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { savingsSchema } from "../../core/savings.ts";
import { startService, type TestService } from "../support/service.ts";
import { waitFor } from "../support/wait-for.ts";

let service: TestService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

const STUDIES = "/v1/projects/default/studies";

function study(name: string, overrides: object = {}) {
  return {
    name,
    parameters: [{ name: "x", type: "float", low: -1, high: 1 }],
    objectives: [{ metric: "loss", goal: "minimize" }],
    budget: { maxTrials: 4 },
    fidelity: { unit: "epoch", max: 9 },
    seed: 1,
    ...overrides,
  };
}

const errorsOf = async (overrides: object) =>
  (await service.call("POST", "/v1/projects/default/validate", study("checked", overrides))).body.errors;

describe("a study whose trials are trained in part", () => {
  test("is refused with the place, the rule and the way out", async () => {
    const fidelity = (more: object) => errorsOf({ fidelity: { max: 9, ...more } });
    expect(await fidelity({ schedule: { name: "hyperbend" } })).toMatchObject([
      { pointer: "/fidelity/schedule/name", code: "unknown-schedule", hint: 'Did you mean "hyperband"?' },
    ]);
    expect(await fidelity({ schedule: { name: "asha", config: { bracket: 2 } } })).toMatchObject([
      { pointer: "/fidelity/schedule/config/bracket", hint: 'Did you mean "brackets"?' },
    ]);
    expect(await fidelity({ schedule: { name: "asha", config: { brackets: 9 } } })).toMatchObject([
      { pointer: "/fidelity/schedule/config/brackets", hint: "Use at most 3." },
    ]);
    const swapped = await errorsOf({ fidelity: { min: 10, max: 9 } });
    expect(swapped).toMatchObject([
      { pointer: "/fidelity/min", message: "10: `min` must not be larger than `max`." },
    ]);
    expect(await fidelity({ checkpoint: { store: "shared" } })).toMatchObject([
      { pointer: "/fidelity/checkpoint/path", hint: "Give fidelity.checkpoint.path." },
    ]);
    expect(await fidelity({ checkpoint: { store: "shared", path: "ckpt" } })).toMatchObject([
      { pointer: "/fidelity/checkpoint/path", hint: "Begin it with /." },
    ]);
    expect(await fidelity({ schedule: { name: "pbt" } })).toEqual([]);
  });

  test("tells why it is searched so, with its rungs", async () => {
    await service.call("POST", STUDIES, study("staged"));
    const { body } = await service.call("GET", `${STUDIES}/staged/explanation`);
    expect(body.algorithm).toBe("asha + gp");
    expect(body.text).toContain("Trials are compared at epoch 1, 3, 9.");
  });

  test.each(["pbt", "pb2"])("under %s tells when members are compared, and no rungs", async (name) => {
    const schedule = { name, config: { interval: 3 } };
    await service.call(
      "POST",
      STUDIES,
      study(`staged-${name}`, { fidelity: { unit: "epoch", max: 9, schedule } }),
    );
    const { body } = await service.call("GET", `${STUDIES}/staged-${name}/explanation`);
    expect(body.text).toContain(
      "compared with the others at epoch 3 and every 3 epochs from there, up to 9.",
    );
    expect(body.text).not.toContain("epoch 1, 3, 9");
  });

  test("has its savings, and its decisions by type", async () => {
    const savings = await service.call("GET", `${STUDIES}/staged/savings`);
    expect(savingsSchema.parse(savings.body).holdout).toBeNull();
    const log = await waitFor(
      async () => {
        const { body } = await service.call("GET", `${STUDIES}/staged/events?type=study.created&latest=true`);
        return body.items.length > 0 && body;
      },
      { timeoutMs: 10_000, what: "the first turn", everyMs: 20 },
    );
    expect(log.items.map(({ type }: { type: string }) => type)).toEqual(["study.created"]);
    expect(log.nextCursor).toBeNull();
    const wrong = await service.call("GET", `${STUDIES}/staged/events?type=study.born`);
    expect(wrong.status).toBe(400);
  });
});

describe("early stopping", () => {
  test("is checked rule by rule", async () => {
    const check = (earlyStopping: object) => errorsOf({ fidelity: undefined, earlyStopping });
    expect(await check({ name: "curve", holdout: 0.05 })).toEqual([]);
    expect(await check({ rules: [{ name: "diverged" }, { name: "medan" }] })).toMatchObject([
      { pointer: "/earlyStopping/rules/1/name", hint: 'Did you mean "median"?' },
    ]);
    expect(await check({ name: "median", metric: "grad_norm" })).toMatchObject([
      { pointer: "/earlyStopping/metric", code: "goal-missing", hint: "Give `goal` beside it." },
    ]);
    expect(await check({ name: "median", goal: "minimize" })).toMatchObject([
      { pointer: "/earlyStopping/goal", code: "goal-given" },
    ]);
  });
});
