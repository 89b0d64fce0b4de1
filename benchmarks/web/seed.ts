import { randomUUID } from "node:crypto";
import type { Sql, TransactionSql } from "postgres";
import { type StudySpecInput, studySpecSchema } from "../../core/study.ts";

/**
 * Fills a database with a study that never ran: as many trials as asked for, with everything that the service would have
 * written of them (attempts, curves, log, progress), by a few statements. It is left paused, and can be resumed: the
 * scheduler replays its log as any other. The same arguments give the same study.
 */
export interface Seeding {
  name: string;
  trials: number;
  /** Points of the learning curve of each trial. */
  steps: number;
}

/** Trials run at the same time, on hosts of four GPUs. */
const LANES = 16;
const GPUS = 4;
/** Seconds from the start of a trial on a lane to the next one's. */
const TURN_SECONDS = 600;
/** Points of a series beyond which the service keeps buckets of it. */
const LONG_SERIES = 2048;
/** Events of each trial in the log, beside the study's own at its two ends. */
const EVENTS = 5;

const spec = (name: string): StudySpecInput => ({
  name,
  description: "Made for the benchmark of the dashboard.",
  parameters: [
    { name: "lr", type: "float", low: 1e-5, high: 1, scale: "log" },
    { name: "weight_decay", type: "float", low: 1e-6, high: 0.1, scale: "log" },
    { name: "width", type: "int", low: 8, high: 512, scale: "log" },
    { name: "dropout", type: "float", low: 0, high: 0.9 },
    { name: "batch", type: "ordinal", values: [16, 32, 64, 128] },
    { name: "optimizer", type: "categorical", choices: ["sgd", "adam", "rmsprop"] },
  ],
  objectives: [{ metric: "val_loss", goal: "minimize" }],
  algorithm: { name: "random" },
  budget: { maxTrials: 1_000_000 },
  parallelism: 64,
  resources: { gpus: 1 },
  tags: ["benchmark"],
  seed: 7,
});

export async function seedStudy(sql: Sql, { name, trials, steps }: Seeding): Promise<void> {
  const id = randomUUID();
  await sql.begin(async (tx) => {
    await tx`select setseed(0.42)`;
    await withoutChecks(tx);
    await drawTrials(tx, id, trials, steps);
    await insertStudy(tx, id, name, trials);
    await insertTrials(tx, id);
    await insertAttempts(tx, id);
    await insertCurves(tx);
    await insertLog(tx, id, trials);
    await insertProgress(tx, id);
    await insertSavings(tx, id);
    await tx`drop table seeded`;
  });
  await sql`analyze`;
}

/** Foreign keys hold by construction; a million look-ups each would take minutes. */
const withoutChecks = (tx: TransactionSql) => tx`set local session_replication_role = replica`;

/** A table of what is random in each trial, and what follows from it. */
async function drawTrials(tx: TransactionSql, id: string, trials: number, steps: number): Promise<void> {
  await tx`
    create temporary table seeded as
    with drawn as materialized (
      select n, random() as lr, random() as decay, random() as width, random() as dropout, floor(4 * random())::int as batch,
             floor(3 * random())::int as optimizer, random() as noise, random() as fate, random() as pace
      from generate_series(0, ${trials - 1}) as n
    ), judged as (
      select *, 0.08 + 0.4 * (lr - 0.5) ^ 2 + 0.2 * (dropout - 0.3) ^ 2 + 0.1 * (width - 0.7) ^ 2 + 0.02 * optimizer + 0.03 * noise as loss,
             case when fate < 0.65 then 'completed' when fate < 0.97 then 'pruned' else 'failed' end as state
      from drawn
    )
    select n, loss, state, (${id.slice(0, 28)} || lpad(to_hex(n), 8, '0'))::uuid as id,
           case when state = 'pruned' then greatest(1, ${steps} / 3) else ${steps}::int end as steps,
           jsonb_build_object('lr', 10 ^ (5 * lr - 5), 'weight_decay', 10 ^ (5 * decay - 6), 'width', round(8 * 64 ^ width),
                              'dropout', 0.9 * dropout, 'batch', 16 * 2 ^ batch,
                              'optimizer', (array['sgd', 'adam', 'rmsprop'])[optimizer + 1]) as params,
           jsonb_build_array(lr, decay, width, dropout, batch / 3.0, optimizer) as point,
           'host-' || (n % ${LANES}) / ${GPUS} as worker, n % ${GPUS} as gpu,
           -- The last one has just ended.
           now() - make_interval(secs => ((${trials} - n) / ${LANES} + 1) * ${TURN_SECONDS}) as started_at,
           (0.4 + 0.6 * pace) * ${TURN_SECONDS} * case when state = 'completed' then 1 else 0.3 end as seconds
    from judged`;
  await tx`alter table seeded add primary key (n)`;
}

