import type { StoreContext } from "./context.ts";
import { endFact } from "./finish-attempt.ts";

/** Ends attempts whose lease ran out more than `graceMs` ago. Returns the studies concerned. */
export async function reapLostAttempts(
  { sql }: StoreContext,
  graceMs: number,
  limit: number,
): Promise<string[]> {
  const rows = await sql<{ study_id: string }[]>`
    with expired as (
      delete from leases where trial_id in (
        select trial_id from leases where expires_at < now() - ${graceMs} * interval '1 millisecond'
        order by expires_at limit ${limit} for update skip locked
      ) returning trial_id, attempt
    ), ended as (
      update attempts a set ended_at = now(), outcome = 'lost', failure_class = 'lost',
             message = 'The lease ran out: its agent fell silent.'
      from expired e, trials t
      where a.trial_id = e.trial_id and a.attempt = e.attempt and a.ended_at is null and t.id = a.trial_id
      returning a.*, t.number
    )
    insert into inbox (study_id, actor, fact, why)
    select study_id, 'sweep', ${endFact(sql)},
           jsonb_build_object('rule', 'attempt.ended', 'inputs', '{}'::jsonb, 'text', 'Attempt ' || attempt || ' ended: lost.')
    from ended returning study_id`;
  return [...new Set(rows.map((row) => row.study_id))];
}

export async function noteSweep({ sql }: StoreContext, outageMs: number, leaseMs: number): Promise<boolean> {
  return sql.begin(async (tx) => {
    const [last] = await tx<{ away: boolean }[]>`
      select last_run_at < clock_timestamp() - ${outageMs} * interval '1 millisecond' as away from sweeps for update`;
    if (last?.away === true) {
      await tx`update leases set expires_at = greatest(expires_at, clock_timestamp() + ${leaseMs} * interval '1 millisecond')`;
    }
    await tx`
      insert into sweeps (last_run_at) values (clock_timestamp())
      on conflict (only_row) do update set last_run_at = excluded.last_run_at`;
    return last?.away === true;
  });
}

/** A study without limits in time gets a turn this many times more seldom: only as a second net. */
const UNTIMED_FACTOR = 12;

/**
 * Studies with facts waiting, with a limit in time and no turn for `idleMs`, or with none for long. Those returned count
 * as advanced, so that the next sweep gets others: a crowd of idle studies never stands in front of the rest.
 */
export async function studiesToAdvance(
  { sql }: StoreContext,
  idleMs: number,
  limit: number,
): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`
    update studies set advanced_at = now() where id in (
      select s.id from studies s
      where s.deleted_at is null and s.state <> 'done'
        and (exists (select 1 from inbox where study_id = s.id)
             or s.advanced_at < now() - ${idleMs} * interval '1 millisecond'
                * case when s.spec -> 'budget' ?| array['maxWallTimeSeconds', 'maxGpuHours'] then 1 else ${UNTIMED_FACTOR} end)
      order by s.advanced_at limit ${limit} for no key update skip locked)
    returning id`;
  return rows.map((row) => row.id);
}

export async function poolsToHint(
  { sql }: StoreContext,
  olderThanMs: number,
): Promise<{ pool: string; queued: number; epoch: number }[]> {
  return sql<{ pool: string; queued: number; epoch: number }[]>`
    with due as (
      update trials t set hinted_at = now(), hint_epoch = hint_epoch + 1
      from studies s
      where s.id = t.study_id and t.state = 'queued' and s.state = 'running' and s.deleted_at is null and s.runs_command
        and coalesce(t.hinted_at, t.queued_at) < now() - ${olderThanMs} * interval '1 millisecond'
      returning s.pool, t.hint_epoch
    )
    select pool, count(*)::int as queued, max(hint_epoch)::int as epoch from due group by pool order by pool`;
}
