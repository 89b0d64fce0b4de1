-- The tables of docs/concepts.md. States are closed sets, guarded by CHECK constraints: a defect in the code becomes
-- an error here, never a wrong leaderboard. Times are timestamptz by this server's clock.

create table studies (
  id            uuid primary key,
  project       text not null,
  name          text not null,
  spec          jsonb not null,
  state         text not null default 'running' check (state in ('running', 'paused', 'stopping', 'done')),
  end_code      text check (end_code in ('max-trials', 'target-reached', 'exhausted', 'wall-time', 'gpu-hours',
                                         'max-failed-trials', 'stopped', 'algorithm-failed')),
  reason_code   text not null default 'created',
  reason_text   text not null default 'Created.',
  -- Limits: copies of what the spec says, kept together by every patch, so that a claim needs no JSON.
  max_trials    integer check (max_trials >= 1),
  parallelism   integer not null check (parallelism >= 1),
  priority      integer not null default 0,
  pool          text not null,
  runs_command  boolean not null,
  -- Counters, changed only under this row's lock.
  created       integer not null default 0,
  running       integer not null default 0 check (running >= 0),
  last_seq      bigint not null default 0,
  version       integer not null default 1,
  gpu_seconds   double precision not null default 0,
  created_at    timestamptz not null default now(),
  ended_at      timestamptz,
  advanced_at   timestamptz not null default now(),
  deleted_at    timestamptz,
  check (max_trials is null or created <= max_trials),
  check ((state = 'done') = (ended_at is not null)),
  check ((state in ('stopping', 'done')) = (end_code is not null))
);
create unique index studies_name on studies (project, name) where deleted_at is null;
create index studies_live on studies (priority desc, created_at) where state in ('running', 'stopping') and deleted_at is null;

create table trials (
  id              uuid primary key,
  study_id        uuid not null references studies (id) on delete cascade,
  number          integer not null check (number >= 0),
  state           text not null default 'queued' check (state in ('queued', 'running', 'paused', 'completed', 'pruned',
                                                                  'failed', 'infeasible', 'cancelled')),
  params          jsonb not null,
  point           jsonb not null,
  budget          double precision,
  origin          text not null check (origin in ('search', 'user', 'import')),
  seed            bigint not null,
  attempt         integer not null default 0 check (attempt >= 0),
  retries         integer not null default 0 check (retries >= 0),
  lost_attempts   integer not null default 0 check (lost_attempts >= 0),
  stop_kind       text check (stop_kind in ('prune', 'cancel')),
  stop_reason     text,
  objective_values jsonb not null default '[]',
  losses          double precision[],
  violations      jsonb not null default '[]',
  feasible        boolean not null default true,
  objective_state text not null default 'pending' check (objective_state in ('pending', 'ok', 'missing', 'diverged')),
  failure_class   text,
  proposed        text not null,
  reason_code     text not null,
  reason_text     text not null,
  queued_at       timestamptz not null default now(),
  hinted_at       timestamptz,
  hint_epoch      integer not null default 0,
  created_at      timestamptz not null default now(),
  started_at      timestamptz,
  ended_at        timestamptz,
  seconds         double precision not null default 0,
  unique (study_id, number),
  check (state <> 'running' or attempt >= 1),
  check ((state in ('completed', 'pruned', 'failed', 'infeasible', 'cancelled')) = (ended_at is not null)),
  -- NaN sorts above every number in PostgreSQL: it must never get near a leaderboard.
  check (losses is null or ('NaN' <> all (losses) and 'Infinity' <> all (losses) and '-Infinity' <> all (losses)))
);
create index trials_queued on trials (study_id, queued_at, number) where state = 'queued';
create index trials_state on trials (study_id, state);
create index trials_loss on trials (study_id, (losses[1]), number) where losses is not null;

create table agents (
  id            uuid primary key,
  name          text not null unique,
  session       uuid not null,
  version       text not null,
  pool          text not null,
  labels        jsonb not null,
  gpus          jsonb not null,
  cpus          double precision not null,
  memory_mb     bigint not null,
  slots         integer not null,
  -- What the agent said of itself, and what an operator asked of it.
  draining      boolean not null default false,
  drain_asked   boolean not null default false,
  registered_at timestamptz not null default now()
);
-- Narrow and apart: updated by every heartbeat.
create table agent_presence (
  agent_id     uuid primary key references agents (id) on delete cascade,
  last_seen_at timestamptz not null default now()
) with (fillfactor = 60);

