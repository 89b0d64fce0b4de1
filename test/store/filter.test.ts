import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseFilter, STUDY_FIELDS, TRIAL_FIELDS } from "../../core/filter.ts";
import { specOf } from "../support/simulated-study.ts";
import { createTestStore, type TestStore } from "../support/store.ts";

let world: TestStore;
let studyId: string;

/** Five trials by hand: number, state, params, last accuracy. */
const TRIALS = [
  { state: "completed", params: { lr: 0.1, opt: "adam", nested: { a: 1 } }, acc: 0.9 },
  { state: "completed", params: { lr: 0.001, opt: "sgd" }, acc: 0.7 },
  { state: "failed", params: { lr: 0.5, opt: "adam" }, acc: Number.NaN },
  { state: "pruned", params: { lr: 0.01, opt: "a' or 1=1 --" }, acc: 0.2 },
  { state: "queued", params: { opt: "adam" }, acc: null },
] as const;

beforeAll(async () => {
  world = await createTestStore();
  const spec = specOf({ name: "filtered", tags: ["v2", "demo"] });
  studyId = (await world.store.createStudy("default", spec, "user:test")).id;
  await world.store.createStudy("default", { ...spec, name: "other", tags: [] }, "user:test");
  const { sql } = world;
  await sql`insert into metric_names (name) values ('val/acc')`;
  for (const [number, { state, params, acc }] of TRIALS.entries()) {
    const ended = state === "queued" ? null : new Date();
    const values = acc === null || Number.isNaN(acc) ? [null] : [acc];
    await sql`
      insert into trials (id, study_id, number, state, params, point, origin, seed, attempt, objective_values, ended_at, proposed, reason_code, reason_text)
      values (gen_random_uuid(), ${studyId}, ${number}, ${state}, ${sql.json(params)}, '[]', 'user', 1, 1, ${sql.json(values)}, ${ended}, '', '', '')`;
    if (acc === null) continue;
    await sql`
      insert into metric_points (trial_id, attempt, name_id, step, value)
      select t.id, 1, n.id, s.step, case when s.step = 2 then ${String(acc)}::float8 else 0.99 end
      from trials t, metric_names n, (values (1), (2)) s (step) where t.study_id = ${studyId} and t.number = ${number}`;
  }
});
afterAll(() => world.close());

async function numbers(filter: string): Promise<number[]> {
  const page = await world.store.listTrials(
    studyId,
    { filter: parseFilter(filter, TRIAL_FIELDS) },
    { limit: 100 },
  );
  return page.items.map((trial) => trial.number);
}

describe("trials", () => {
  test.each([
    ["state = completed", [0, 1]],
    ["state = COMPLETED", [0, 1]],
    ["state IN (completed, pruned) AND params.lr < 0.1", [1, 3]],
    ["params.lr >= 0.1", [0, 2]],
    ["params.lr = 0.1", [0]],
    ['params.opt = "adam" AND NOT state = queued', [0, 2]],
    ["params.opt > 3", []],
    ["params.unknown = 1", []],
    ["NOT params.lr < 1", [4]],
    ["metrics.val/acc > 0.1", [0, 1, 3]],
    ["metrics.missing > 0", []],
    ["value > 0.5 OR number = 4", [0, 1, 4]],
    ["number != 0 AND number <= 2", [1, 2]],
    ["state = 5", []],
  ])("%s finds those that match", async (filter, expected) => {
    expect(await numbers(filter)).toEqual(expected);
  });

  test("a value that looks like SQL is a value", async () => {
    expect(await numbers(`params.opt = "a' or 1=1 --"`)).toEqual([3]);
    expect(await numbers(`params.opt = "'; drop table trials; --"`)).toEqual([]);
  });

  test("pages of a filtered list go on with the same filter only", async () => {
    const filter = parseFilter("params.opt = adam", TRIAL_FIELDS);
    const first = await world.store.listTrials(studyId, { filter }, { limit: 2 });
    const cursor = first.nextCursor as string;
    const second = await world.store.listTrials(studyId, { filter }, { limit: 2, cursor });
    expect([...first.items, ...second.items].map((trial) => trial.number)).toEqual([0, 2, 4]);
    await expect(world.store.listTrials(studyId, {}, { limit: 2, cursor })).rejects.toMatchObject({
      code: "invalid-input",
    });
    expect(cursor.length).toBeLessThan(200);
  });
});

describe("studies", () => {
  test.each([
    ["tags:v2", ["filtered"]],
    ["NOT tags:v2", ["other"]],
    ["name = other AND state = running", ["other"]],
    ["created > 0", []],
  ])("%s finds those that match", async (filter, expected) => {
    const page = await world.store.listStudies(
      "default",
      { filter: parseFilter(filter, STUDY_FIELDS) },
      { limit: 10 },
    );
    expect(page.items.map((study) => study.name)).toEqual(expected);
  });
});
