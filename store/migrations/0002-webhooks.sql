-- Webhooks, and the outbox: one row for each event that a webhook is to be told of, written in the transaction that
-- logs the event. So nothing is announced that did not happen, and nothing that happened is forgotten.

create table webhooks (
  id              text primary key,
  -- Null: events of every project.
  project         text,
  url             text not null check (length(url) between 1 and 2048),
  -- Empty: events of every type.
  types           text[] not null default '{}',
  -- Kept as it is: signing needs it.
  secret          bytea not null check (length(secret) >= 32),
  created_at      timestamptz not null default now(),
  disabled_at     timestamptz,
  disabled_reason text,
  check ((disabled_at is null) = (disabled_reason is null))
);

create table outbox (
  id         bigint primary key generated always as identity,
  webhook_id text not null references webhooks (id) on delete cascade,
  study_id   uuid not null,
  seq        bigint not null,
  created_at timestamptz not null default now(),
  tries      integer not null default 0 check (tries >= 0),
  -- While it is being sent: when somebody else may try, because the sender has fallen silent.
  next_at    timestamptz not null default now(),
  done_at    timestamptz,
  -- Given up.
  dead       boolean not null default false,
  last_error text,
  foreign key (study_id, seq) references study_events (study_id, seq) on delete cascade,
  check (not dead or (done_at is not null and last_error is not null))
);
-- An event is announced to a webhook once, whatever the code does.
create unique index outbox_event on outbox (study_id, seq, webhook_id);
-- The first row of each (webhook, study) is the only one that may be sent.
create index outbox_pending on outbox (webhook_id, study_id, seq) where done_at is null;
create index outbox_recent on outbox (webhook_id, id);
create index outbox_done on outbox (done_at) where done_at is not null;