create table attempts (
  trial_id      uuid not null references trials (id) on delete cascade,
  attempt       integer not null check (attempt >= 1),
  study_id      uuid not null,
  agent_id      uuid references agents (id) on delete set null,
  session       uuid,
  request_id    uuid,
  -- Position among the attempts that answered one claim request.
  request_place integer,
  worker        text not null,
  gpus          integer[] not null default '{}',
  gpu_share     double precision not null default 0,
  token_hash    bytea not null,
  started_at    timestamptz not null default now(),
  ended_at      timestamptz,
  outcome       text check (outcome in ('completed', 'failed', 'requeue', 'infeasible', 'stopped', 'lost')),
  failure_class text,
  exit_code     integer,
  signal        text,
  message       text,
  log_bytes     bigint not null default 0,
  log_truncated bigint not null default 0,
  primary key (trial_id, attempt),
  check ((ended_at is null) = (outcome is null))
);
-- At most one attempt of a trial is open, whatever the code does.
create unique index attempts_open on attempts (trial_id) where ended_at is null;
-- A claim request that is sent twice at the same time is answered once.
create unique index attempts_request on attempts (session, request_id, request_place);
create index attempts_agent on attempts (agent_id) where ended_at is null;
create index attempts_worker on attempts (study_id, worker) where ended_at is null;

create table leases (
  trial_id   uuid primary key references trials (id) on delete cascade,
  attempt    integer not null,
  agent_id   uuid,
  session    uuid,
  -- What a renewal gives, as it was asked for.
  lease_ms   integer not null check (lease_ms > 0),
  expires_at timestamptz not null
) with (fillfactor = 60);
create index leases_expiry on leases (expires_at);

create table metric_names (
  id   integer primary key generated always as identity,
  name text not null unique
);
create table metric_points (
  trial_id uuid not null references trials (id) on delete cascade,
  attempt  integer not null,
  name_id  integer not null references metric_names (id),
  step     double precision not null,
  value    double precision not null,
  time     timestamptz not null default now(),
  primary key (trial_id, attempt, name_id, step)
);

create table log_chunks (
  trial_id uuid not null references trials (id) on delete cascade,
  attempt  integer not null,
  start    bigint not null,
  bytes    bytea not null,
  primary key (trial_id, attempt, start)
);

-- What arrived and waits for the study's turn.
create table inbox (
  id         bigint primary key generated always as identity,
  study_id   uuid not null references studies (id) on delete cascade,
  actor      text not null,
  fact       jsonb not null,
  why        jsonb not null,
  created_at timestamptz not null default clock_timestamp()
);
create index inbox_study on inbox (study_id, id);

-- The log. Append-only: seq counts without gaps in each study, written only by its turn.
create table study_events (
  study_id uuid not null references studies (id) on delete cascade,
  seq      bigint not null check (seq >= 1),
  -- Global order that is safe to follow while others commit: read below pg_snapshot_xmin, by (xid, id).
  xid      xid8 not null default pg_current_xact_id(),
  id       bigint not null generated always as identity,
  time     timestamptz not null,
  type     text not null,
  trial    integer,
  actor    text not null,
  body     jsonb not null,
  why      jsonb not null,
  primary key (study_id, seq)
);
create index study_events_stream on study_events (xid, id);

create table tokens (
  id           text primary key,
  name         text not null,
  scope        text not null check (scope in ('admin', 'write', 'read', 'agent')),
  hash         bytea not null,
  created_at   timestamptz not null default now(),
  expires_at   timestamptz,
  revoked_at   timestamptz,
  last_used_at timestamptz
);

create table idempotency (
  principal    text not null,
  key          text not null,
  request_hash text not null,
  status       integer,
  response     jsonb,
  created_at   timestamptz not null default now(),
  primary key (principal, key)
);

-- One row: when a sweep last ran, to tell our own outage from an agent's.
create table sweeps (
  only_row     boolean primary key default true check (only_row),
  last_run_at  timestamptz not null
);
