import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { isTerminal, TRIAL_STATES, type TrialState } from "../../core/trial.ts";
import { type CheckpointWorld, openCheckpointWorld, takeOne } from "../support/checkpoints.ts";
import type { TestAgent } from "../support/store.ts";

let world: CheckpointWorld;
let agent: TestAgent;
beforeAll(async () => {
  world = await openCheckpointWorld();
});
afterAll(() => world.close());

async function open(keepBest: number): Promise<void> {
  await world.reset({ checkpoint: { keepBest } });
  agent = await world.agentNamed("gpu-1");
}

/** Trials with these losses, ended on gpu-1 with a checkpoint each. */
async function ended(losses: readonly (number | null)[]): Promise<string[]> {
  const ids = [];
  for (const [trial, loss] of losses.entries()) {
    await world.schedule(trial);
    const assignment = await takeOne(agent);
    await world.end(assignment, 9);
    await world.finish(trial, loss);
    ids.push(assignment.trialId);
  }
  return ids;
}

describe("checkpoints of trials that ended", () => {
  beforeEach(() => open(2));

  test("are kept of the best, and their agent is told of the others until it says that they are gone", async () => {
    const ids = await ended([3, 1, null, 2]);
    expect(await world.store.markDiscards()).toBe(2);
    expect(await world.kept()).toEqual([1, 3]);
    expect((await world.beat(agent)).sort()).toEqual([ids[0], ids[2]].sort());
    expect(await world.beat(agent, [ids[0] as string])).toEqual([ids[2]]);
    expect(await world.beat(agent, [ids[2] as string])).toEqual([]);
    expect(await world.store.markDiscards()).toBe(0);
    expect(await world.kept()).toEqual([1, 3]);
  });

  test("no word of an agent removes one that is kept, or another agent's", async () => {
    const ids = await ended([3, 1, 2]);
    await world.store.markDiscards();
    await world.beat(await world.agentNamed("gpu-2"), ids);
    expect(await world.beat(agent)).toEqual([ids[0]]);
    await world.beat(agent, ids);
    expect(await world.kept()).toEqual([1, 2]);
  });

  test("a discarded one is nothing to go on from, and a new one takes its place", async () => {
    await ended([3, 1, 2]);
    await world.store.markDiscards();
    await world.requeue(0);
    const again = await takeOne(agent);
    expect(again).toMatchObject({ trial: 0, from: null });
    await world.end(again, 9);
    expect(await world.beat(agent)).toEqual([]);
    expect(await world.kept()).toEqual([0, 1, 2]);
  });

  test("what the server has of a discarded one goes at once", async () => {
    const [first] = await ended([3, 1, 2]);
    await world.sql`insert into checkpoint_parts (trial_id, start, bytes) values (${first as string}, 0, '\\x00')`;
    await world.sql`update checkpoints set sent_bytes = 1, archive_bytes = 1`;
    await world.store.markDiscards();
    expect(await world.sql`select 1 from checkpoint_parts`).toHaveLength(0);
  });
});

test("a study that is done keeps its best, paused trials counted with the others", async () => {
  await open(1);
  await ended([2, 3]);
  await world.schedule(2);
  await world.end(await takeOne(agent), 9);
  await world.pause(2, 1);
  await world.store.markDiscards();
  expect(await world.kept()).toEqual([0, 2]);
  await world.decide({ type: "study.done", end: "stopped" });
  await world.store.markDiscards();
  expect(await world.kept()).toEqual([2]);
});

test("a deleted study keeps nothing, and its agent is told although the study is gone", async () => {
  await open(3);
  const ids = await ended([2]);
  await world.store.deleteStudy(world.studyId, "user:test");
  await world.store.markDiscards();
  await world.store.purge();
  await world.store.purge();
  expect(await world.sql`select 1 from trials`).toHaveLength(0);
  expect(await world.beat(agent)).toEqual(ids);
  await world.beat(agent, ids);
  expect(await world.sql`select 1 from checkpoints`).toHaveLength(0);
});

test("a study without fidelity is left to its agents", async () => {
  await open(0);
  await ended([1, 2]);
  await world.sql`update studies set spec = spec - 'fidelity'`;
  expect(await world.store.markDiscards()).toBe(0);
});

interface Known {
  state: TrialState;
  loss: number | null;
  parent: number | null;
}

const known = fc.record({
  state: fc.constantFrom(...TRIAL_STATES),
  loss: fc.option(fc.integer({ min: 0, max: 5 })),
  parent: fc.option(fc.nat(20)),
});

test("whatever states trials are in, nothing goes that a trial can go on from, and the best of the others stay", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(known, { minLength: 1, maxLength: 14 }), fc.nat(4), async (drawn, keepBest) => {
      const trials = drawn.map(
        ({ parent, ...trial }, number): Known => ({
          ...trial,
          parent: parent !== null && parent < number ? parent : null,
        }),
      );
      await open(keepBest);
      await insert(trials);
      await world.store.markDiscards();
      const kept = await world.kept();
      const needed = trials.flatMap(({ state, parent }, number) => [
        ...(isTerminal(state) ? [] : [number]),
        ...(parent !== null && (state === "queued" || state === "running") ? [parent] : []),
      ]);
      const best = [...trials.entries()]
        .filter(([, { state }]) => isTerminal(state))
        .sort(([a, x], [b, y]) => (x.loss ?? 9) - (y.loss ?? 9) || a - b)
        .slice(0, keepBest)
        .map(([number]) => number);
      expect(kept).toEqual([...new Set([...needed, ...best])].sort((a, b) => a - b));
    }),
    { numRuns: 25 },
  );
});

async function insert(trials: readonly Known[]): Promise<void> {
  const rows = trials.map((trial, number) => ({
    ...trial,
    number,
    id: randomUUID(),
    over: isTerminal(trial.state),
  }));
  await world.sql`
    insert into trials (id, study_id, number, state, params, point, origin, seed, attempt, losses, parent, ended_at, proposed, reason_code, reason_text)
    select id, ${world.studyId}, number, state, '{}', '[]', 'search', 1, 1, case when loss is not null then array[loss] end, parent,
           case when over then now() end, '', '', ''
    from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as r (id uuid, number int, state text, loss float8, parent int, over boolean)`;
  await world.sql`
    insert into checkpoints (trial_id, study_id, attempt, bytes, agent_id) select id, study_id, 1, 1, ${agent.id} from trials`;
}
