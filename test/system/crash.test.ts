import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import type { EventResource, Page, StudyResource, TrialResource } from "../../core/resources.ts";
import { type FettleProcess, startFettle, untilReady } from "../support/fettle-process.ts";
import { freePort } from "../support/free-port.ts";
import { createTestDatabase, type TestDatabase } from "../support/postgres.ts";
import { startRedis, type TestRedis } from "../support/redis.ts";
import { waitFor } from "../support/wait-for.ts";

const TRIALS = 16;
const trainer = new URL("../fixtures/ledger-trainer.mjs", import.meta.url).pathname;

interface World {
  directory: string;
  database: TestDatabase;
  redis: TestRedis | null;
  url: string;
  settings: Record<string, string>;
  parts: Map<string, FettleProcess>;
}

let world: World;

afterEach(async () => {
  await Promise.all([...world.parts.values()].map((part) => part.kill("SIGKILL")));
  await world.redis?.stop();
  await world.database.drop();
  rmSync(world.directory, { recursive: true, force: true });
});

async function createWorld(backend: "postgres" | "redis"): Promise<World> {
  const directory = mkdtempSync(join(tmpdir(), "fettle-crash-"));
  const database = await createTestDatabase();
  const redis = backend === "redis" ? await startRedis() : null;
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const settings: Record<string, string> = {
    DATABASE_URL: database.url,
    FETTLE_DATA_DIR: join(directory, "data"),
    FETTLE_PORT: String(port),
    FETTLE_URL: url,
    FETTLE_SLOTS: "3",
    FETTLE_AGENT_NAME: "crash-test",
    // Leases of 3 s instead of 60: the same protocol, twenty times as fast.
    FETTLE_INTERVAL_SCALE: "20",
    ...(redis === null ? {} : { REDIS_URL: redis.url }),
  };
  return { directory, database, redis, url, settings, parts: new Map() };
}

function start(part: "serve" | "schedule" | "agent"): FettleProcess {
  const started = startFettle([part], world.settings, world.directory);
  world.parts.set(part, started);
  return started;
}

async function crash(part: "serve" | "schedule" | "agent"): Promise<void> {
  await world.parts.get(part)?.kill("SIGKILL");
  const again = start(part);
  if (part === "serve") await untilReady(world.url, again);
}

const study = () => get<StudyResource>("/v1/projects/default/studies/crash");

async function get<Reply>(path: string): Promise<Reply> {
  const reply = await fetch(world.url + path);
  if (!reply.ok) throw new Error(`${path}: ${reply.status} ${await reply.text()}`);
  return (await reply.json()) as Reply;
}

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
  const headers = { "content-type": "application/json" };
  const reply = await fetch(`${world.url}/v1/projects/default/studies`, {
    method: "POST",
    headers,
    body: JSON.stringify(spec),
  });
  expect(reply.status, await reply.clone().text()).toBe(201);
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
    world = await createWorld(backend);
    await untilReady(world.url, start("serve"));
    start("schedule");
    start("agent");
    await createStudy();
    await finished(2);
    await crash("agent");
    await finished(5);
    await crash("schedule");
    await finished(8);
    await crash("serve");
    await waitFor(async () => (await study()).state === "done", {
      timeoutMs: 90_000,
      what: "the study's end",
      everyMs: 100,
    });

    const { items } = await get<Page<TrialResource>>("/v1/projects/default/studies/crash/trials?limit=100");
    expect(items.map((trial) => trial.number).sort((a, b) => a - b)).toEqual(
      Array.from({ length: TRIALS }, (_, n) => n),
    );
    expect(items.map((trial) => trial.state)).toEqual(Array(TRIALS).fill("completed"));
    expectExactResults(items);
    await expectOneEndEach();
    await expectVerified();
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
  const { items } = await get<{ items: EventResource[] }>(
    "/v1/projects/default/studies/crash/events?limit=1000",
  );
  const ends = items.filter((event) => event.type === "trial.finished").map((event) => event.trial);
  expect(ends.sort((a, b) => Number(a) - Number(b))).toEqual(Array.from({ length: TRIALS }, (_, n) => n));
}

async function expectVerified(): Promise<void> {
  const verify = startFettle(["study", "verify", "crash"], world.settings, world.directory);
  expect(await verify.exited, verify.log()).toBe(0);
}
