-- Trials that pause at a rung and go on later, from their checkpoint or another's.

alter table trials drop constraint trials_stop_kind_check;
alter table trials add constraint trials_stop_kind_check check (stop_kind in ('prune', 'cancel', 'budget'));
-- The trial of the same study whose checkpoint it started from.
alter table trials add column parent integer check (parent >= 0 and parent < number);
-- It should have been pruned, and ran on to measure how often pruning is wrong.
alter table trials add column held_out boolean not null default false;

-- Trials that may have something to go on from, for the claim; parents, for what must be kept.
create index trials_resumable on trials (study_id, queued_at, number) where state = 'queued' and (attempt > 0 or parent is not null);
create index trials_parent on trials (study_id, parent) where parent is not null;

-- The checkpoint directory that a trial's last attempt left behind. It outlives its trial and its study: the agent has
-- still to be told to remove it.
create table checkpoints (
  trial_id      uuid primary key,
  study_id      uuid not null,
  -- Which attempt wrote it, and up to which step it had reported its objectives.
  attempt       integer not null check (attempt >= 1),
  step          double precision,
  bytes         bigint not null check (bytes >= 0),
  -- Who has it; null: the agent is gone for good.
  agent_id      uuid references agents (id) on delete set null,
  -- On a path that every agent sees.
  shared        boolean not null default false,
  -- What the server has of the archive, and its length once all of it is there.
  sent_bytes    bigint not null default 0 check (sent_bytes >= 0),
  archive_bytes bigint check (archive_bytes = sent_bytes),
  -- No longer needed: the agent is told to remove it, and the row goes when it has.
  discard       boolean not null default false,
  kept_at       timestamptz not null default now()
);
create index checkpoints_discard on checkpoints (agent_id) where discard;
create index checkpoints_study on checkpoints (study_id);

create table checkpoint_parts (
  trial_id uuid not null references checkpoints (trial_id) on delete cascade,
  start    bigint not null check (start >= 0),
  bytes    bytea not null,
  primary key (trial_id, start)
);
