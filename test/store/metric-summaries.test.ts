import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Assignment } from "../../core/protocol.ts";
import type { Sql } from "../../store/postgres/connect.ts";
import { trialMetrics } from "../../store/postgres/metric-series.ts";
import { type ReportedPoint, useScenario } from "../support/scenario.ts";

const scenario = useScenario();
const { claimOne, report, study } = scenario;

const point = (step: number, value: number | "NaN", name = "loss") => ({ name, step, value });

/** What is kept of the series, next to the same from the points themselves. */
async function keptAndCounted({ trialId }: Assignment) {
  const { sql } = scenario.world;
  const kept = await sql`
    select name_id, attempt, points, first_step, last_step, last, low, high from metric_series where trial_id = ${trialId} order by name_id`;
  const counted = await sql`
    select name_id, attempt, count(*)::int as points, min(step) as first_step, max(step) as last_step,
           (array_agg(value order by step desc))[1] as last, min(value) as low, max(value) as high
    from metric_points where trial_id = ${trialId} group by name_id, attempt order by name_id`;
  return { kept: [...kept], counted: [...counted] };
}

async function bucketsKeptAndCounted({ trialId }: Assignment) {
  const { sql } = scenario.world;
  const kept = await sql`
    select level, bucket, points, low, high from metric_buckets where trial_id = ${trialId} order by name_id, level, bucket`;
  const counted = await sql`
    select level, metric_bucket(step, bucket_width, level) as bucket, count(*)::int as points,
           min(array[value, step]) as low, max(array[value, step]) as high
    from metric_points join metric_series using (trial_id, attempt, name_id) cross join generate_series(0, 2) as level
    where trial_id = ${trialId} and step <= bucketed_to
    group by name_id, level, bucket order by name_id, level, bucket`;
  return { kept: [...kept], counted: [...counted] };
}

describe("what is kept of a series", () => {
  test("is what its points say, in whatever order, how often and with whatever values they are reported", async () => {
    await study({ parallelism: 1 });
    const claimed = await claimOne();
    const value = fc.oneof(fc.integer({ min: -9, max: 9 }), fc.constant("NaN" as const));
    const reported = fc.record({
      name: fc.constantFrom("loss", "size"),
      step: fc.oneof(fc.integer({ min: -20, max: 60 }), fc.double({ noNaN: true, noDefaultInfinity: true })),
      value,
    });
    const batches = fc.array(fc.array(reported, { minLength: 1, maxLength: 30 }), {
      minLength: 1,
      maxLength: 4,
    });
    await fc.assert(
      fc.asyncProperty(batches, async (sent) => {
        await Promise.all(sent.map((points) => report(claimed, points)));
        const { kept, counted } = await keptAndCounted(claimed);
        expect(kept).toEqual(counted);
      }),
      { numRuns: 30 },
    );
  });

  test("is told with the trial", async () => {
    await study();
    const claimed = await claimOne();
    await report(claimed, [point(3, 5), point(1, -2), point(2, 8)]);
    await report(claimed, [point(3, 99), point(2.5, 1)]);
    const { metrics } = await scenario.world.store.getTrial(claimed.studyId, claimed.trial);
    expect(metrics.loss).toEqual({ last: 5, min: -2, max: 8, lastStep: 3, points: 4 });
  });
});

