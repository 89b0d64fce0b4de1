import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import type { EventResource, Page, StudyResource, TrialResource } from "../../core/resources.ts";
import { untilReady } from "../support/fettle-process.ts";
import { createFettleWorld, type FettleWorld } from "../support/fettle-world.ts";
import { waitFor } from "../support/wait-for.ts";

const TRIALS = 16;
const trainer = new URL("../fixtures/ledger-trainer.mjs", import.meta.url).pathname;

let world: FettleWorld;
afterEach(() => world.close());

const study = () => world.get<StudyResource>("/v1/projects/default/studies/crash");

async function createStudy(): Promise<void> {
  const spec = {
    name: "crash",
    command: [process.execPath, trainer],
    environment: { LEDGER: join(world.directory, "ledger.jsonl") },
    parameters: [{ name: "x", type: "float", low: 0, high: 1 }],
    objectives: [{ metric: "loss", goal: "minimize" }],
    budget: { maxTrials: TRIALS },
    parallelism: 3,
    seed: 5,
  };
  await world.post("/v1/projects/default/studies", spec);
}

/** Waits for this many finished trials, tolerating an API that is away. */
const finished = (count: number) =>
  waitFor(
    async () => {
      const { counts } = await study().catch(() => ({ counts: null }));
      return counts !== null && counts.completed + counts.failed >= count;
    },
    { timeoutMs: 60_000, what: `${count} finished trials`, everyMs: 50 },
  );

test.each(["postgres", "redis"] as const)(
  "a study survives kill -9 of agent, scheduler and API, each in turn, with its queue on %s",
  { timeout: 180_000 },
  async (backend) => {
    world = await createFettleWorld(backend);
    await untilReady(world.url, world.start("serve"));
    world.start("schedule");
    world.start("agent");
    await createStudy();
    await finished(2);
    await world.crash("agent");
    await finished(5);
    await world.crash("schedule");
    await finished(8);
    await world.crash("serve");
    await waitFor(async () => (await study()).state === "done", {
      timeoutMs: 90_000,
      what: "the study's end",
      everyMs: 100,
    });

    const { items } = await world.get<Page<TrialResource>>(
      "/v1/projects/default/studies/crash/trials?limit=100",
    );
    expect(items.map((trial) => trial.number).sort((a, b) => a - b)).toEqual(
      Array.from({ length: TRIALS }, (_, n) => n),
    );
    expect(items.map((trial) => trial.state)).toEqual(Array(TRIALS).fill("completed"));
    expectExactResults(items);
    await expectOneEndEach();
    await world.verify("crash");
  },
);

/** Each recorded value is the one that the recorded attempt itself computed. */
function expectExactResults(trials: readonly TrialResource[]): void {
  const lines = readFileSync(join(world.directory, "ledger.jsonl"), "utf8").trim().split("\n");
  const ledger = lines.map((line) => JSON.parse(line));
  for (const trial of trials) {
    const ended = ledger.filter(
      (entry) => entry.event === "end" && entry.trial === trial.number && entry.attempt === trial.attempt,
    );
    expect(ended).toHaveLength(1);
    expect(trial.values[0]).toBeCloseTo(ended[0].loss, 12);
  }
}

async function expectOneEndEach(): Promise<void> {
  const { items } = await world.get<{ items: EventResource[] }>(
    "/v1/projects/default/studies/crash/events?limit=1000",
  );
  const ends = items.filter((event) => event.type === "trial.finished").map((event) => event.trial);
  expect(ends.sort((a, b) => Number(a) - Number(b))).toEqual(Array.from({ length: TRIALS }, (_, n) => n));
}
