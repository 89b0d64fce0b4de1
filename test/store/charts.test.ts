import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { curvesSchema, progressSchema, timelineSchema, trialSampleSchema } from "../../core/charts.ts";
import type { Assignment } from "../../core/protocol.ts";
import type { StudySpecInput } from "../../core/study.ts";
import { useScenario } from "../support/scenario.ts";

const scenario = useScenario();
const { advance, again, claimOne, finish, report, study } = scenario;

const PLAIN = { algorithm: { name: "random" }, parallelism: 1 } as const;

/** Runs one trial for each value, in turn; null: it fails. `spans`: when each ran, by seconds of an hour long ago. */
async function run(
  values: readonly (number | "NaN" | null)[],
  input: Partial<StudySpecInput> = {},
  spans: readonly (readonly [number, number])[] = [],
) {
  const { id } = await study({ ...PLAIN, budget: { maxTrials: values.length + 1 }, ...input });
  for (const [n, value] of values.entries()) {
    const running = await claimOne();
    if (value !== null) await report(running, [{ name: "loss", step: 3, value }]);
    await finish(running, value === null ? FAILED : {});
    if (spans[n] !== undefined) await setSpan(running, spans[n]);
    await advance(id);
  }
  return id;
}

/** As if the attempt, of which no turn has heard yet, had run on GPU 0 from one second to the other. */
async function setSpan({ trialId }: Assignment, [from, to]: readonly [number, number]) {
  const { sql } = scenario.world;
  await sql`
    update attempts set gpus = '{0}', started_at = '2026-01-01T00:00:00Z'::timestamptz + make_interval(secs => ${from}),
           ended_at = '2026-01-01T00:00:00Z'::timestamptz + make_interval(secs => ${to})
    where trial_id = ${trialId}`;
  await sql`update inbox set fact = jsonb_set(fact, '{end,seconds}', ${to - from}::int::text::jsonb) where fact ->> 'type' = 'attempt.ended'`;
}

const FAILED = { outcome: "failed", failureClass: "user-error", exitCode: 1 };