describe("the buckets of a long series", () => {
  /** Pseudo-random and replayable: a shuffle of 0 to n - 1, for n prime to 7919. */
  const shuffled = (n: number) => Array.from({ length: n }, (_, k) => (k * 7919) % n);
  const wave = (step: number): ReportedPoint =>
    point(step / 4, step % 1000 === 77 ? "NaN" : Math.sin(step / 50));

  test("hold what the points say, though these came out of order, twice and from several reports at once", async () => {
    await study();
    const claimed = await claimOne();
    const points = shuffled(9000).map(wave);
    for (let at = 0; at < points.length; at += 1800) {
      const parts = [0, 600, 1200, 900].map((part) => points.slice(at + part, at + part + 600));
      await Promise.all(parts.map((part) => report(claimed, part)));
    }
    expect(
      await report(
        claimed,
        points.slice(0, 500).map((one) => ({ ...one, value: 99 })),
      ),
    ).toMatchObject({ accepted: 0 });
    const { kept, counted } = await bucketsKeptAndCounted(claimed);
    expect(kept).toEqual(counted);
    expect(new Set(kept.map(({ level }) => level))).toEqual(new Set([0, 1, 2]));
    const series = await keptAndCounted(claimed);
    expect(series.kept).toEqual(series.counted);
  });

  test("follow a series that grows in order, a batch at a time, and take at once what comes late", async () => {
    await study();
    const claimed = await claimOne();
    const { sql } = scenario.world;
    const reached = async () => {
      const [row] =
        await sql`select points - bucketed as waiting from metric_series where trial_id = ${claimed.trialId}`;
      return row!.waiting as number;
    };
    for (let at = 0; at < 9000; at += 300) {
      await report(
        claimed,
        Array.from({ length: 300 }, (_, k) => wave(2 * (at + k))),
      );
      if (at > 4096) expect(await reached()).toBeLessThanOrEqual(1024);
    }
    await Promise.all([1, 101, 5001].map((step) => report(claimed, [wave(step), wave(step + 2)])));
    const { kept, counted } = await bucketsKeptAndCounted(claimed);
    expect(kept).toEqual(counted);
    expect(
      kept.filter(({ level }) => level === 0).reduce((sum, { points }) => sum + points, 0),
    ).toBeGreaterThan(8000);
  });

  test("take steps of any size", async () => {
    await study();
    const claimed = await claimOne();
    const odd = [1.7e308, -1.7e308, 5e-324, -1e300, 1e15, -0.5].map((step) => point(step, step > 0 ? 1 : -1));
    await report(claimed, odd.slice(0, 3));
    await report(claimed, shuffled(5000).map(wave));
    await report(claimed, odd);
    const { kept, counted } = await bucketsKeptAndCounted(claimed);
    expect(kept).toEqual(counted);
    const [series] = await scenario.world.store.trialMetrics(claimed.studyId, claimed.trial, {
      maxPoints: 50,
    });
    expect(series!.points.at(0)!.step).toBe(-1.7e308);
    expect(series!.points.at(-1)!.step).toBe(1.7e308);
  });

  test("spare a read of a thinned series the rest of its points, also under a plan made for any series", async () => {
    await study();
    const claimed = await claimOne();
    await report(claimed, shuffled(9000).map(wave));
    const fetched = await scenario.world.sql.begin(async (tx) => {
      await tx`analyze metric_points`;
      await tx`set local plan_cache_mode = force_generic_plan`;
      const counted = async () => {
        const [row] =
          await tx`select idx_tup_fetch::int as rows from pg_stat_xact_user_tables where relname = 'metric_points'`;
        return row!.rows as number;
      };
      const before = await counted();
      const [series] = await trialMetrics(tx as unknown as Sql, claimed.trialId, claimed.attempt, {
        maxPoints: 100,
      });
      expect(series!.points.length).toBeGreaterThan(50);
      return (await counted()) - before;
    });
    expect(fetched).toBeLessThan(2000);
  });

  test("are begun by the next report where the process that should have ended before", async () => {
    await study();
    const claimed = await claimOne();
    await report(claimed, shuffled(5000).map(wave));
    const { sql } = scenario.world;
    await sql`update metric_series set bucket_width = null, bucketed_to = null, bucketed = 0 where trial_id = ${claimed.trialId}`;
    await sql`delete from metric_buckets where trial_id = ${claimed.trialId}`;
    await report(claimed, [wave(5000)]);
    const { kept, counted } = await bucketsKeptAndCounted(claimed);
    expect(kept.length).toBeGreaterThan(0);
    expect(kept).toEqual(counted);
  });
});

describe("a thinned series", () => {
  const LENGTH = 60_100;
  /** The last of them is not in the buckets yet. */
  const SPIKES = [12_345, 12_346, 45_678, 60_050];
  const spiky = (step: number) =>
    point(step, SPIKES.includes(step) ? 1000 - (step % 2) * 2000 : Math.sin(step / 9));

  async function longSeries() {
    await study();
    const claimed = await claimOne();
    for (let at = 0; at < LENGTH - 100; at += 20_000)
      await report(
        claimed,
        Array.from({ length: 20_000 }, (_, k) => spiky(at + k)),
      );
    await report(
      claimed,
      Array.from({ length: 100 }, (_, k) => spiky(LENGTH - 100 + k)),
    );
    return async (query: { maxPoints: number; from?: number; to?: number }) => {
      const [series] = await scenario.world.store.trialMetrics(claimed.studyId, claimed.trial, query);
      expect(series!.total).toBe(LENGTH);
      expect(series!.points.length).toBeLessThanOrEqual(query.maxPoints);
      for (const { step, value } of series!.points) expect(value).toBe(spiky(step).value);
      return series!.points.map(({ step }) => step);
    };
  }

  test("keeps its ends and its spikes at every zoom, and fills the width", async () => {
    const stepsOf = await longSeries();
    for (const [from, to] of [
      [0, LENGTH - 1],
      [10_000, 50_000],
      [12_000, 13_000],
      [12_340, 12_350],
      [45_678, 45_678],
    ] as const) {
      for (const maxPoints of [4, 50, 400, 3000]) {
        const steps = await stepsOf({ maxPoints, from, to });
        expect(steps[0]).toBe(from);
        expect(steps.at(-1)).toBe(to);
        const spikes = SPIKES.filter((step) => from <= step && step <= to);
        if (maxPoints >= 50) expect(steps).toEqual(expect.arrayContaining(spikes));
        expect(steps.length).toBeGreaterThanOrEqual(Math.min(to - from + 1, maxPoints / 3));
        expect(steps).toEqual([...new Set(steps)].sort((a, b) => a - b));
      }
    }
  });

  test("has nothing beyond its ends, and all of a short stretch", async () => {
    const stepsOf = await longSeries();
    expect(await stepsOf({ maxPoints: 100, from: LENGTH })).toEqual([]);
    expect(await stepsOf({ maxPoints: 100, from: 7.5, to: 20 })).toEqual(
      Array.from({ length: 13 }, (_, k) => 8 + k),
    );
    expect((await stepsOf({ maxPoints: 100, to: 500 })).at(-1)).toBe(500);
  });

  test("is the same whether it is read from buckets or from points, but for where the stretches are cut", async () => {
    const stepsOf = await longSeries();
    const fromBuckets = await stepsOf({ maxPoints: 60 });
    await scenario.world.sql`update metric_series set bucket_width = null, bucketed_to = null, bucketed = 0`;
    const fromPoints = await stepsOf({ maxPoints: 60 });
    expect(Math.abs(fromBuckets.length - fromPoints.length)).toBeLessThan(6);
    for (const spike of SPIKES.slice(1))
      expect([fromBuckets, fromPoints].every((steps) => steps.includes(spike))).toBe(true);
  });
});
