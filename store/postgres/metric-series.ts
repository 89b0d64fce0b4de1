import { toWire } from "../../core/number.ts";
import type { MetricSeries } from "../../core/resources.ts";
import type { Sql } from "./connect.ts";

interface SeriesQuery {
  names?: readonly string[];
  attempt: number;
  maxPoints: number;
}

interface Extent {
  id: number;
  name: string;
  total: number;
  low: number;
  high: number;
}

interface PointRow {
  id: number;
  step: number;
  value: number;
  time: Date;
}

/**
 * Each metric's series in step order. A series longer than `maxPoints` is thinned by the database: its ends stay, and of each
 * of maxPoints / 2 equal stretches of steps the smallest and the largest value, so that spikes do. One pass over the
 * points, whatever their number.
 */
export async function trialMetrics(sql: Sql, trialId: string, query: SeriesQuery): Promise<MetricSeries[]> {
  const extents = await seriesOf(sql, trialId, query);
  const whole = extents.filter(({ total }) => total <= query.maxPoints);
  const long = extents.filter(({ total }) => total > query.maxPoints);
  const rows = whole.length === 0 ? [] : await allPoints(sql, trialId, query.attempt, whole);
  for (const extent of long) rows.push(...(await thinned(sql, trialId, query, extent)));
  return extents.map(({ id, name, total }) => ({
    name,
    attempt: query.attempt,
    points: rows
      .filter((row) => row.id === id)
      .map(({ step, value, time }) => ({ step, value: toWire(value), time: time.toISOString() })),
    total,
  }));
}

async function seriesOf(sql: Sql, trialId: string, { names, attempt }: SeriesQuery): Promise<Extent[]> {
  return sql<Extent[]>`
    select n.id, n.name, m.total, m.low, m.high
    from (select name_id, count(*)::int as total, min(step) as low, max(step) as high
          from metric_points where trial_id = ${trialId} and attempt = ${attempt} group by name_id) m
    join metric_names n on n.id = m.name_id
    ${names === undefined ? sql`` : sql`where n.name = any(${names as string[]}::text[])`}
    order by n.name`;
}

async function allPoints(
  sql: Sql,
  trialId: string,
  attempt: number,
  series: readonly Extent[],
): Promise<PointRow[]> {
  const ids = series.map(({ id }) => id);
  const rows = await sql<PointRow[]>`
    select name_id as id, step, value, time from metric_points
    where trial_id = ${trialId} and attempt = ${attempt} and name_id = any(${ids}::int[]) order by name_id, step`;
  return [...rows];
}

async function thinned(
  sql: Sql,
  trialId: string,
  { attempt, maxPoints }: SeriesQuery,
  { id, low, high }: Extent,
): Promise<PointRow[]> {
  const stretches = Math.max(1, Math.floor(maxPoints / 2) - 1);
  return sql<PointRow[]>`
    with extremes as (
      select min(array[value, step]) as least, max(array[value, step]) as most
      from metric_points where trial_id = ${trialId} and attempt = ${attempt} and name_id = ${id}
      group by floor((step - ${low}::float8) / (${high}::float8 - ${low}::float8) * ${stretches}::float8)
    ), kept as (
      select least[2] as step from extremes union select most[2] from extremes
      union values (${low}::float8), (${high}::float8)
    )
    select p.name_id as id, p.step, p.value, p.time
    from kept k join metric_points p
      on p.trial_id = ${trialId} and p.attempt = ${attempt} and p.name_id = ${id} and p.step = k.step
    order by p.step`;
}
