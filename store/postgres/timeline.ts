import type { Timeline } from "../../core/charts.ts";
import type { AttemptOutcome, TrialState } from "../../core/trial.ts";
import type { Sql } from "./connect.ts";

interface AttemptRow {
  trial: number;
  attempt: number;
  worker: string;
  gpus: number[];
  started_at: Date;
  /** To the microsecond, which a Date does not keep. */
  started: string;
  ended_at: Date | null;
  outcome: AttemptOutcome | null;
  state: TrialState;
  reason_text: string;
}

/** The newest `limit` attempts that started before `before`, and where the time of all went. */
export async function timeline(
  sql: Sql,
  studyId: string,
  query: { limit: number; before?: string | undefined },
): Promise<Timeline> {
  const rows = await sql<AttemptRow[]>`
    select t.number as trial, a.attempt, a.worker, a.gpus, a.started_at, a.ended_at, a.outcome, t.state, t.reason_text,
           to_char(a.started_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as started
    from attempts a join trials t on t.id = a.trial_id
    where a.study_id = ${studyId} ${query.before === undefined ? sql`` : sql`and a.started_at < ${query.before}::timestamptz`}
    order by a.started_at desc limit ${query.limit + 1}`;
  const shown = rows.slice(0, query.limit);
  return {
    attempts: shown.map((row) => ({
      trial: row.trial,
      attempt: row.attempt,
      worker: row.worker,
      gpus: row.gpus,
      startedAt: row.started_at.toISOString(),
      endedAt: row.ended_at?.toISOString() ?? null,
      outcome: row.outcome,
      state: row.state,
      reason: row.reason_text,
    })),
    nextBefore: rows.length > query.limit ? shown.at(-1)!.started : null,
    workers: [...new Set(shown.map(({ worker }) => worker))].sort(),
    totals: await totals(sql, studyId),
  };
}

/** What is wasted and what is pruned as core/savings.ts has it. */
async function totals(sql: Sql, studyId: string): Promise<Timeline["totals"]> {
  const [row] = await sql<Timeline["totals"][]>`
    with spent as (
      select case when a.outcome in ('failed', 'lost', 'requeue', 'infeasible') or t.state in ('failed', 'infeasible', 'cancelled') then 'failed'
                  when t.state = 'pruned' then 'pruned' else 'useful' end as kind,
             extract(epoch from coalesce(a.ended_at, now()) - a.started_at)::float8 as seconds
      from attempts a join trials t on t.id = a.trial_id where a.study_id = ${studyId}
    ), lanes as (
      select extract(epoch from max(coalesce(ended_at, now())) - min(started_at))::float8
               - sum(extract(epoch from coalesce(ended_at, now()) - started_at))::float8 as idle
      from attempts cross join unnest(gpus) as gpu where study_id = ${studyId} group by worker, gpu
    )
    select coalesce(sum(seconds) filter (where kind = 'useful'), 0) as useful,
           coalesce(sum(seconds) filter (where kind = 'pruned'), 0) as pruned,
           coalesce(sum(seconds) filter (where kind = 'failed'), 0) as failed,
           -- Trials that share a GPU overlap: such a lane is never idle for less than nothing.
           (select sum(greatest(idle, 0)) from lanes) as idle
    from spent`;
  return row as Timeline["totals"];
}
