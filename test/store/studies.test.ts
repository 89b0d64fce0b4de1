import { describe, expect, test } from "vitest";
import { useScenario } from "../support/scenario.ts";
import { createTestStore } from "../support/store.ts";

const scenario = useScenario();
const { advance, again, claimOne, finish, report, study } = scenario;

describe("studies", () => {
  test("a name is taken once in a project, and free again after deletion", async () => {
    const first = await study();
    await expect(study()).rejects.toMatchObject({ code: "already-exists" });
    await scenario.world.store.deleteStudy(first.id, "user:test");
    await expect(again()).rejects.toMatchObject({ code: "not-found" });
    await study();
  });

  test("are found by name and by id, and a name that looks like an id goes first", async () => {
    const plain = await study();
    const { getStudy } = scenario.world.store;
    expect((await getStudy("default", plain.name)).id).toBe(plain.id);
    expect((await getStudy("default", plain.id)).id).toBe(plain.id);
    await expect(getStudy("other", plain.id)).rejects.toMatchObject({ code: "not-found" });
    const named = await study({ name: plain.id });
    expect((await getStudy("default", plain.id)).id).toBe(named.id);
  });

  test("are found without a look at all the others", async () => {
    const world = await createTestStore({ connections: 1 });
    const { sql, store } = world;
    await sql`
      insert into studies (id, project, name, spec, parallelism, pool, runs_command, reason_text)
      select gen_random_uuid(), 'default', 'study-' || n, '{}', 1, 'default', true, '' from generate_series(1, 3000) n`;
    await sql`analyze studies`;
    const rowsRead = async () => {
      await sql`select pg_stat_force_next_flush()`;
      const [row] = await sql<{ rows: number }[]>`
        select seq_tup_read + idx_tup_fetch as rows from pg_stat_user_tables where relname = 'studies'`;
      return row!.rows;
    };
    const [known] = await sql<{ id: string }[]>`select id from studies where name = 'study-1500'`;
    const before = await rowsRead();
    for (const wanted of ["study-1500", known!.id]) await store.getStudy("default", wanted);
    expect((await rowsRead()) - before).toBeLessThan(100);
    await world.close();
  });

  test("a patch needs the version it was made for, and keeps what it does not name", async () => {
    const { id, version } = await study();
    const patched = await scenario.world.store.patchStudy(
      id,
      { budget: { maxTrials: 20 } },
      version,
      "user:test",
    );
    expect(patched.spec.budget).toEqual({ maxTrials: 20 });
    expect(patched.spec.parallelism).toBe(2);
    await expect(
      scenario.world.store.patchStudy(id, { parallelism: 3 }, version, "user:test"),
    ).rejects.toMatchObject({
      code: "precondition-failed",
    });
    const unlimited = await scenario.world.store.patchStudy(
      id,
      { budget: { maxTrials: null } },
      null,
      "user:test",
    );
    expect(unlimited.spec.budget).toEqual({});
  });

  test("maxTrials cannot fall below what was created", async () => {
    const { id } = await study();
    const refused = scenario.world.store.patchStudy(id, { budget: { maxTrials: 1 } }, null, "user:test");
    await expect(refused).rejects.toMatchObject({
      code: "invalid-study",
      fields: [{ pointer: "/budget/maxTrials" }],
    });
  });

  test("no attempt starts once a stop was acknowledged", async () => {
    const { id } = await study();
    await scenario.world.store.stopStudy(id, "user:test");
    expect(await scenario.agent.claim()).toEqual([]);
    await advance(id);
    expect(await again()).toMatchObject({ state: "done", end: "stopped" });
  });

  test("a paused study hands out nothing until it is resumed", async () => {
    const { id } = await study();
    await scenario.world.store.pauseStudy(id, "user:test");
    expect(await scenario.agent.claim()).toEqual([]);
    await scenario.world.store.resumeStudy(id, "user:test");
    expect(await scenario.agent.claim()).toHaveLength(1);
    await expect(
      scenario.world.store
        .stopStudy(id, "user:test")
        .then(() => scenario.world.store.resumeStudy(id, "user:test")),
    ).rejects.toMatchObject({ code: "conflict" });
  });

  test("pages of a list hold every study once, newest first", async () => {
    for (let index = 0; index < 5; index++) await study({ name: `s${index}` });
    const first = await scenario.world.store.listStudies("default", {}, { limit: 2 });
    const second = await scenario.world.store.listStudies(
      "default",
      {},
      { limit: 2, cursor: first.nextCursor as string },
    );
    const third = await scenario.world.store.listStudies(
      "default",
      {},
      { limit: 2, cursor: second.nextCursor as string },
    );
    expect([first, second, third].flatMap((page) => page.items.map((item) => item.name))).toEqual([
      "s4",
      "s3",
      "s2",
      "s1",
      "s0",
    ]);
    expect(third.nextCursor).toBeNull();
    await expect(
      scenario.world.store.listStudies(
        "default",
        { state: "done" },
        { limit: 2, cursor: first.nextCursor as string },
      ),
    ).rejects.toMatchObject({ code: "invalid-input" });
  });
});

