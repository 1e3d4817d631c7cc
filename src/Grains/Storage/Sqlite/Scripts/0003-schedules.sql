-- Where the schedules of enabled flows stand; what they say is in the flows' definitions.
create table schedules (
  flow_id blob not null primary key,
  shard integer not null,
  revision integer not null,
  handled_until integer not null,
  wake_time integer,
  waiting integer
) strict, without rowid;

create index schedules_by_shard on schedules (shard, wake_time, flow_id) where wake_time is not null;

-- The ledger: one row per due time, or per range of them that was missed in one long outage.
create table occurrences (
  flow_id blob not null,
  due_time integer not null,
  outcome integer not null,
  run_id blob,
  reason integer,
  until_time integer,
  due_count integer,
  primary key (flow_id, due_time)
) strict, without rowid;

create index occurrences_by_outcome on occurrences (flow_id, outcome, due_time);
create index occurrences_by_time on occurrences (due_time);
