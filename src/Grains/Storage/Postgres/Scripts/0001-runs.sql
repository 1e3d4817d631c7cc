-- Ids are UUIDv7: their order is their order in time. Times are unix milliseconds. JSON is UTF-8 bytes, since neither text nor jsonb takes every JSON text back unchanged.

-- A run is in one of two places: here while it is under way, in runs once it is finished. So history is only ever inserted: it has no dead rows and no
-- index entries of statuses gone by, and a part of it can be dropped without looking for runs that still need it.
create table running_runs (
  id uuid not null primary key,
  flow_id uuid not null,
  project_id uuid not null,
  trigger_type smallint not null,
  flow_version integer not null,
  attempt integer not null,
  steps_count integer not null,
  steps_succeeded integer not null,
  -- How many step results its checkpoints hold, and the attempt of the next step that has begun.
  steps_done integer not null,
  attempts_begun integer,
  due_time bigint,
  retry_of uuid,
  retried_by uuid,
  -- Who executes it, empty for nobody, and how often one who did died.
  owner text not null,
  interruptions integer not null default 0,
  idempotency_key text,
  trace_parent text,
  trigger_output bytea not null
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);

-- Checkpoints change no column of an index, so they stay on their page.
create index running_runs_by_flow on running_runs (flow_id, id);
create index running_runs_by_owner on running_runs (owner, id);

-- What a list row shows. A run's start time is in its id. The program adds a partition per week ahead of time.
create table runs (
  id uuid not null,
  flow_id uuid not null,
  finish_time bigint not null,
  flow_version integer not null,
  attempt integer not null,
  steps_count integer not null,
  steps_succeeded integer not null,
  status smallint not null check (status <> 0),
  trigger_type smallint not null,
  error_step text,
  error_message text,
  primary key (id)
) partition by range (id);

-- trigger_type is last so that rows of other triggers are passed over within the index.
create index runs_by_flow on runs (flow_id, id, trigger_type);
create index runs_by_status on runs (flow_id, status, id, trigger_type);

create table run_data (
  run_id uuid not null,
  project_id uuid not null,
  due_time bigint,
  retry_of uuid,
  retried_by uuid,
  idempotency_key text,
  trace_parent text,
  trigger_output bytea not null,
  steps bytea not null,
  primary key (run_id)
) partition by range (run_id);

-- For runs of a time that has no partition: a clock gone wrong must not stop anything.
create table runs_default partition of runs default;
create table run_data_default partition of run_data default;

-- One row per checkpoint: the results from that position on.
create table run_checkpoints (
  run_id uuid not null,
  position integer not null,
  results bytea not null,
  primary key (run_id, position)
) with (autovacuum_vacuum_scale_factor = 0.05);

-- Of finished runs; those under way are counted when somebody asks, so that a run costs one write of each of these rows.
-- How many finished runs took how long: the subscripts are buckets of durations, NULL where there is no run, which costs one bit.
create table flow_stats (
  flow_id uuid not null primary key,
  succeeded bigint not null,
  failed bigint not null,
  canceled bigint not null,
  duration bigint not null,
  last_run bigint not null,
  durations bigint[] not null
) with (fillfactor = 50);

-- The same for the runs that started in one hour. Rows of the hour that passes are written again and again, older ones hardly ever.
create table flow_stats_hourly (
  flow_id uuid not null,
  hour bigint not null,
  succeeded bigint not null,
  failed bigint not null,
  canceled bigint not null,
  duration bigint not null,
  last_run bigint not null,
  durations bigint[] not null,
  primary key (flow_id, hour)
) with (fillfactor = 80);

-- In the database, on the row that the statement has locked: whoever adds at the same time adds to what the other left.
create function add_counts(held bigint[], added bigint[]) returns bigint[] language plpgsql immutable as $$
begin
  for bucket in coalesce(array_lower(added, 1), 1) .. coalesce(array_upper(added, 1), 0) loop
    if added[bucket] is not null then
      held[bucket] := coalesce(held[bucket], 0) + added[bucket];
    end if;
  end loop;
  return held;
end
$$;

create table idempotency_keys (
  flow_id uuid not null,
  key text not null,
  run_id uuid not null,
  request_hash text not null,
  primary key (flow_id, key)
);

create index idempotency_keys_by_run on idempotency_keys (run_id);

create table flows (
  id uuid not null primary key,
  project_id uuid not null,
  status smallint not null,
  deleted boolean not null
);

create index flows_by_project on flows (project_id, id, status) where not deleted;
create index flows_deleted on flows (id) where deleted;

-- Undoes a batch whose rows are no longer as they were when it was decided: the program reads them again and repeats it.
create function expect_rows(actual bigint, expected bigint) returns void language plpgsql as $$
begin
  if actual <> expected then
    raise exception 'rows changed meanwhile: % instead of %', actual, expected using errcode = 'serialization_failure';
  end if;
end
$$;

create function start_time(run uuid) returns bigint language sql immutable as $$
  select ('x' || left(replace(run::text, '-', ''), 12))::bit(48)::bigint
$$;
