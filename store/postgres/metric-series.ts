import type { SeriesQuery } from "../../core/chart-store.ts";
import { toWire } from "../../core/number.ts";
import type { MetricSeries } from "../../core/resources.ts";
import type { Sql } from "./connect.ts";
import { type Range, thinned } from "./thin-series.ts";

interface SeriesRow {
  id: number;
  name: string;
  total: number;
  first: number;
  last: number;
  width: number | null;
  bucketedTo: number | null;
}

interface PointRow {
  id: number;
  step: number;
  value: number;
  time: Date;
}

/**
 * Each metric's series in step order, between the steps `from` and `to`. What is longer than `maxPoints` is thinned: the ends
 * stay, and of each of maxPoints / 2 equal stretches of steps the smallest and the largest value, so that spikes do. The
 * time that it takes does not depend on the number of points.
 */
export async function trialMetrics(
  sql: Sql,
  trialId: string,
  attempt: number,
  { names, maxPoints, from = -Infinity, to = Infinity }: SeriesQuery,
): Promise<MetricSeries[]> {
  const series = await seriesOf(sql, trialId, attempt, names);
  const isWhole = ({ total, first, last }: SeriesRow) => total <= maxPoints && from <= first && last <= to;
  const whole = series.filter(isWhole);
  const parts = series.filter((one) => !isWhole(one) && from <= one.last && one.first <= to);
  const rows = await Promise.all([
    whole.length === 0 ? [] : allPoints(sql, trialId, attempt, whole),
    ...parts.map(({ id, first, last, width, bucketedTo }) => {
      const range: Range = { low: Math.max(first, from), high: Math.min(last, to) };
      return thinned(sql, { trialId, attempt, id, width, bucketedTo }, range, maxPoints);
    }),
  ]);
  const points = new Map(series.map(({ id }): [number, MetricSeries["points"]] => [id, []]));
  for (const { id, step, value, time } of rows.flat())
    points.get(id)?.push({ step, value: toWire(value), time: time.toISOString() });
  return series.map(({ id, name, total }) => ({ name, attempt, points: points.get(id)!, total }));
}

function seriesOf(
  sql: Sql,
  trialId: string,
  attempt: number,
  names: readonly string[] | undefined,
): Promise<SeriesRow[]> {
  return sql<SeriesRow[]>`
    select n.id, n.name, s.points as total, s.first_step as first, s.last_step as last, s.bucket_width as width,
           s.bucketed_to as "bucketedTo"
    from metric_series s join metric_names n on n.id = s.name_id
    where s.trial_id = ${trialId} and s.attempt = ${attempt}
      ${names === undefined ? sql`` : sql`and n.name = any(${names as string[]}::text[])`}
    order by n.name`;
}

function allPoints(
  sql: Sql,
  trialId: string,
  attempt: number,
  series: readonly SeriesRow[],
): Promise<PointRow[]> {
  const ids = series.map(({ id }) => id);
  return sql<PointRow[]>`
    select name_id as id, step, value, time from metric_points
    where trial_id = ${trialId} and attempt = ${attempt} and name_id = any(${ids}::int[]) order by name_id, step`;
}
