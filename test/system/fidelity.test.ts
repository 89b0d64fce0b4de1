import { afterEach, expect, test } from "vitest";
import type { EventResource, Page, StudyResource, TrialResource } from "../../core/resources.ts";
import { untilReady } from "../support/fettle-process.ts";
import { createFettleWorld, type FettleWorld } from "../support/fettle-world.ts";
import { waitFor } from "../support/wait-for.ts";

const MOODS = [
  "obeys",
  "ignores its budget",
  "reports on",
  "out of order",
  "skips",
  "repeats",
  "loses its checkpoint",
  "half a checkpoint",
];
const STUDY = "/v1/projects/default/studies/unruly";
const trainer = new URL("../fixtures/unruly-trainer.mjs", import.meta.url).pathname;

let world: FettleWorld;
afterEach(() => world.close());

test("scripts that ignore their budget, report as they like or lose their checkpoint neither lose a trial nor have one promoted twice, through crashes of scheduler and agent", {
  timeout: 180_000,
}, async () => {
  world = await createFettleWorld("postgres");
  await untilReady(world.url, world.start("serve"));
  world.start("schedule");
  world.start("agent");
  await world.post("/v1/projects/default/studies", {
    name: "unruly",
    command: [process.execPath, trainer],
    parameters: [
      { name: "mood", type: "categorical", choices: MOODS },
      { name: "x", type: "ordinal", values: [0.1, 0.3] },
    ],
    objectives: [{ metric: "loss", goal: "minimize" }],
    algorithm: { name: "grid" },
    fidelity: { unit: "epoch", min: 1, max: 9, eta: 3 },
    limits: { budgetGraceSeconds: 0.2, stopGraceSeconds: 0.2 },
    parallelism: 3,
    seed: 3,
  });
  await promoted(1);
  await world.crash("schedule");
  await promoted(3);
  await world.crash("agent");
  await waitFor(async () => (await world.get<StudyResource>(STUDY)).state === "done", {
    timeoutMs: 120_000,
    what: "the study's end",
    everyMs: 100,
  });

  const { items } = await world.get<Page<TrialResource>>(`${STUDY}/trials?limit=100`);
  expect(items).toHaveLength(2 * MOODS.length);
  for (const { state, values, budget } of items) {
    expect(["completed", "pruned"]).toContain(state);
    expect(values[0]).toBeTypeOf("number");
    expect(budget).toBeLessThanOrEqual(9);
  }
  expect(items.some(({ state }) => state === "completed")).toBe(true);
  const moves = await events("trial.promoted");
  const steps = moves.map(({ trial, data }) => `${trial} to ${data.budget}`);
  expect(new Set(steps).size).toBe(steps.length);
  // The value of a rung is that of its epoch, however far the script has gone on.
  for (const { trial, data } of await events("trial.paused")) {
    const { x } = items.find(({ number }) => number === trial)!.params as { x: number };
    expect((data.values as number[])[0]).toBeCloseTo((x - 0.3) ** 2 + 1 / (data.budget as number), 9);
  }
  await world.verify("unruly");
});

async function events(type: string): Promise<EventResource[]> {
  const { items } = await world.get<Page<EventResource>>(`${STUDY}/events?limit=1000&type=${type}`);
  return items;
}

/** Waits for this many promotions, tolerating a service that is away. */
const promoted = (count: number) =>
  waitFor(async () => (await events("trial.promoted").catch(() => [])).length >= count, {
    timeoutMs: 60_000,
    what: `${count} promotions`,
    everyMs: 50,
  });