describe("progress", () => {
  test("has a step for each trial that beats all before it, and a dot for each with a value", async () => {
    const id = await run([5, 7, null, 4, "NaN", 4, 1]);
    const progress = progressSchema.parse(await scenario.world.store.progress(id, 300));
    expect(progress).toMatchObject({ metric: "loss", goal: "minimize", trials: 5 });
    expect(progress.improvements.map(({ trial, value, trials }) => [trial, value, trials])).toEqual([
      [0, 5, 1],
      [3, 4, 3],
      [6, 1, 5],
    ]);
    expect(progress.points.map(({ trial, state }) => [trial, state])).toEqual(
      [0, 1, 3, 5, 6].map((trial) => [trial, "completed"]),
    );
    const seconds = progress.points.map((point) => point.seconds);
    expect(seconds).toEqual([...seconds].sort((a, b) => a - b));
    expect(seconds[0]).toBeGreaterThan(0);
    expect((await again()).trend).toEqual([5, 4, 1]);
  });

  test("goes up where the goal is to maximise, and counts the GPU-hours spent", async () => {
    const objectives = [{ metric: "loss", goal: "maximize" as const }];
    const id = await run([0.2, 0.1, 0.9], { objectives });
    await scenario.world.sql`update study_progress set gpu_seconds = place * 1800 where study_id = ${id}`;
    const { improvements } = await scenario.world.store.progress(id, 300);
    expect(improvements.map(({ value, gpuHours }) => [value, gpuHours])).toEqual([
      [0.2, 0.5],
      [0.9, 1.5],
    ]);
    expect((await again()).trend).toEqual([0.2, 0.9]);
  });

  test("takes several trials of one turn in the order of their ends", async () => {
    const { id } = await study({ ...PLAIN, parallelism: 3, resources: { gpus: 1 } });
    const gpu = { index: 0, uuid: "g", name: "g", memoryMb: 1, free: 1, freeMemoryMb: 1 };
    const gpus = [0, 1, 2].map((index) => ({ ...gpu, index, uuid: `g${index}` }));
    const free = { pool: "default", labels: {}, gpus, cpus: 16, memoryMb: 32_000, slots: 16 };
    const running = await scenario.agent.claim({ max: 3, free });
    for (const [index, value] of [3, 2, 9].entries()) {
      await report(running[index]!, [{ name: "loss", step: 1, value }]);
      await finish(running[index]!);
    }
    await advance(id);
    const { improvements, points } = await scenario.world.store.progress(id, 300);
    expect(improvements.map(({ value }) => value)).toEqual([3, 2]);
    expect(points.map(({ value, trials }) => [value, trials])).toEqual([
      [3, 1],
      [2, 2],
      [9, 3],
    ]);
    const spent = points.map(({ gpuHours }) => gpuHours);
    expect(spent[0]).toBeGreaterThan(0);
    const { used } = await again();
    expect(used.gpuHours).toBeCloseTo(spent[2]!, 9);
  });

  test("has no best of several objectives", async () => {
    const objectives = [
      { metric: "loss", goal: "minimize" as const },
      { metric: "size", goal: "minimize" as const },
    ];
    const { id } = await study({ ...PLAIN, objectives });
    const running = await claimOne();
    await report(running, [
      { name: "loss", step: 1, value: 2 },
      { name: "size", step: 1, value: 3 },
    ]);
    await finish(running);
    await advance(id);
    const progress = await scenario.world.store.progress(id, 300);
    expect(progress.improvements).toEqual([]);
    expect(progress.points.map(({ value }) => value)).toEqual([2]);
    expect((await again()).trend).toEqual([]);
  });

  test("keeps the improvements and a part of the others, the same each time", async () => {
    const id = await run([9, 8, 10, 11, 12, 13, 14, 15]);
    const { store } = scenario.world;
    const first = await store.progress(id, 3);
    expect(first.trials).toBe(8);
    expect(first.improvements).toHaveLength(2);
    expect(first.points.length).toBeLessThanOrEqual(5);
    expect(first.points.length).toBeGreaterThanOrEqual(3);
    expect(await store.progress(id, 3)).toEqual(first);
  });
});

describe("the sample", () => {
  test("has the best first of all, failed trials without a value, and what the space looks like", async () => {
    const id = await run([5, null, 4, "NaN", 1, 8]);
    const { store } = scenario.world;
    const whole = trialSampleSchema.parse(await store.sampleTrials(id, { limit: 100, top: 2 }));
    expect(whole).toMatchObject({ total: 6, sampled: 6, trials: [0, 1, 2, 3, 4, 5] });
    expect(whole.values).toEqual([[5, null, 4, null, 1, 8]]);
    expect(whole.states[1]).toBe("failed");
    expect(whole.steps).toEqual([3, null, 3, 3, 3, 3]);
    expect(whole.parameters[0]).toMatchObject({ name: "x", type: "float", low: 0, high: 1 });
    expect(whole.params.x).toHaveLength(6);
    const best = await store.sampleTrials(id, { limit: 2, top: 2 });
    expect(best.trials).toEqual([2, 4]);
    const mixed = await store.sampleTrials(id, { limit: 3, top: 1 });
    expect(mixed).toMatchObject({ total: 6, sampled: 3 });
    expect(mixed.trials).toContain(4);
    expect(await store.sampleTrials(id, { limit: 3, top: 1 })).toEqual(mixed);
    const failed = await store.sampleTrials(id, { limit: 100, top: 2, state: ["failed"] });
    expect(failed.states.every((state) => state === "failed")).toBe(true);
    expect(failed).toMatchObject({ total: failed.trials.length, trials: expect.arrayContaining([1]) });
  });
});

describe("the completed trials", () => {
  test("are all told by number, or a sample of them that stays the same", async () => {
    const id = await run([5, null, 4, "NaN", 1, 8]);
    const { store } = scenario.world;
    const all = await store.sampleCompleted(id, 100);
    expect(all.map(({ values }) => values)).toEqual([[5], [4], [1], [8]]);
    expect(all[0]!.point).toHaveLength(1);
    const some = await store.sampleCompleted(id, 2);
    expect(some).toHaveLength(2);
    expect(all).toEqual(expect.arrayContaining(some));
    expect(await store.sampleCompleted(id, 2)).toEqual(some);
  });
});

