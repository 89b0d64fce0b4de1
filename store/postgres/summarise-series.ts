import type { Fragment } from "./checkpoint-source.ts";
import type { Sql, TransactionSql } from "./connect.ts";

/** Points beyond which a series has buckets: fewer are read as they are. */
const LONG_SERIES = 2048;
/** Points that a long series gains before these, too, go into its buckets. */
const BATCH = 1024;

/**
 * Common table expressions `series` and `bucketed`: what `inserted` (name_id, step, value) adds to the rows of metric_series, and
 * to buckets where these are beyond its steps already. Rows are taken in order, so that two reports never wait for one
 * another in a ring; a series' row is held until the commit, so that points are put into buckets between reports.
 */
export function seriesOfInserted(sql: TransactionSql, trialId: string, attempt: number): Fragment {
  return sql`series as (
      insert into metric_series as s (trial_id, attempt, name_id, points, first_step, last_step, last, low, high)
      select ${trialId}, ${attempt}, name_id, count(*), min(step), max(step), (max(array[step, value]))[2], min(value), max(value)
      from inserted group by name_id order by name_id
      on conflict (trial_id, attempt, name_id) do update set
        points = s.points + excluded.points, first_step = least(s.first_step, excluded.first_step),
        last_step = greatest(s.last_step, excluded.last_step),
        last = case when excluded.last_step > s.last_step then excluded.last else s.last end,
        low = least(s.low, excluded.low), high = greatest(s.high, excluded.high)
      returning name_id, points, bucket_width, bucketed_to, bucketed
    ), bucketed as (
      insert into metric_buckets as b (trial_id, attempt, name_id, level, bucket, points, low, high)
      select ${trialId}, ${attempt}, name_id, level, metric_bucket(i.step, s.bucket_width, level) as bucket, count(*),
             min(array[i.value, i.step]), max(array[i.value, i.step])
      from inserted i join series s using (name_id) cross join (values (0), (1), (2)) l (level)
      where i.step <= s.bucketed_to
      group by name_id, level, bucket order by name_id, level, bucket
      on conflict (trial_id, attempt, name_id, level, bucket) do update set
        points = b.points + excluded.points, low = least(b.low, excluded.low), high = greatest(b.high, excluded.high)
    )`;
}

/**
 * Whether points of a row of `series` or of metric_series are to be put into buckets. Each series has a length of its own for
 * the first time, up to twice the least, so that the metrics of many trials in step do not all take their time at once.
 */
function isDue(sql: TransactionSql, trialId: string): Fragment {
  const first = sql`${LONG_SERIES} + ((uuid_hash(${trialId}::uuid) # hashint4(name_id)) & ${LONG_SERIES - 1})`;
  return sql`(points - bucketed > ${BATCH} and (bucketed > 0 or points > ${first}))`;
}

/** Metrics of `series` for which `bucketPoints` is due; null: none. */
export function dueSeries(sql: TransactionSql, trialId: string): Fragment {
  return sql`(select array_agg(name_id) from series where ${isDue(sql, trialId)})`;
}

/**
 * Puts the latest points of a long series into its buckets; once, whoever else wants to at the same time. Should this process
 * end before it, the next report does it, and until then more points are read as they are.
 */
export async function bucketPoints(
  sql: Sql,
  trialId: string,
  attempt: number,
  nameId: number,
): Promise<void> {
  await sql.begin(async (tx) => {
    const due = await tx`
      select 1 from metric_series
      where trial_id = ${trialId} and attempt = ${attempt} and name_id = ${nameId} and ${isDue(tx, trialId)} for no key update`;
    if (due.count > 0) await tx`select bucket_metric_points(${trialId}, ${attempt}, ${nameId})`;
  });
}
