import { afterEach, beforeEach, expect, test } from "vitest";
import type { Queue } from "../../core/queue.ts";
import { createQueue } from "../../queue/bullmq.ts";
import { startMaintenance } from "../../scheduler/maintenance.ts";
import { silentLog } from "../support/log.ts";
import { specOf } from "../support/simulated-study.ts";
import { createTestStore, type TestStore } from "../support/store.ts";
import { waitFor } from "../support/wait-for.ts";

let world: TestStore;
let queue: Queue;

beforeEach(async () => {
  world = await createTestStore();
  queue = await createQueue({ databaseUrl: world.url, log: silentLog });
});
afterEach(async () => {
  await queue.close();
  await world.close();
});

test("a deleted study's rows go in time, whichever of several schedulers takes the job", async () => {
  const start = () => startMaintenance({ store: world.store, queue, everyMs: 50, log: silentLog });
  const schedulers = [start(), start()];
  try {
    const { id } = await world.store.createStudy("default", specOf({ name: "gone" }), "user:test");
    await world.store.enqueueTrial(id, { x: 0.5 }, [0.5], "user:test");
    await world.store.createStudy("default", specOf({ name: "kept" }), "user:test");
    await world.store.deleteStudy(id, "user:test");
    const names = async () =>
      (await world.sql<{ name: string }[]>`select name from studies`).map((row) => row.name);
    await waitFor(async () => (await names()).join() === "kept", { what: "the purge" });
    expect(await world.sql`select 1 from trials`).toHaveLength(0);
  } finally {
    await Promise.all(schedulers.map((scheduler) => scheduler.stop()));
  }
});

test("a part of the maintenance that fails does not keep the others", async () => {
  const store = { ...world.store, markDiscards: () => Promise.reject(new Error("no")) };
  const scheduler = startMaintenance({ store, queue, everyMs: 50, log: silentLog });
  try {
    const { id } = await world.store.createStudy("default", specOf({ name: "gone" }), "user:test");
    await world.store.deleteStudy(id, "user:test");
    await waitFor(async () => (await world.sql`select 1 from studies`).length === 0, { what: "the purge" });
  } finally {
    await scheduler.stop();
  }
});
