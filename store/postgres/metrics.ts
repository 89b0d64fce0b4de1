import { toWire } from "../../core/number.ts";
import type { MetricSeries, TrialDetail } from "../../core/resources.ts";
import type { Sql } from "./connect.ts";

interface SummaryRow {
  trial_id: string;
  name: string;
  last: number;
  min: number;
  max: number;
  last_step: number;
  points: number;
}

/** Last, smallest and largest value of each metric of each trial's latest attempt. NaN counts as the largest. */
export async function metricSummaries(
  sql: Sql,
  trialIds: readonly string[],
): Promise<Map<string, TrialDetail["metrics"]>> {
  const rows = await sql<SummaryRow[]>`
    select m.trial_id, n.name, (array_agg(m.value order by m.step desc))[1] as last, min(m.value) as min, max(m.value) as max,
           max(m.step) as last_step, count(*)::int as points
    from metric_points m join metric_names n on n.id = m.name_id join trials t on t.id = m.trial_id and t.attempt = m.attempt
    where m.trial_id = any(${trialIds as string[]}::uuid[]) group by m.trial_id, n.name order by n.name`;
  const byTrial = new Map<string, TrialDetail["metrics"]>();
  for (const row of rows) {
    const metrics = byTrial.get(row.trial_id) ?? {};
    metrics[row.name] = {
      last: toWire(row.last),
      min: toWire(row.min),
      max: toWire(row.max),
      lastStep: row.last_step,
      points: row.points,
    };
    byTrial.set(row.trial_id, metrics);
  }
  return byTrial;
}

interface PointRow {
  name: string;
  attempt: number;
  step: number;
  value: number;
  time: Date;
  total: number;
}

/**
 * Each metric's series in step order. A series longer than `maxPoints` is thinned by the database: of each of
 * maxPoints / 4 buckets the first, last, smallest and largest point stay, so that spikes do.
 */
export async function trialMetrics(
  sql: Sql,
  trialId: string,
  query: { names?: readonly string[]; attempt: number; maxPoints: number },
): Promise<MetricSeries[]> {
  const buckets = Math.max(1, Math.floor(query.maxPoints / 4));
  const rows = await sql<PointRow[]>`
    with points as (
      select n.name, m.attempt, m.step, m.value, m.time, count(*) over (partition by n.name)::int as total,
             (row_number() over (partition by n.name order by m.step) - 1) as position
      from metric_points m join metric_names n on n.id = m.name_id
      where m.trial_id = ${trialId} and m.attempt = ${query.attempt}
        ${query.names === undefined ? sql`` : sql`and n.name = any(${query.names as string[]}::text[])`}
    ), ranked as (
      select *, row_number() over b as first, row_number() over (partition by name, position * ${buckets} / total order by step desc) as last,
             row_number() over (partition by name, position * ${buckets} / total order by value) as low,
             row_number() over (partition by name, position * ${buckets} / total order by value desc) as high
      from points window b as (partition by name, position * ${buckets} / total order by step)
    )
    select name, attempt, step, value, time, total from ranked
    where total <= ${query.maxPoints} or first = 1 or last = 1 or low = 1 or high = 1
    order by name, step`;
  const series = new Map<string, MetricSeries>();
  for (const row of rows) {
    const entry = series.get(row.name) ?? {
      name: row.name,
      attempt: row.attempt,
      points: [],
      total: row.total,
    };
    entry.points.push({ step: row.step, value: toWire(row.value), time: row.time.toISOString() });
    series.set(row.name, entry);
  }
  return [...series.values()];
}
