import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Assignment } from "../../core/protocol.ts";
import { verifyStudy } from "../../scheduler/verify.ts";
import { advanceWith } from "../support/advance.ts";
import { specOf } from "../support/simulated-study.ts";
import {
  COMPLETED,
  createTestStore,
  registerTestAgent,
  type TestAgent,
  type TestStore,
} from "../support/store.ts";

let world: TestStore;

beforeEach(async () => {
  world = await createTestStore({ connections: 12 });
});
afterEach(() => world.close());

/** Runs one trial as an agent would: report, then result. */
async function run(assignment: Assignment): Promise<void> {
  const x = Number(assignment.params.x);
  const points = [1, 2, 3].map((step) => ({ name: "loss", step, value: x / step }));
  await world.store.report(assignment.trialId, assignment.attempt, { points }, "agent:test");
  await world.store.finishAttempt(assignment.trialId, assignment.attempt, COMPLETED, "agent:test");
}

describe("50 agents on a study with parallelism 5 and 60 trials", () => {
  const spec = specOf({ name: "limits", command: ["true"], parallelism: 5, budget: { maxTrials: 60 } });

  test("never run more than 5, never create more than 60, and record each trial once", {
    timeout: 120_000,
  }, async () => {
    const { store, sql } = world;
    const study = await store.createStudy("default", spec, "user:test");
    // Two schedulers at once: the second must change nothing.
    const schedulers = [advanceWith(world), advanceWith(world)];
    const agents = await Promise.all(
      Array.from({ length: 50 }, (_, index) => registerTestAgent(store, { name: `a${index}` })),
    );
    let done = false;
    let mostSampled = 0;
    const sampler = (async () => {
      while (!done) {
        const [row] = await sql<{ running: number; created: number }[]>`
          select (select count(*)::int from attempts where ended_at is null) as running, (select count(*)::int from trials) as created`;
        mostSampled = Math.max(mostSampled, row?.running ?? 0);
        expect(row?.created).toBeLessThanOrEqual(60);
      }
    })();
    const ordering = (async () => {
      while (!done) {
        await Promise.all(schedulers.map((advance) => advance(study.id)));
        done = (await store.getStudy("default", "limits")).state === "done";
      }
    })();
    await Promise.all([...agents.map((agent) => work(agent, () => done)), ordering, sampler]);

    expect(mostSampled).toBeLessThanOrEqual(5);
    expect(await mostOverlapping()).toBeLessThanOrEqual(5);
    expect(await deadlocks()).toBe(0);
    const finished = await store.getStudy("default", "limits");
    expect(finished.counts.completed).toBe(60);
    expect(finished.created).toBe(60);
    const ends = await sql`select trial from study_events where type = 'trial.finished'`;
    expect(new Set(ends.map((row) => row.trial)).size).toBe(60);
    expect(ends.length).toBe(60);
    const log = await store.eventPage(study.id, 0, 10_000);
    const verified = await verifyStudy(
      finished.spec,
      (async function* () {
        yield* log;
      })(),
    );
    expect(verified).toMatchObject({ suggestions: 60, problems: [] });
  });

  /** Deadlocks are retried, so only their count would tell of a wrong lock order. */
  async function deadlocks(): Promise<number> {
    const [row] = await world.sql<{ n: number }[]>`
      select deadlocks::int as n from pg_stat_database where datname = current_database()`;
    return row?.n ?? -1;
  }

  async function work(agent: TestAgent, isDone: () => boolean): Promise<void> {
    while (!isDone()) {
      const [assignment] = await agent.claim();
      if (assignment !== undefined) await run(assignment);
      else await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  /** The most attempts whose recorded intervals have an instant in common. */
  async function mostOverlapping(): Promise<number> {
    const [row] = await world.sql<{ most: number }[]>`
      select max(n)::int as most from (
        select count(*) as n from attempts a join attempts b on b.started_at <= a.started_at and b.ended_at > a.started_at
        group by a.trial_id, a.attempt) counted`;
    return row?.most ?? 0;
  }
});