describe("the leaderboard", () => {
  async function runTrial(values: Record<string, number | "NaN">): Promise<void> {
    const claimed = await claimOne();
    await report(
      claimed,
      Object.entries(values).map(([name, value]) => ({ name, step: 1, value })),
    );
    await finish(claimed);
    await advance(claimed.studyId);
  }

  test("ranks by the goal, and a diverged trial is not on it", async () => {
    const { id } = await study({ objectives: [{ metric: "acc", goal: "maximize" }] });
    for (const acc of [0.5, 0.9, "NaN", 0.7] as const) await runTrial({ acc });
    const board = await scenario.world.store.leaderboard(id, 10);
    expect(board.rows.map((row) => row.values[0])).toEqual([0.9, 0.7, 0.5]);
    expect(board).toMatchObject({ measured: 3, medianValue: 0.7 });
    expect((await again()).best).toMatchObject({ trial: 1, values: [0.9] });
    expect((await again()).counts.failed).toBe(1);
  });

  test("gives the median of an even number without a rounding error", async () => {
    const { id } = await study({ objectives: [{ metric: "acc", goal: "maximize" }] });
    for (const acc of [0.5, 0.861, 0.862, 0.9]) await runTrial({ acc });
    expect((await scenario.world.store.leaderboard(id, 10)).medianValue).toBe(0.8615);
  });

  test("puts trials that break an outcome constraint last", async () => {
    const { id } = await study({ outcomeConstraints: [{ metric: "latency", max: 10 }] });
    await runTrial({ loss: 0.1, latency: 50 });
    await runTrial({ loss: 0.9, latency: 5 });
    const board = await scenario.world.store.leaderboard(id, 10);
    expect(board.rows.map((row) => [row.trial, row.feasible])).toEqual([
      [1, true],
      [0, false],
    ]);
    expect((await again()).best?.trial).toBe(1);
  });

  test("ranks several objectives by their fronts", async () => {
    const { id } = await study({
      objectives: [
        { metric: "a", goal: "minimize" },
        { metric: "b", goal: "minimize" },
      ],
    });
    await runTrial({ a: 1, b: 1 });
    await runTrial({ a: 2, b: 2 });
    await runTrial({ a: 0.5, b: 3 });
    const board = await scenario.world.store.leaderboard(id, 10);
    expect(board.rows.map((row) => [row.rank, row.trial])).toEqual([
      [1, 0],
      [1, 2],
      [2, 1],
    ]);
  });
});

describe("the event stream", () => {
  test("never skips an event while others commit at the same time", async () => {
    const start = await scenario.world.store.eventsAfter(null, 10);
    const studies = await Promise.all(Array.from({ length: 6 }, (_, index) => study({ name: `s${index}` })));
    const seen: string[] = [];
    let position = start.position;
    let wanted = Number.POSITIVE_INFINITY;
    let deadline = Number.POSITIVE_INFINITY;
    // Not until the first empty page: a transaction of anybody on this server, whatever its database, holds events back.
    const follow = (async () => {
      while (seen.length < wanted && performance.now() < deadline) {
        const page = await scenario.world.store.eventsAfter(position, 7);
        position = page.position;
        seen.push(...page.events.map((event) => `${event.study}/${event.seq}`));
      }
    })();
    await Promise.all(
      studies.map(async ({ id }, index) => {
        for (let turn = 0; turn < 10; turn++) {
          await scenario.world.store.patchStudy(id, { priority: index + turn }, null, "user:test");
          await advance(id);
        }
      }),
    );
    const logs = await Promise.all(
      studies.map(({ id }) => scenario.world.store.studyEvents(id, { afterSeq: 0, limit: 1000 })),
    );
    const all = logs.flat().map((event) => `${event.study}/${event.seq}`);
    wanted = all.length;
    deadline = performance.now() + 10_000;
    await follow;
    expect(seen.sort()).toEqual(all.sort());
  });
});
