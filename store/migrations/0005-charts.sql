-- What the charts of a study are drawn from, so that none of them reads the whole study.

-- Trials that ended completed or pruned with a value, in the order of their end; nothing takes such a trial back.
create table study_progress (
  study_id    uuid not null references studies (id) on delete cascade,
  -- The how manieth of its study, from 1.
  place       integer not null check (place >= 1),
  trial       integer not null,
  state       text not null check (state in ('completed', 'pruned')),
  -- Of the first objective.
  loss        double precision not null,
  -- Spent by the study on attempts that had ended by then.
  gpu_seconds double precision not null,
  -- Completed, feasible and better than all before: never with several objectives.
  improved    boolean not null,
  ended_at    timestamptz not null,
  primary key (study_id, place)
);
create index study_progress_improved on study_progress (study_id, place) where improved;
-- A sample that stays the same: the first places in the order of their hashes.
create index study_progress_sample on study_progress (study_id, hashint4(place));
create index trials_sample on trials (study_id, hashint4(number)) where ended_at is not null or state = 'paused';
create index attempts_started on attempts (study_id, started_at);

with moments as (
  select t.study_id, t.ended_at, 1 as rank, t.number, t.state, t.losses[1] as loss, t.feasible, 0 as gpu_seconds
  from trials t where t.state in ('completed', 'pruned') and t.losses is not null
  union all
  select study_id, ended_at, 0, 0, null, null, null, extract(epoch from ended_at - started_at)::float8 * gpu_share
  from attempts where ended_at is not null
), spent as (
  select m.*, sum(gpu_seconds) over (partition by study_id order by ended_at, rank, number rows unbounded preceding) as spent
  from moments m
), placed as (
  select s.*, row_number() over o as place,
         case when s.state = 'completed' and s.feasible and jsonb_array_length(st.spec -> 'objectives') = 1 then s.loss end as rated
  from spent s join studies st on st.id = s.study_id
  where s.rank = 1
  window o as (partition by s.study_id order by s.ended_at, s.number)
)
insert into study_progress (study_id, place, trial, state, loss, gpu_seconds, improved, ended_at)
select study_id, place, number, state, loss, spent,
       coalesce(rated < coalesce(min(rated) over (partition by study_id order by place rows between unbounded preceding and 1 preceding), 'Infinity'), false),
       ended_at
from placed;
