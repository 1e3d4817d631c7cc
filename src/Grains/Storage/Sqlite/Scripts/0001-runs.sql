-- Ids are the 16 bytes of a UUIDv7, big-endian: their byte order is their order in time. Times are unix milliseconds.

-- What a list row shows, and what a compare-and-set looks at. A run's start time is in its id.
create table runs (
  id blob not null primary key,
  flow_id blob not null,
  status integer not null,
  trigger_type integer not null,
  flow_version integer not null,
  attempt integer not null,
  -- While it runs: who executes it, empty for nobody, and how often one who did died.
  owner text,
  interruptions integer not null default 0,
  steps_count integer not null,
  steps_succeeded integer not null,
  -- While it runs: how many step results its checkpoints hold, and the attempt of the next step that has begun.
  steps_done integer not null,
  attempts_begun integer,
  finish_time integer,
  error_step text,
  error_message text,
  check ((status = 0) = (finish_time is null)),
  check ((status = 0) = (owner is not null))
) strict, without rowid;

-- trigger_type never changes, so it costs two bytes here and saves a look at every row that another trigger started.
create index runs_by_flow on runs (flow_id, id, trigger_type);
create index runs_by_status on runs (flow_id, status, id, trigger_type);
create index runs_by_owner on runs (owner, id) where status = 0;

-- Payloads of any size: rows this wide are slower in a table without rowid.
create table run_data (
  run_id blob not null primary key,
  project_id blob not null,
  trigger_output text not null,
  due_time integer,
  steps text,
  retry_of blob,
  retried_by blob,
  idempotency_key text,
  trace_parent text
) strict;

-- One row per checkpoint: the results from that position on.
create table run_checkpoints (
  run_id blob not null,
  position integer not null,
  results text not null,
  primary key (run_id, position)
) strict;

-- Of finished runs; those under way are counted when somebody asks, so that a run costs one write of each of these rows.
-- How many finished runs took how long: [70:72]={1,NULL,3} is one in bucket 70 and three in bucket 72.
create table flow_stats (
  flow_id blob not null primary key,
  succeeded integer not null,
  failed integer not null,
  canceled integer not null,
  duration integer not null,
  last_run integer not null,
  durations text not null
) strict, without rowid;

-- The same for the runs that started in one hour.
create table flow_stats_hourly (
  flow_id blob not null,
  hour integer not null,
  succeeded integer not null,
  failed integer not null,
  canceled integer not null,
  duration integer not null,
  last_run integer not null,
  durations text not null,
  primary key (flow_id, hour)
) strict, without rowid;

create table idempotency_keys (
  flow_id blob not null,
  key text not null,
  run_id blob not null,
  request_hash text not null,
  primary key (flow_id, key)
) strict, without rowid;

create index idempotency_keys_by_run on idempotency_keys (run_id);

create table flows (
  id blob not null primary key,
  project_id blob not null,
  status integer not null,
  deleted integer not null
) strict, without rowid;

create index flows_by_project on flows (project_id, id, status) where deleted = 0;
create index flows_deleted on flows (id) where deleted = 1;
