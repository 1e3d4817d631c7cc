-- What Orleans' AdoNet providers look for: the query keys, their parameters and their result columns are the providers' contract.
create table OrleansQuery (
  QueryKey text not null primary key,
  QueryText text not null
);

create table OrleansStorage (
  GrainIdHash integer not null,
  GrainIdN0 bigint not null,
  GrainIdN1 bigint not null,
  GrainTypeHash integer not null,
  GrainTypeString text not null,
  GrainIdExtensionString text,
  ServiceId text not null,
  PayloadBinary bytea,
  ModifiedOn timestamptz not null,
  Version integer not null
) with (fillfactor = 70);

-- Unique, so that two activations that write a first state at once cannot both succeed. Null is one value here: keys that are numbers have no text.
create unique index OrleansStorageKey on OrleansStorage
  (GrainIdHash, GrainTypeHash, GrainIdN0, GrainIdN1, GrainTypeString, coalesce(GrainIdExtensionString, ''), ServiceId);

insert into OrleansQuery (QueryKey, QueryText) values
('ReadFromStorageKey', $$
  select PayloadBinary, Version
  from OrleansStorage
  where GrainIdHash = @GrainIdHash and GrainTypeHash = @GrainTypeHash
    and GrainIdN0 = @GrainIdN0 and GrainIdN1 = @GrainIdN1
    and GrainTypeString = @GrainTypeString
    and coalesce(GrainIdExtensionString, '') = coalesce(@GrainIdExtensionString, '')
    and ServiceId = @ServiceId$$),

-- Exactly one of the two can do something: the update needs a version, the insert needs that there is none. No row means a conflict.
('WriteToStorageKey', $$
  with updated as (
    update OrleansStorage
    set PayloadBinary = @PayloadBinary, ModifiedOn = now(), Version = Version + 1
    where GrainIdHash = @GrainIdHash and GrainTypeHash = @GrainTypeHash
      and GrainIdN0 = @GrainIdN0 and GrainIdN1 = @GrainIdN1
      and GrainTypeString = @GrainTypeString
      and coalesce(GrainIdExtensionString, '') = coalesce(@GrainIdExtensionString, '')
      and ServiceId = @ServiceId
      and Version = @GrainStateVersion::integer
    returning Version),
  inserted as (
    insert into OrleansStorage (
      GrainIdHash, GrainIdN0, GrainIdN1, GrainTypeHash, GrainTypeString,
      GrainIdExtensionString, ServiceId, PayloadBinary, ModifiedOn, Version)
    select
      @GrainIdHash, @GrainIdN0, @GrainIdN1, @GrainTypeHash, @GrainTypeString,
      @GrainIdExtensionString, @ServiceId, @PayloadBinary, now(), 1
    where @GrainStateVersion::integer is null
    on conflict do nothing
    returning Version)
  select Version as NewGrainStateVersion from updated
  union all
  select Version from inserted$$),

('ClearStorageKey', $$
  update OrleansStorage
  set PayloadBinary = null, ModifiedOn = now(), Version = Version + 1
  where GrainIdHash = @GrainIdHash and GrainTypeHash = @GrainTypeHash
    and GrainIdN0 = @GrainIdN0 and GrainIdN1 = @GrainIdN1
    and GrainTypeString = @GrainTypeString
    and coalesce(GrainIdExtensionString, '') = coalesce(@GrainIdExtensionString, '')
    and ServiceId = @ServiceId
    and Version = @GrainStateVersion::integer
  returning Version as NewGrainStateVersion$$),

-- The provider takes the same version back as a conflict, hence one more than the row had.
('DeleteStorageKey', $$
  delete from OrleansStorage
  where GrainIdHash = @GrainIdHash and GrainTypeHash = @GrainTypeHash
    and GrainIdN0 = @GrainIdN0 and GrainIdN1 = @GrainIdN1
    and GrainTypeString = @GrainTypeString
    and coalesce(GrainIdExtensionString, '') = coalesce(@GrainIdExtensionString, '')
    and ServiceId = @ServiceId
    and Version = @GrainStateVersion::integer
  returning Version + 1 as NewGrainStateVersion$$);

create table OrleansRemindersTable (
  ServiceId text not null,
  GrainId text not null,
  ReminderName text not null,
  StartTime timestamptz not null,
  Period bigint not null,
  GrainHash integer not null,
  Version integer not null,
  primary key (ServiceId, GrainId, ReminderName)
);

create index OrleansRemindersByHash on OrleansRemindersTable (ServiceId, GrainHash);

insert into OrleansQuery (QueryKey, QueryText) values
('UpsertReminderRowKey', $$
  insert into OrleansRemindersTable as present (ServiceId, GrainId, ReminderName, StartTime, Period, GrainHash, Version)
  values (@ServiceId, @GrainId, @ReminderName, @StartTime, @Period, @GrainHash, 0)
  on conflict (ServiceId, GrainId, ReminderName) do update
  set StartTime = excluded.StartTime, Period = excluded.Period, GrainHash = excluded.GrainHash, Version = present.Version + 1
  returning Version$$),

('ReadReminderRowKey', $$
  select GrainId, ReminderName, StartTime, Period, Version
  from OrleansRemindersTable
  where ServiceId = @ServiceId and GrainId = @GrainId and ReminderName = @ReminderName$$),

('ReadReminderRowsKey', $$
  select GrainId, ReminderName, StartTime, Period, Version
  from OrleansRemindersTable
  where ServiceId = @ServiceId and GrainId = @GrainId$$),

