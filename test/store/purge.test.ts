import { afterEach, beforeEach, expect, test } from "vitest";
import { connect } from "../../store/postgres/connect.ts";
import { createPostgresStore } from "../../store/postgres/index.ts";
import { TEST_CONNECTION } from "../support/postgres.ts";
import { specOf } from "../support/simulated-study.ts";
import { createTestStore, type TestStore } from "../support/store.ts";

let world: TestStore;

beforeEach(async () => {
  world = await createTestStore();
});
afterEach(() => world.close());

/** A deleted study, with one trial that reported `points` values of one metric. */
async function deletedStudy(points: number): Promise<void> {
  const { id } = await world.store.createStudy("default", specOf({ name: "big" }), "user:test");
  await world.store.enqueueTrial(id, { x: 0.5 }, [0.5], "user:test");
  await world.sql`insert into metric_names (name) values ('loss')`;
  await world.sql`
    insert into metric_points (trial_id, attempt, name_id, step, value)
    select t.id, 1, n.id, step, 1 from trials t, metric_names n, generate_series(1, ${points}) step`;
  await world.store.deleteStudy(id, "user:test");
}

test("the points of a deleted study leave in small statements, all of them", async () => {
  await deletedStudy(12_000);
  await world.sql`create table bites (points integer not null)`;
  await world.sql.unsafe(`
    create function note_bite() returns trigger language plpgsql as
      $$ begin insert into bites select count(*) from gone; return null; end $$;
    create trigger bites after delete on metric_points referencing old table as gone
      for each statement execute function note_bite()`);
  await world.store.purge();
  expect(await world.sql`select 1 from metric_points`).toHaveLength(0);
  expect(await world.sql`select 1 from studies`).toHaveLength(0);
  const bites = await world.sql<{ points: number }[]>`select points from bites order by points desc`;
  expect(bites.map(({ points }) => points).filter((points) => points > 0)).toEqual([5_000, 5_000, 2_000]);
});

test("what cannot be removed now does not keep the rest", async () => {
  await deletedStudy(1);
  await world.sql`
    insert into idempotency (principal, key, request_hash, created_at) values ('a', 'b', 'c', now() - interval '3 days')`;
  const store = createPostgresStore(connect(world.url, { ...TEST_CONNECTION, lockTimeoutMs: 50 }));
  try {
    await world.sql.begin(async (tx) => {
      await tx`select 1 from metric_points for update`;
      await expect(store.purge()).rejects.toThrow();
    });
    expect(await world.sql`select 1 from idempotency`).toHaveLength(0);
    await store.purge();
    expect(await world.sql`select 1 from studies`).toHaveLength(0);
  } finally {
    await store.close();
  }
});