async function insertStudy(tx: TransactionSql, id: string, name: string, trials: number): Promise<void> {
  const parsed = studySpecSchema.parse(spec(name));
  await tx`
    insert into studies (id, project, name, spec, max_trials, parallelism, priority, pool, runs_command, state, reason_code, reason_text,
                         created, completed, pruned, failed, last_seq, gpu_seconds, created_at)
    select ${id}, 'default', ${name}, ${tx.json(parsed as never)}, ${parsed.budget.maxTrials!}, ${parsed.parallelism}, 0,
           ${parsed.resources.pool}, false, 'paused', 'study.paused', 'Paused by the benchmark.', ${trials},
           count(*) filter (where state = 'completed'), count(*) filter (where state = 'pruned'), count(*) filter (where state = 'failed'),
           ${EVENTS * trials + 2}, sum(seconds), min(started_at) - interval '1 second'
    from seeded`;
}

async function insertTrials(tx: TransactionSql, id: string): Promise<void> {
  await tx`
    insert into trials (id, study_id, number, state, params, point, origin, seed, attempt, objective_values, losses, objective_state,
                        failure_class, proposed, reason_code, reason_text, queued_at, created_at, started_at, ended_at, seconds)
    select id, ${id}, n, state, params, point, 'search', n, 1,
           case when state = 'failed' then '[null]' else jsonb_build_array(loss) end,
           case when state = 'failed' then null else array[loss] end,
           case when state = 'failed' then 'missing' else 'ok' end,
           case when state = 'failed' then 'exit' end,
           'Random point number ' || n || '.', state,
           case state when 'pruned' then 'Worse than the median of the others at step ' || steps || '.'
                      when 'failed' then 'The command exited with 1.' else 'Ran to its end.' end,
           started_at, started_at, started_at, started_at + make_interval(secs => seconds), seconds
    from seeded order by n`;
}

async function insertAttempts(tx: TransactionSql, id: string): Promise<void> {
  await tx`
    insert into attempts (trial_id, attempt, study_id, worker, gpus, gpu_share, token_hash, started_at, ended_at, outcome, failure_class,
                          exit_code)
    select id, 1, ${id}, worker, array[gpu], 1, '', started_at, started_at + make_interval(secs => seconds),
           case state when 'completed' then 'completed' when 'pruned' then 'stopped' else 'failed' end,
           case when state = 'failed' then 'exit' end, case state when 'failed' then 1 when 'completed' then 0 end
    from seeded order by n`;
}

async function insertCurves(tx: TransactionSql): Promise<void> {
  await tx`insert into metric_names (name) values ('val_loss') on conflict do nothing`;
  await tx`
    insert into metric_points (trial_id, attempt, name_id, step, value, time)
    select s.id, 1, m.id, step, s.loss * (1 + 2.0 / step - 2.0 / s.steps), s.started_at + make_interval(secs => s.seconds * step / s.steps)
    from seeded s cross join lateral generate_series(1, s.steps) as step
    cross join (select id from metric_names where name = 'val_loss') m
    order by s.n, step`;
  await summariseSeries(tx);
}

/** What the service keeps of each series, written with its points: of those that lack it. See the migration. */
async function summariseSeries(tx: TransactionSql): Promise<void> {
  await tx`
    with counted as (
      select trial_id, attempt, name_id, count(*) as points, min(step) as first_step, max(step) as last_step,
             (max(array[step, value]))[2] as last, min(value) as low, max(value) as high
      from metric_points p
      where not exists (select 1 from metric_series s where s.trial_id = p.trial_id and s.attempt = p.attempt and s.name_id = p.name_id)
      group by trial_id, attempt, name_id
    )
    insert into metric_series (trial_id, attempt, name_id, points, first_step, last_step, last, low, high) select * from counted`;
  await tx`
    select bucket_metric_points(trial_id, attempt, name_id) from metric_series where points > ${LONG_SERIES} and bucket_width is null`;
}

