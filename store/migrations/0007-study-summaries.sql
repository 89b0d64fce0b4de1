-- What is told of a study without reading its trials: how many are in each state, the middle of their values, what stopping
-- early was worth, how long GPUs stood idle. Kept by its turns (and a claim, which takes a trial from the queue). A completed or
-- pruned trial is never taken back, so its part is only ever added.

-- Trials by state, beside those that run. They are told, and nothing is decided by them: so no check that could refuse a claim.
alter table studies
  add column queued     integer not null default 0,
  add column paused     integer not null default 0,
  add column completed  integer not null default 0,
  add column pruned     integer not null default 0,
  add column failed     integer not null default 0,
  add column infeasible integer not null default 0,
  add column cancelled  integer not null default 0;

update studies s set queued = t.queued, paused = t.paused, completed = t.completed, pruned = t.pruned, failed = t.failed,
                     infeasible = t.infeasible, cancelled = t.cancelled
from (
  select study_id, count(*) filter (where state = 'queued') as queued, count(*) filter (where state = 'paused') as paused,
         count(*) filter (where state = 'completed') as completed, count(*) filter (where state = 'pruned') as pruned,
         count(*) filter (where state = 'failed') as failed, count(*) filter (where state = 'infeasible') as infeasible,
         count(*) filter (where state = 'cancelled') as cancelled
  from trials group by study_id
) t where t.study_id = s.id;

-- Rounded to three significant digits: few distinct values, however many trials there are.
create function three_digits(value double precision) returns double precision
language sql immutable parallel safe as
$$ select case when value = 0 then 0 else round(value::numeric, 2 - floor(log(abs(value::numeric)))::integer)::float8 end $$;

create table study_savings (
  study_id           uuid primary key references studies (id) on delete cascade,
  -- Seconds of the attempts whose end is in the log; of those that were lost, failed or handed back; and of the others of
  -- trials that are failed, infeasible or cancelled now.
  seconds            double precision not null default 0,
  fruitless          double precision not null default 0,
  resultless         double precision not null default 0,
  held_out           integer not null default 0,
  held_out_completed integer not null default 0,
  -- Completed trials with a loss, and those of them at ranks (rated - 1) / 10 and (rated - 1) / 2 by the first loss, then by number.
  rated              integer not null default 0,
  tenth_loss         double precision,
  tenth_trial        integer,
  middle_loss        double precision,
  middle_trial       integer,
  check ((rated > 0) = (num_nulls(tenth_loss, tenth_trial, middle_loss, middle_trial) = 0))
);

-- Completed and pruned trials by the last step of the first objective, or by the seconds of their fruitful attempts.
create table study_spans (
  study_id uuid not null references studies (id) on delete cascade,
  -- "stepless": pruned without a step above zero.
  kind     text not null check (kind in ('completed-steps', 'completed-seconds', 'pruned-steps', 'pruned-seconds', 'stepless-seconds')),
  -- To three digits.
  value    double precision not null,
  trials   integer not null check (trials >= 1),
  -- Of fruitful attempts, in all.
  seconds  double precision not null,
  primary key (study_id, kind, value)
);

-- What each GPU has done for a study, by the attempts whose end is in the log.
create table study_lanes (
  study_id      uuid not null references studies (id) on delete cascade,
  worker        text not null,
  gpu           integer not null,
  first_started timestamptz not null,
  last_ended    timestamptz not null,
  seconds       double precision not null,
  primary key (study_id, worker, gpu)
);

-- The order of trials by value, those without one last, and the order of the leaderboard.
drop index trials_loss;
create index trials_loss on trials (study_id, (losses[1]), number);
create index trials_loss_descending on trials (study_id, (losses[1]) desc nulls last, number);
create index trials_rank on trials (study_id, (state <> 'completed'), (not feasible), (losses[1]), number) where losses is not null;
create index trials_held_out on trials (study_id, (losses[1])) where held_out;
-- A sample of the completed ones that stays the same.
create index trials_completed on trials (study_id, hashint4(number)) where state = 'completed';

-- The spans that a completed or pruned trial belongs to.
create function spans_of(state text, step double precision, seconds double precision)
returns table (kind text, value double precision) language sql immutable parallel safe as
$$
  select 'completed-steps', three_digits(step) where state = 'completed' and step is not null
  union all select 'completed-seconds', three_digits(seconds) where state = 'completed'
  union all select 'pruned-steps', three_digits(step) where state = 'pruned' and step > 0
  union all select case when step > 0 then 'pruned-seconds' else 'stepless-seconds' end, three_digits(seconds) where state = 'pruned'
$$;

-- Attempts whose end still waits for a turn are left to it.
create temporary table told on commit drop as
select a.*, t.number, t.state, extract(epoch from a.ended_at - a.started_at)::float8 as seconds,
       a.outcome in ('failed', 'lost', 'requeue', 'infeasible') as in_vain
from attempts a join trials t on t.id = a.trial_id
where a.ended_at is not null and not exists (
  select 1 from inbox i where i.study_id = a.study_id and i.fact ->> 'type' = 'attempt.ended'
    and (i.fact ->> 'trial')::integer = t.number and (i.fact ->> 'attempt')::integer = a.attempt);

insert into study_savings (study_id, seconds, fruitless, resultless)
select study_id, sum(seconds), coalesce(sum(seconds) filter (where in_vain), 0),
       coalesce(sum(seconds) filter (where not in_vain and state in ('failed', 'infeasible', 'cancelled')), 0)
from told group by study_id;

insert into study_savings as s (study_id, held_out, held_out_completed)
select study_id, count(*), count(*) filter (where state = 'completed') from trials where held_out group by study_id
on conflict (study_id) do update set held_out = excluded.held_out, held_out_completed = excluded.held_out_completed;

with ranked as (
  select study_id, number, losses[1] as loss, count(*) over (partition by study_id) as rated,
         row_number() over (partition by study_id order by losses[1], number) - 1 as rank
  from trials where state = 'completed' and losses is not null
)
insert into study_savings as s (study_id, rated, tenth_loss, tenth_trial, middle_loss, middle_trial)
select t.study_id, t.rated, t.loss, t.number, m.loss, m.number
from ranked t join ranked m on m.study_id = t.study_id and m.rank = (m.rated - 1) / 2
where t.rank = (t.rated - 1) / 10
on conflict (study_id) do update set rated = excluded.rated, tenth_loss = excluded.tenth_loss, tenth_trial = excluded.tenth_trial,
  middle_loss = excluded.middle_loss, middle_trial = excluded.middle_trial;

insert into study_spans (study_id, kind, value, trials, seconds)
select e.study_id, s.kind, s.value, count(*), sum(e.seconds)
from (
  select t.study_id, t.state, coalesce(f.seconds, 0) as seconds,
         (select max(m.last_step) from metric_series m
          where m.trial_id = t.id and m.name_id = (select n.id from metric_names n where n.name = st.spec #>> '{objectives,0,metric}')) as step
  from trials t join studies st on st.id = t.study_id
  left join (select trial_id, sum(extract(epoch from ended_at - started_at))::float8 as seconds from attempts
             where outcome in ('completed', 'stopped') group by trial_id) f on f.trial_id = t.id
  where t.state in ('completed', 'pruned')
) e cross join lateral spans_of(e.state, e.step, e.seconds) s
group by e.study_id, s.kind, s.value;

insert into study_lanes (study_id, worker, gpu, first_started, last_ended, seconds)
select study_id, worker, gpu, min(started_at), max(ended_at), sum(seconds)
from told cross join unnest(gpus) as gpu group by study_id, worker, gpu;
