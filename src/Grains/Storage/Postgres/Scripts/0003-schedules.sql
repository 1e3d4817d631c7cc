-- Where the schedules of enabled flows stand; what they say is in the flows' definitions.
create table schedules (
  flow_id uuid not null primary key,
  shard smallint not null,
  revision integer not null,
  handled_until bigint not null,
  wake_time bigint,
  waiting bigint
) with (fillfactor = 70);

create index schedules_by_shard on schedules (shard, wake_time, flow_id) where wake_time is not null;

-- The ledger: one row per due time, or per range of them that was missed in one long outage.
create table occurrences (
  flow_id uuid not null,
  due_time bigint not null,
  outcome smallint not null,
  run_id uuid,
  reason smallint,
  until_time bigint,
  due_count integer,
  primary key (flow_id, due_time)
);

create index occurrences_by_outcome on occurrences (flow_id, outcome, due_time);
create index occurrences_by_time on occurrences (due_time);