describe("curves", () => {
  const STAGED = { ...PLAIN, fidelity: { unit: "epoch", min: 1, max: 9, eta: 3 }, budget: { maxTrials: 3 } };

  test("go on where the trial went on, with the rungs and why it was given up", async () => {
    const { id } = await study(STAGED);
    for (let step = 0; step < 20 && (await again()).state !== "done"; step++) {
      const running = await claimOne();
      await report(running, [{ name: "loss", step: running.budget ?? 9, value: running.trial }]);
      await finish(running);
      await advance(id);
    }
    const curves = curvesSchema.parse(await scenario.world.store.curves(id, { limit: 10, points: 100 }));
    expect(curves).toMatchObject({ metric: "loss", unit: "epoch", rungs: [1, 3, 9] });
    expect(curves.table).toBeUndefined();
    expect(curves.series[0]).toMatchObject({ trial: 0, state: "completed", end: null, reason: null });
    expect(curves.series[0]!.points).toEqual([
      [1, 0],
      [3, 0],
      [9, 0],
    ]);
    expect(curves.series[1]).toMatchObject({ trial: 1, end: "pruned" });
    expect(curves.series[1]!.reason).not.toBe("");
  });

  test("of two attempts that report a step the later counts, and NaN is null", async () => {
    const { id } = await study({ ...PLAIN, retry: { maxRetries: 1 } });
    const first = await claimOne();
    await report(
      first,
      [1, 2, 3].map((step) => ({ name: "loss", step, value: 10 * step })),
    );
    await finish(first, FAILED);
    await advance(id);
    const second = await claimOne();
    await report(second, [
      { name: "loss", step: 2, value: 5 },
      { name: "loss", step: 4, value: "NaN" },
    ]);
    const { series } = await scenario.world.store.curves(id, { limit: 10, points: 100 });
    expect(series.map(({ points }) => points)).toEqual([
      [
        [1, 10],
        [2, 5],
        [3, 30],
        [4, null],
      ],
    ]);
  });

  test("are thinned so that the ends and a spike stay", async () => {
    const { id } = await study(PLAIN);
    const running = await claimOne();
    const points = Array.from({ length: 500 }, (_, step) => ({
      name: "loss",
      step,
      value: step === 250 ? 99 : 1,
    }));
    await report(running, points);
    const { series } = await scenario.world.store.curves(id, { limit: 10, points: 20 });
    const [curve] = series;
    expect(curve!.points.length).toBeLessThanOrEqual(20);
    expect(curve!.points[0]).toEqual([0, 1]);
    expect(curve!.points.at(-1)).toEqual([499, 1]);
    expect(curve!.points).toContainEqual([250, 99]);
    expect((await scenario.world.store.curves(id, { metric: "none", limit: 10, points: 20 })).series).toEqual(
      [],
    );
  });

  test("of many points are drawn from buckets, with the ends and a spike, and go on in the next attempt", async () => {
    const { id } = await study({ ...PLAIN, retry: { maxRetries: 1 } });
    const valueAt = (step: number) => (step === 12_345 ? 99 : step % 7);
    const stretch = (from: number, length: number) =>
      Array.from({ length }, (_, n) => ({ name: "loss", step: from + n, value: valueAt(from + n) }));
    const first = await claimOne();
    await report(first, stretch(0, 20_000));
    await finish(first, FAILED);
    await advance(id);
    await report(await claimOne(), [{ name: "loss", step: 15_000, value: -5 }, ...stretch(15_001, 10_000)]);
    const { series } = await scenario.world.store.curves(id, { limit: 10, points: 60 });
    const [{ points }] = series as [(typeof series)[number]];
    expect(points.length).toBeLessThanOrEqual(60);
    expect(points.length).toBeGreaterThan(40);
    expect(points[0]).toEqual([0, 0]);
    expect(points.at(-1)).toEqual([25_000, valueAt(25_000)]);
    expect(points).toEqual(
      expect.arrayContaining([
        [12_345, 99],
        [15_000, -5],
      ]),
    );
    for (const [step, value] of points) expect(value).toBe(step === 15_000 ? -5 : valueAt(step));
  });

  test("are compared at a step by those that went so far, best first", async () => {
    const { id } = await study({ ...PLAIN, parallelism: 3 });
    const running = await scenario.agent.claim({ max: 3 });
    const reported = [
      [
        [1, 5],
        [4, 3],
        [9, 1],
      ],
      [
        [2, 2],
        [6, 8],
      ],
      [[1, 0]],
    ];
    for (const [index, points] of reported.entries())
      await report(
        running[index]!,
        points.map(([step, value]) => ({ name: "loss", step: step!, value: value! })),
      );
    const { table } = await scenario.world.store.curves(id, { limit: 10, points: 20, at: 5 });
    expect(table).toEqual([
      { trial: running[1]!.trial, value: 2, step: 2 },
      { trial: running[0]!.trial, value: 3, step: 4 },
    ]);
  });
});