/** Five events of each trial between "created" and "paused", in the words of core/event.ts. */
async function insertLog(tx: TransactionSql, id: string, trials: number): Promise<void> {
  await tx`
    insert into study_events (study_id, seq, time, type, trial, actor, body, why)
    select ${id}, seq, time, body ->> 'type', n, actor, body, jsonb_build_object('rule', body ->> 'type', 'inputs', '{}'::jsonb, 'text', text)
    from (
      select 1 as seq, null::int as n, min(started_at) - interval '1 second' as time, 'user:benchmark' as actor, 'Created.' as text,
             '{"type": "study.created", "maxTrials": 1000000, "parallelism": 64}'::jsonb as body
      from seeded
      union all
      select ${EVENTS} * n + 2 + place, n, started_at + make_interval(secs => case when place < 2 then 0 else seconds end),
             case place when 1 then 'agent:' || worker when 2 then 'agent:' || worker when 3 then 'agent:' || worker else 'scheduler' end,
             text, body || jsonb_build_object('trial', n)
      from seeded cross join lateral (
        values
          (0, 'Random point number ' || n || '.', jsonb_build_object('type', 'trial.scheduled', 'params', params, 'point', point, 'budget', null,
              'algorithm', '{"name": "random", "version": 1}'::jsonb)),
          (1, 'Started on ' || worker || '.', jsonb_build_object('type', 'trial.started', 'attempt', 1, 'worker', worker, 'gpus', jsonb_build_array(gpu))),
          (2, 'Reported.', jsonb_build_object('type', 'trial.observed', 'attempt', 1, 'points',
              jsonb_build_array(jsonb_build_object('name', 'val_loss', 'step', steps, 'value', loss)))),
          (3, 'The attempt ended.', jsonb_build_object('type', 'attempt.ended', 'attempt', 1, 'end', jsonb_build_object(
              'outcome', case state when 'completed' then 'completed' when 'pruned' then 'stopped' else 'failed' end,
              'failureClass', case when state = 'failed' then 'exit' end, 'exitCode', null, 'signal', null, 'message', null,
              'seconds', seconds, 'gpuSeconds', seconds))),
          (4, case state when 'completed' then 'Ran to its end.' when 'pruned' then 'Worse than the median of the others.' else 'Exit 1.' end,
              jsonb_build_object('type', 'trial.finished', 'state', state,
              'values', case when state = 'failed' then '[null]' else jsonb_build_array(loss) end,
              'losses', case when state = 'failed' then null else jsonb_build_array(loss) end, 'violations', '[]'::jsonb,
              'failureClass', case when state = 'failed' then 'exit' end))
      ) as e (place, text, body)
      union all
      select ${EVENTS * trials + 2}, null, now(), 'user:benchmark', 'Paused.', '{"type": "study.paused"}'::jsonb
    ) log
    order by seq`;
}

async function insertProgress(tx: TransactionSql, id: string): Promise<void> {
  await tx`
    insert into study_progress (study_id, place, trial, state, loss, gpu_seconds, improved, ended_at)
    select ${id}, place, n, state, loss, gpu_seconds,
           coalesce(rated < coalesce(min(rated) over (order by place rows between unbounded preceding and 1 preceding), 'Infinity'), false),
           ended_at
    from (
      select row_number() over (order by n) as place, n, state, loss, case when state = 'completed' then loss end as rated,
             sum(seconds) over (order by n) as gpu_seconds, started_at + make_interval(secs => seconds) as ended_at
      from seeded where state <> 'failed'
    ) ended`;
}

/** What the turns would have added up of attempts and ends. */
async function insertSavings(tx: TransactionSql, id: string): Promise<void> {
  await tx`
    with ranked as (
      select n, loss, count(*) over () as rated, row_number() over (order by loss, n) - 1 as rank from seeded where state = 'completed'
    )
    insert into study_savings (study_id, seconds, fruitless, rated, tenth_loss, tenth_trial, middle_loss, middle_trial)
    select ${id}, (select sum(seconds) from seeded), coalesce((select sum(seconds) from seeded where state = 'failed'), 0), t.rated,
           t.loss, t.n, m.loss, m.n
    from ranked t join ranked m on m.rank = (m.rated - 1) / 2
    where t.rank = (t.rated - 1) / 10`;
  await tx`
    insert into study_spans (study_id, kind, value, trials, seconds)
    select ${id}, kind, value, count(*), sum(seconds) from seeded cross join lateral spans_of(state, steps, seconds) group by kind, value`;
  await tx`
    insert into study_lanes (study_id, worker, gpu, first_started, last_ended, seconds)
    select ${id}, worker, gpu, min(started_at), max(started_at + make_interval(secs => seconds)), sum(seconds)
    from seeded group by worker, gpu`;
}

/** One more trial of the study, which reported `points` values of a metric of its own: "train_loss". */
export async function seedLongTrial(sql: Sql, study: string, trial: number, points: number): Promise<void> {
  await sql.begin(async (tx) => {
    await withoutChecks(tx);
    await tx`insert into metric_names (name) values ('train_loss') on conflict do nothing`;
    await tx`
      insert into metric_points (trial_id, attempt, name_id, step, value)
      select t.id, 1, m.id, step, 2 * exp(-step / ${points / 5}::float8) + 0.2 * random()
      from trials t join studies s on s.id = t.study_id
      cross join (select id from metric_names where name = 'train_loss') m
      cross join generate_series(1, ${points}) as step
      where s.name = ${study} and t.number = ${trial}`;
    await summariseSeries(tx);
  });
  await sql`analyze`;
}
