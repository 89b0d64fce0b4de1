import { FRUITLESS, RESULTLESS } from "../../core/savings.ts";
import type { NewEvent, TurnStudy } from "../../core/store.ts";
import type { TrialState } from "../../core/trial.ts";
import type { TransactionSql } from "./connect.ts";
import { rateCompleted } from "./rate-completed.ts";

/** A trial that a turn moved: its state before the turn and after it. */
export interface Moved {
  trial: number;
  before: TrialState;
  after: TrialState;
}

/**
 * Adds what a turn's attempts took, and what its trials came to, to the study's savings. The trials' rows are as the turn
 * leaves them, and none of those moved has an open attempt. See core/savings.ts.
 */
export async function noteSavings(
  sql: TransactionSql,
  study: TurnStudy,
  events: readonly NewEvent[],
  moved: readonly Moved[],
  heldOut: number,
): Promise<void> {
  const ended = events.flatMap(({ body }) => (body.type === "attempt.ended" ? [body] : []));
  if (ended.length === 0 && moved.length === 0 && heldOut === 0) return;
  const secondsOf = (attempts: typeof ended) => attempts.reduce((sum, { end }) => sum + end.seconds, 0);
  const fruitless = ended.filter(({ end }) => FRUITLESS.includes(end.outcome));
  await addTotals(sql, study, { seconds: secondsOf(ended), fruitless: secondsOf(fruitless), heldOut });
  await addLanes(sql, study, ended);
  const settled = moved.filter(({ before, after }) => before !== after);
  if (settled.length === 0) return;
  await addSettled(sql, study, settled);
  const completed = settled.filter(({ after }) => after === "completed").map(({ trial }) => trial);
  await rateCompleted(sql, study.id, completed);
}

async function addTotals(
  sql: TransactionSql,
  study: TurnStudy,
  { seconds, fruitless, heldOut }: { seconds: number; fruitless: number; heldOut: number },
): Promise<void> {
  await sql`
    insert into study_savings as s (study_id, seconds, fruitless, held_out) values (${study.id}, ${seconds}, ${fruitless}, ${heldOut})
    on conflict (study_id) do update set seconds = s.seconds + excluded.seconds, fruitless = s.fruitless + excluded.fruitless,
      held_out = s.held_out + excluded.held_out`;
}

async function addLanes(
  sql: TransactionSql,
  study: TurnStudy,
  ended: readonly { trial: number; attempt: number }[],
): Promise<void> {
  if (ended.length === 0) return;
  await sql`
    insert into study_lanes as l (study_id, worker, gpu, first_started, last_ended, seconds)
    select a.study_id, a.worker, gpu, min(a.started_at), max(a.ended_at), sum(extract(epoch from a.ended_at - a.started_at))
    from unnest(${ended.map(({ trial }) => trial)}::int[], ${ended.map(({ attempt }) => attempt)}::int[]) as e (trial, attempt)
    join trials t on t.study_id = ${study.id} and t.number = e.trial
    join attempts a on a.trial_id = t.id and a.attempt = e.attempt
    cross join unnest(a.gpus) as gpu
    group by a.study_id, a.worker, gpu order by a.worker, gpu
    on conflict (study_id, worker, gpu) do update set first_started = least(l.first_started, excluded.first_started),
      last_ended = greatest(l.last_ended, excluded.last_ended), seconds = l.seconds + excluded.seconds`;
}

/**
 * Trials that came to a result go into their spans; those that came to none (or are tried again after all) into, or out of,
 * what was spent without one.
 */
async function addSettled(sql: TransactionSql, study: TurnStudy, moved: readonly Moved[]): Promise<void> {
  await sql`
    with settled as (
      select r.before, r.after, t.held_out,
             coalesce((select sum(extract(epoch from a.ended_at - a.started_at)) from attempts a
                       where a.trial_id = t.id and a.outcome <> all(${FRUITLESS as string[]}::text[])), 0)::float8 as seconds,
             (select max(m.last_step) from metric_series m
              where m.trial_id = t.id and m.name_id = (select id from metric_names where name = ${study.spec.objectives[0]!.metric})) as step
      from unnest(${moved.map(({ trial }) => trial)}::int[], ${moved.map(({ before }) => before)}::text[],
                  ${moved.map(({ after }) => after)}::text[]) as r (trial, before, after)
      join trials t on t.study_id = ${study.id} and t.number = r.trial
    ), spans as (
      insert into study_spans as s (study_id, kind, value, trials, seconds)
      select ${study.id}, kind, value, count(*), sum(seconds)
      from settled cross join lateral spans_of(settled.after, step, seconds)
      group by kind, value
      on conflict (study_id, kind, value) do update set trials = s.trials + excluded.trials, seconds = s.seconds + excluded.seconds
    )
    update study_savings set
      resultless = resultless + (
        select sum(case when after = any(${RESULTLESS as string[]}::text[]) then seconds else 0 end
                   - case when before = any(${RESULTLESS as string[]}::text[]) then seconds else 0 end) from settled),
      held_out_completed = held_out_completed + (select count(*) from settled where held_out and after = 'completed')
    where study_id = ${study.id}`;
}
