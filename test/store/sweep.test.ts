import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { StudySpecInput } from "../../core/study.ts";
import { specOf } from "../support/simulated-study.ts";
import { createTestStore, type TestStore } from "../support/store.ts";

let world: TestStore;

beforeEach(async () => {
  world = await createTestStore();
});
afterEach(() => world.close());

async function idleStudy(name: string, input: Partial<StudySpecInput> = {}): Promise<string> {
  const { id } = await world.store.createStudy("default", specOf({ name, ...input }), "user:test");
  await world.sql`delete from inbox`;
  return id;
}

const age = (seconds: number) =>
  world.sql`update studies set advanced_at = now() - ${seconds} * interval '1 second'`;

describe("the sweep's look for studies to advance", () => {
  test("finds one with facts waiting, at once", async () => {
    const { id } = await world.store.createStudy("default", specOf({ name: "fresh" }), "user:test");
    expect(await world.store.studiesToAdvance(5_000, 10)).toEqual([id]);
  });

  test("finds one with a limit in time again and again, paused or not", async () => {
    const id = await idleStudy("timed", { budget: { maxWallTimeSeconds: 60 } });
    await world.store.pauseStudy(id, "user:test");
    await world.sql`delete from inbox`;
    await age(6);
    expect(await world.store.studiesToAdvance(5_000, 10)).toEqual([id]);
    expect(await world.store.studiesToAdvance(5_000, 10)).toEqual([]);
    await age(6);
    expect(await world.store.studiesToAdvance(5_000, 10)).toEqual([id]);
  });

  test("leaves an idle study without limits in time alone for a good while", async () => {
    const id = await idleStudy("idle");
    await age(20);
    expect(await world.store.studiesToAdvance(5_000, 10)).toEqual([]);
    await age(61);
    expect(await world.store.studiesToAdvance(5_000, 10)).toEqual([id]);
  });

  test("gives every study its turn, however many there are", async () => {
    const ids = [];
    for (let index = 0; index < 6; index++)
      ids.push(await idleStudy(`s${index}`, { budget: { maxGpuHours: 1 } }));
    await age(10);
    const found = [];
    for (let round = 0; round < 3; round++) found.push(...(await world.store.studiesToAdvance(5_000, 2)));
    expect(found.sort()).toEqual(ids.sort());
  });
});
