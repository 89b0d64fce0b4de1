import type { Timeline } from "../../core/charts.ts";
import { FRUITLESS, prunedSeconds } from "../../core/savings.ts";
import type { AttemptOutcome, TrialState } from "../../core/trial.ts";
import type { Sql } from "./connect.ts";
import { latestAttempts, spansOf } from "./savings.ts";

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

/** What is wasted and what is pruned as core/savings.ts has it; of the latest attempts too, which no turn has counted yet. */
async function totals(sql: Sql, studyId: string): Promise<Timeline["totals"]> {
  const pruned = prunedSeconds(await spansOf(sql, studyId));
  const [row] = await sql<{ used: number; failed: number; idle: number | null }[]>`
    with latest as (${latestAttempts(sql, studyId)}), lanes as (
      select worker, gpu, first_started, last_ended, seconds from study_lanes where study_id = ${studyId}
      union all
      select worker, gpu, started_at, ended_at, seconds from latest cross join unnest(gpus) as gpu
    ), lane as (
      select extract(epoch from max(last_ended) - min(first_started))::float8 - sum(seconds) as idle from lanes group by worker, gpu
    )
    select coalesce((select seconds from study_savings where study_id = ${studyId}), 0)
             + coalesce((select sum(seconds) from latest), 0) as used,
           coalesce((select fruitless + resultless from study_savings where study_id = ${studyId}), 0)
             + coalesce((select sum(seconds) from latest where outcome = any(${FRUITLESS as string[]}::text[])), 0) as failed,
           -- Trials that share a GPU overlap: such a lane is never idle for less than nothing.
           (select sum(greatest(idle, 0)) from lane) as idle`;
  const { used, failed, idle } = row!;
  return { useful: Math.max(0, used - failed - pruned), pruned, failed, idle };
}