-- A part of the hash ring that does not cross its end ...
('ReadRangeRows1Key', $$
  select GrainId, ReminderName, StartTime, Period, Version
  from OrleansRemindersTable
  where ServiceId = @ServiceId and GrainHash > @BeginHash and GrainHash <= @EndHash$$),

-- ... and one that does.
('ReadRangeRows2Key', $$
  select GrainId, ReminderName, StartTime, Period, Version
  from OrleansRemindersTable
  where ServiceId = @ServiceId and (GrainHash > @BeginHash or GrainHash <= @EndHash)$$),

('DeleteReminderRowKey', $$
  with deleted as (
    delete from OrleansRemindersTable
    where ServiceId = @ServiceId and GrainId = @GrainId and ReminderName = @ReminderName and Version = @Version
    returning 1)
  select count(*)::integer from deleted$$),

('DeleteReminderRowsKey', $$
  delete from OrleansRemindersTable
  where ServiceId = @ServiceId$$);

create table OrleansMembershipVersionTable (
  DeploymentId text not null primary key,
  Timestamp timestamptz not null,
  Version integer not null
);

create table OrleansMembershipTable (
  DeploymentId text not null,
  Address text not null,
  Port integer not null,
  Generation integer not null,
  SiloName text not null,
  HostName text not null,
  Status integer not null,
  ProxyPort integer,
  SuspectTimes text,
  StartTime timestamptz not null,
  IAmAliveTime timestamptz not null,
  primary key (DeploymentId, Address, Port, Generation)
);

insert into OrleansQuery (QueryKey, QueryText) values
('InsertMembershipVersionKey', $$
  with inserted as (
    insert into OrleansMembershipVersionTable (DeploymentId, Timestamp, Version)
    values (@DeploymentId, now(), 0)
    on conflict do nothing
    returning 1)
  select count(*)::integer from inserted$$),

-- The table's version is what joins and updates compare and set: its row lock puts silos that change the table at once in a row.
('InsertMembershipKey', $$
  with advanced as (
    update OrleansMembershipVersionTable
    set Timestamp = now(), Version = Version + 1
    where DeploymentId = @DeploymentId and Version = @Version
      and not exists (
        select 1 from OrleansMembershipTable
        where DeploymentId = @DeploymentId and Address = @Address and Port = @Port and Generation = @Generation)
    returning 1),
  inserted as (
    insert into OrleansMembershipTable (
      DeploymentId, Address, Port, Generation, SiloName, HostName, Status, ProxyPort, StartTime, IAmAliveTime)
    select @DeploymentId, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime
    from advanced
    returning 1)
  select count(*)::integer from inserted$$),

('UpdateMembershipKey', $$
  with advanced as (
    update OrleansMembershipVersionTable
    set Timestamp = now(), Version = Version + 1
    where DeploymentId = @DeploymentId and Version = @Version
    returning 1),
  updated as (
    update OrleansMembershipTable
    set Status = @Status, SuspectTimes = @SuspectTimes, IAmAliveTime = @IAmAliveTime
    where DeploymentId = @DeploymentId and Address = @Address and Port = @Port and Generation = @Generation
      and exists (select 1 from advanced)
    returning 1)
  select count(*)::integer from updated$$),

('UpdateIAmAlivetimeKey', $$
  update OrleansMembershipTable
  set IAmAliveTime = @IAmAliveTime
  where DeploymentId = @DeploymentId and Address = @Address and Port = @Port and Generation = @Generation$$),

-- A row without a silo carries the version alone.
('MembershipReadRowKey', $$
  select v.DeploymentId, m.Address, m.Port, m.Generation, m.SiloName, m.HostName, m.Status, m.ProxyPort, m.SuspectTimes, m.StartTime, m.IAmAliveTime, v.Version
  from OrleansMembershipVersionTable v
  left join OrleansMembershipTable m
    on m.DeploymentId = v.DeploymentId and m.Address = @Address and m.Port = @Port and m.Generation = @Generation
  where v.DeploymentId = @DeploymentId$$),

('MembershipReadAllKey', $$
  select v.DeploymentId, m.Address, m.Port, m.Generation, m.SiloName, m.HostName, m.Status, m.ProxyPort, m.SuspectTimes, m.StartTime, m.IAmAliveTime, v.Version
  from OrleansMembershipVersionTable v
  left join OrleansMembershipTable m on m.DeploymentId = v.DeploymentId
  where v.DeploymentId = @DeploymentId$$),

('GatewaysQueryKey', $$
  select Address, ProxyPort, Generation
  from OrleansMembershipTable
  where DeploymentId = @DeploymentId and Status = @Status and ProxyPort > 0$$),

('DeleteMembershipTableEntriesKey', $$
  with silos as (delete from OrleansMembershipTable where DeploymentId = @DeploymentId)
  delete from OrleansMembershipVersionTable where DeploymentId = @DeploymentId$$),

-- 6 is a dead silo: one that only looks old stays.
('CleanupDefunctSiloEntriesKey', $$
  delete from OrleansMembershipTable
  where DeploymentId = @DeploymentId and IAmAliveTime < @IAmAliveTime and StartTime < @IAmAliveTime and Status = 6$$),

-- The same for one silo, unless its row has changed since it was read.
('CleanupDefunctSiloEntryKey', $$
  delete from OrleansMembershipTable
  where DeploymentId = @DeploymentId and Address = @Address and Port = @Port and Generation = @Generation
    and Status = 6 and IAmAliveTime = @IAmAliveTime and StartTime = @StartTime
    and coalesce(SuspectTimes, '') = coalesce(@SuspectTimes, '')$$);
