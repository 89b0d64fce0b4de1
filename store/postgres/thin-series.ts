import type { Fragment } from "./checkpoint-source.ts";
import type { Sql } from "./connect.ts";

interface LongSeries {
  trialId: string;
  attempt: number;
  /** Of the metric's name. */
  id: number;
  /** Steps in a bucket of level 0; null: it has none yet. */
  width: number | null;
  /** The last step that is in them. */
  bucketedTo: number | null;
}

/** Steps, both ends included. */
export interface Range {
  low: number;
  high: number;
}

interface ThinnedPoint {
  id: number;
  step: number;
  value: number;
  time: Date;
}

/** Levels of buckets, coarsest first, and how many of a level make one of the next: as in the migration. */
const LEVELS = [2, 1, 0] as const;
const FAN_OUT = 32;
/** Points of a bucket of level 0 where steps are even, and how many times more are read all the same. */
const EVEN_POINTS = 16;
const UNEVEN = 4;

/**
 * At most `maxPoints` points of a series: the ends, and the extremes of equal stretches of steps. From the coarsest buckets
 * that are finer than the stretches; from the points themselves where even the finest are too coarse.
 */
export async function thinned(
  sql: Sql,
  series: LongSeries,
  range: Range,
  maxPoints: number,
): Promise<ThinnedPoint[]> {
  const stretches = Math.max(1, Math.floor(maxPoints / 2) - 1);
  const { trialId, attempt, id } = series;
  const ofSeries = sql`trial_id = ${trialId} and attempt = ${attempt} and name_id = ${id}`;
  const inRange = sql`${ofSeries} and step between ${range.low} and ${range.high}`;
  const level = await levelFor(sql, series, ofSeries, range, 2 * stretches);
  const source =
    level === null
      ? pointExtremes(sql, inRange, range, stretches, maxPoints)
      : bucketExtremes(sql, series, ofSeries, range, stretches, level);
  return sql<ThinnedPoint[]>`
    with ${source}, kept as (
      select step from extremes
      union (select step from metric_points where ${inRange} order by step limit 1)
      union (select step from metric_points where ${inRange} order by step desc limit 1)
    )
    select p.name_id as id, p.step, p.value, p.time
    from kept k cross join lateral (
      -- The limit has each looked up by itself: a plan for any series would read the whole of it and join.
      select * from metric_points where ${ofSeries} and step = k.step limit 1
    ) p
    where k.step between ${range.low} and ${range.high}
    order by p.step`;
}

interface Level {
  level: number;
  /** Steps in a bucket. */
  width: number;
  /** Of level 0. */
  finest: number;
}

/** The coarsest level with at least `needed` buckets to the range; null: the points, of which there are few then. */
async function levelFor(
  sql: Sql,
  { width: finest }: LongSeries,
  ofSeries: Fragment,
  { low, high }: Range,
  needed: number,
): Promise<Level | null> {
  if (finest === null) return null;
  for (const level of LEVELS) {
    const width = finest * FAN_OUT ** level;
    if (high / width - low / width >= needed) return { level, width, finest };
  }
  // Steps closer together than they were when the buckets began: a coarser picture rather than a slow one.
  const [row] = await sql<{ points: number }[]>`
    select coalesce(sum(points), 0)::int as points from metric_buckets
    where ${ofSeries} and level = 0 and bucket between metric_bucket(${low}, ${finest}, 0) and metric_bucket(${high}, ${finest}, 0)`;
  const crowded = row!.points > UNEVEN * EVEN_POINTS * needed;
  return crowded ? { level: 0, width: finest, finest } : null;
}

/** `extremes` (step) of the points; all of them where they are few. */
function pointExtremes(
  sql: Sql,
  inRange: Fragment,
  range: Range,
  stretches: number,
  maxPoints: number,
): Fragment {
  return sql`few as (
      select step from metric_points where ${inRange} limit ${maxPoints + 1}
    ), ends as (
      select min(array[value, step]) as low, max(array[value, step]) as high
      from metric_points where ${inRange} group by ${stretchOf(sql, sql`step`, range, stretches)}
    ), extremes as (
      select low[2] as step from ends union select high[2] from ends
      union select step from few where (select count(*) from few) <= ${maxPoints}
    )`;
}

/** The same of the buckets of a level, those at the ends of the range included as a whole, and of the points beyond them. */
function bucketExtremes(
  sql: Sql,
  { bucketedTo }: LongSeries,
  ofSeries: Fragment,
  range: Range,
  stretches: number,
  { level, width, finest }: Level,
): Fragment {
  return sql`sources as (
      select bucket * ${width}::float8 as step, low, high from metric_buckets
      where ${ofSeries} and level = ${level}
        and bucket between metric_bucket(${range.low}, ${finest}, ${level}) and metric_bucket(${range.high}, ${finest}, ${level})
      union all
      select step, array[value, step], array[value, step] from metric_points
      where ${ofSeries} and step > ${bucketedTo} and step between ${range.low} and ${range.high}
    ), ends as (
      select min(low) as low, max(high) as high from sources group by ${stretchOf(sql, sql`step`, range, stretches)}
    ), extremes as (
      select low[2] as step from ends union select high[2] from ends
    )`;
}

function stretchOf(sql: Sql, step: Fragment, { low, high }: Range, stretches: number): Fragment {
  if (low >= high) return sql`()`;
  return sql`least(${stretches}::int, greatest(1, width_bucket(${step}, ${low}::float8, ${high}::float8, ${stretches}::int)))`;
}