describe("the timeline", () => {
  test("has the newest attempts first, page by page, and where the time went", async () => {
    const spans = [10, 20, 30].map((from) => [from, from + 10] as const);
    const id = await run([1, null, 2], {}, spans);
    const { store } = scenario.world;
    const whole = timelineSchema.parse(await store.timeline(id, { limit: 100 }));
    expect(whole.attempts.map(({ trial, state }) => [trial, state])).toEqual([
      [2, "completed"],
      [1, "failed"],
      [0, "completed"],
    ]);
    expect(whole.attempts[1]).toMatchObject({ attempt: 1, outcome: "failed", gpus: [0] });
    expect(whole.workers).toHaveLength(1);
    expect(whole.nextBefore).toBeNull();
    expect(whole.totals).toEqual({ useful: 20, pruned: 0, failed: 10, idle: 0 });
    const first = await store.timeline(id, { limit: 2 });
    const rest = await store.timeline(id, { limit: 2, before: first.nextBefore! });
    expect([...first.attempts, ...rest.attempts]).toEqual(whole.attempts);
    expect(rest.nextBefore).toBeNull();
  });

  test("counts what a GPU stood idle between its attempts", async () => {
    const id = await run([1, 2], {}, [
      [0, 60],
      [90, 120],
    ]);
    const { store } = scenario.world;
    expect((await store.timeline(id, { limit: 10 })).totals).toMatchObject({ useful: 90, idle: 30 });
    const running = await claimOne();
    await scenario.world.sql`update attempts set gpus = '{1}' where trial_id = ${running.trialId}`;
    const { totals } = await store.timeline(id, { limit: 10 });
    expect(totals.idle).toBeCloseTo(30, 6);
    expect(totals.useful).toBeGreaterThan(90);
  });

  test("knows of no idle GPUs where none were used", async () => {
    const id = await run([1]);
    expect((await scenario.world.store.timeline(id, { limit: 10 })).totals.idle).toBeNull();
  });
});

/** The statement of the migration that fills the table. */
async function readBackfill(): Promise<string> {
  const file = new URL("../../store/migrations/0005-charts.sql", import.meta.url);
  const text = await readFile(file, "utf8");
  return text.slice(text.indexOf("with moments as"));
}

describe("studies from before there was a record of progress", () => {
  test("are filled in from their trials and attempts", async () => {
    const id = await run([5, 7, null, 4, 6]);
    const { sql, store } = scenario.world;
    const kept = await store.progress(id, 300);
    const migration = await readBackfill();
    await sql`delete from study_progress where study_id = ${id}`;
    await sql.unsafe(migration);
    const again = await store.progress(id, 300);
    expect(again.improvements.map(({ trial, trials }) => [trial, trials])).toEqual(
      kept.improvements.map(({ trial, trials }) => [trial, trials]),
    );
    expect(again.points).toHaveLength(kept.points.length);
  });
});
