import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import type { Agent } from "../../agents/index.ts";
import { openWorkshop, type Workshop } from "../support/agents.ts";
import { startApi, type TestApi } from "../support/api.ts";
import { type CheckpointWorld, openCheckpointWorld } from "../support/checkpoints.ts";
import type { ProtocolServer } from "../support/protocol-server.ts";
import { waitFor } from "../support/wait-for.ts";

/** Real agents and processes on the real API and database; the test takes the scheduler's decisions. */

const SCRIPT = fileURLToPath(new URL("../fixtures/agents/resumable.mjs", import.meta.url));

let world: CheckpointWorld;
let api: TestApi;
let workshop: Workshop;
let server: Pick<ProtocolServer, "url">;
let ledger: string;
beforeAll(async () => {
  world = await openCheckpointWorld();
  api = await startApi({ store: world.store });
  server = { url: await api.listen() };
});
beforeEach(() => {
  workshop = openWorkshop();
  ledger = join(workshop.directory, "ledger.jsonl");
});
afterEach(() => workshop.close());
afterAll(async () => {
  await api.close();
  await world.close();
});

async function study(checkpoint: object = {}, bytes = 10): Promise<void> {
  await world.reset({ checkpoint });
  const environment = { LEDGER: ledger, BYTES: String(bytes) };
  await world.sql`
    update studies set spec = spec || ${world.sql.json({ command: [process.execPath, SCRIPT], environment })}::jsonb`;
}
const start = (name: string): Agent => workshop.agent(server as ProtocolServer, { name, slots: 1 });
const runs = () =>
  existsSync(ledger)
    ? readFileSync(ledger, "utf8")
        .split("\n")
        .slice(0, -1)
        .map((line) => JSON.parse(line))
    : [];

/** Waits for the end of the trial's attempt, and pauses it. */
async function trained(trial: number): Promise<void> {
  await waitFor(
    async () =>
      (
        await world.sql`
        select 1 from attempts a join trials t on t.id = a.trial_id and t.attempt = a.attempt
        where t.number = ${trial} and t.state = 'running' and a.ended_at is not null`
      ).length > 0,
    { what: `the end of trial ${trial}` },
  );
  await world.pause(trial);
}
const archived = () =>
  waitFor(
    async () => (await world.sql`select 1 from checkpoints where archive_bytes is not null`).length > 0,
    {
      what: "the archive",
    },
  );

test("a promoted trial goes on from its checkpoint, on the agent that has it", async () => {
  await study();
  start("gpu-1");
  await world.schedule(0, { budget: 3 });
  await trained(0);
  start("gpu-2");
  await world.promote(0, 9);
  await trained(0);
  expect(runs()).toEqual([
    { trial: 0, from: 0, to: 3, resume: null },
    { trial: 0, from: 3, to: 9, resume: "1" },
  ]);
  const attempts = await world.sql`select worker from attempts order by attempt`;
  expect(attempts.map(({ worker }) => worker)).toEqual(["gpu-1", "gpu-1"]);
});

test("a child starts from its parent's checkpoint, and a discard takes what nobody needs", async () => {
  await study({ keepBest: 0 });
  start("gpu-1");
  await world.schedule(0, { budget: 3 });
  await trained(0);
  await world.schedule(1, { parent: 0, budget: 5 });
  await trained(1);
  expect(runs().at(-1)).toEqual({ trial: 1, from: 3, to: 5, resume: "1" });
  await world.finish(0, 1);
  await world.store.markDiscards();
  await waitFor(async () => (await world.sql`select 1 from checkpoints`).length === 1, {
    what: "the discard",
  });
  await world.promote(1, 7);
  await trained(1);
  expect(runs().at(-1)).toEqual({ trial: 1, from: 5, to: 7, resume: "1" });
});

test("a trial whose agent was lost while it paused restarts elsewhere, and the log says what it cost", async () => {
  await study();
  const agent = start("gpu-1");
  await world.schedule(0, { budget: 3 });
  await trained(0);
  agent.stop();
  await agent.done;
  await world.silence("gpu-1");
  start("gpu-2");
  await world.promote(0, 9);
  await waitFor(() => runs().length === 2);
  expect(runs().at(-1)).toEqual({ trial: 0, from: 0, to: 9, resume: null });
  expect((await world.placed(0)).text).toBe(
    "Attempt 2 placed on gpu-2, restarts from zero: its checkpoint is on gpu-1, which is away; 3 epochs are trained again.",
  );
});

test("with the server's archive it goes on there, however large the checkpoint is for one request", async () => {
  await study({ store: "server" }, 3_000_000);
  const agent = start("gpu-1");
  await world.schedule(0, { budget: 3 });
  await trained(0);
  await archived();
  agent.stop();
  await agent.done;
  start("gpu-2");
  await world.promote(0, 9);
  await waitFor(() => runs().length === 2);
  expect(runs().at(-1)).toEqual({ trial: 0, from: 3, to: 9, resume: "1" });
  expect((await world.placed(0)).inputs).toMatchObject({ from: { place: "server", step: 3 }, lostSteps: 0 });
});

test("a checkpoint past the limit stays where it is, and its trial goes on there", async () => {
  await study({ store: "server", maxMb: 1 }, 2_000_000);
  start("gpu-1");
  await world.schedule(0, { budget: 3 });
  await trained(0);
  await waitFor(() => workshop.said.some((line) => line.includes("stays on this host alone")));
  await world.promote(0, 9);
  await trained(0);
  expect(runs().at(-1)).toMatchObject({ from: 3, to: 9 });
  expect(await world.sql`select 1 from checkpoint_parts`).toHaveLength(0);
});

test("on a shared path any agent goes on", async () => {
  const path = join(workshop.directory, "share");
  mkdirSync(path);
  await study({ store: "shared", path });
  const agent = start("gpu-1");
  await world.schedule(0, { budget: 3 });
  await trained(0);
  agent.drain();
  await agent.done;
  start("gpu-2");
  await world.promote(0, 9);
  await trained(0);
  expect(runs().at(-1)).toMatchObject({ from: 3, to: 9 });
});
