import type { Sql } from "./connect.ts";
import type { StoreContext } from "./context.ts";

/** Rows of one statement, far from any time limit; and of all those that a purge takes from one part, so that the others come too. */
const BATCH = 5_000;
const MOST = 1_000_000;
/** Deleted trials and studies that leave at a time, once nothing large hangs on them. */
const TRIALS = 500;
const STUDIES = 10;

/** Of which a trial may have any number of rows. Buckets before the series that they belong to. */
const OF_TRIALS = ["metric_points", "metric_buckets", "metric_series", "log_chunks"] as const;

/**
 * Deleted studies and what is past its keep leave in small bites, so that no lock is held for long. A part that fails does not
 * keep the others: its error is thrown after they had their turn.
 */
export async function purge({ sql }: StoreContext): Promise<number> {
  let removed = 0;
  const errors: unknown[] = [];
  for (const part of [deletedTrials, deliveries, deletedStudies, idempotencyKeys, tokens]) {
    try {
      removed += await part(sql);
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
  return removed;
}

async function deletedTrials(sql: Sql): Promise<number> {
  const rows = await sql<{ id: string }[]>`
    select t.id from trials t join studies s on s.id = t.study_id where s.deleted_at is not null limit ${TRIALS}`;
  if (rows.length === 0) return 0;
  const trials = rows.map(({ id }) => id);
  let removed = 0;
  for (const table of OF_TRIALS) {
    removed += await inBatches(
      () => sql`
        delete from ${sql(table)}
        where ctid = any(array(select ctid from ${sql(table)} where trial_id = any(${trials}::uuid[]) limit ${BATCH}))`,
    );
    if (removed >= MOST) return removed;
  }
  const gone = await sql`delete from trials where id = any(${trials}::uuid[])`;
  return removed + gone.count;
}

/** Announcements of a deleted study go out first: they are read from its log. */
async function deletedStudies(sql: Sql): Promise<number> {
  const rows = await sql<{ id: string }[]>`
    select id from studies s where s.deleted_at is not null and not exists (select 1 from trials where study_id = s.id)
      and not exists (select 1 from outbox where study_id = s.id and done_at is null) limit ${STUDIES}`;
  if (rows.length === 0) return 0;
  const studies = rows.map(({ id }) => id);
  const events = await inBatches(
    () => sql`
      delete from study_events
      where ctid = any(array(select ctid from study_events where study_id = any(${studies}::uuid[]) limit ${BATCH}))`,
  );
  if (events >= MOST) return events;
  const gone = await sql`delete from studies where id = any(${studies}::uuid[])`;
  return events + gone.count;
}

async function inBatches(next: () => Promise<{ count: number }>): Promise<number> {
  let removed = 0;
  for (;;) {
    const { count } = await next();
    removed += count;
    if (count < BATCH || removed >= MOST) return removed;
  }
}

async function deliveries(sql: Sql): Promise<number> {
  const ended = await sql`delete from outbox where done_at < now() - interval '7 days'`;
  // Added by a commit that was under way while the webhook was disabled.
  const orphaned = await sql`
    delete from outbox
    where done_at is null and webhook_id in (select id from webhooks where disabled_at is not null)`;
  return ended.count + orphaned.count;
}

async function idempotencyKeys(sql: Sql): Promise<number> {
  const keys = await sql`delete from idempotency where created_at < now() - interval '24 hours'`;
  return keys.count;
}

async function tokens(sql: Sql): Promise<number> {
  const gone = await sql`
    delete from tokens where coalesce(revoked_at, expires_at) < now() - interval '30 days'`;
  return gone.count;
}
