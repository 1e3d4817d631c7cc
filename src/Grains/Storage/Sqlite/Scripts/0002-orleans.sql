-- What Orleans' AdoNet providers look for: the query keys, their parameters and their result columns are the providers' contract.
create table OrleansQuery (
  QueryKey text not null primary key,
  QueryText text not null
) strict;

create table OrleansStorage (
  GrainIdHash integer not null,
  GrainIdN0 integer not null,
  GrainIdN1 integer not null,
  GrainTypeHash integer not null,
  GrainTypeString text not null,
  GrainIdExtensionString text,
  ServiceId text not null,
  PayloadBinary blob,
  ModifiedOn text not null,
  Version integer not null
) strict;

-- Unique, so that two activations that write a first state at once cannot both succeed. Null is one value here: keys that are numbers have no text.
create unique index OrleansStorageKey on OrleansStorage
  (GrainIdHash, GrainTypeHash, GrainIdN0, GrainIdN1, GrainTypeString, coalesce(GrainIdExtensionString, ''), ServiceId);

insert into OrleansQuery (QueryKey, QueryText) values
('ReadFromStorageKey', '
  select PayloadBinary, Version
  from OrleansStorage
  where GrainIdHash = @GrainIdHash and GrainTypeHash = @GrainTypeHash
    and GrainIdN0 = @GrainIdN0 and GrainIdN1 = @GrainIdN1
    and GrainTypeString = @GrainTypeString
    and coalesce(GrainIdExtensionString, '''') = coalesce(@GrainIdExtensionString, '''')
    and ServiceId = @ServiceId'),

-- Exactly one of the two can do something: the update needs a version, the insert needs that there is none. No row means a conflict.
('WriteToStorageKey', '
  update OrleansStorage
  set PayloadBinary = @PayloadBinary, ModifiedOn = datetime(''now''), Version = Version + 1
  where GrainIdHash = @GrainIdHash and GrainTypeHash = @GrainTypeHash
    and GrainIdN0 = @GrainIdN0 and GrainIdN1 = @GrainIdN1
    and GrainTypeString = @GrainTypeString
    and coalesce(GrainIdExtensionString, '''') = coalesce(@GrainIdExtensionString, '''')
    and ServiceId = @ServiceId
    and Version = @GrainStateVersion
  returning Version as NewGrainStateVersion;

  insert into OrleansStorage (
    GrainIdHash, GrainIdN0, GrainIdN1, GrainTypeHash, GrainTypeString,
    GrainIdExtensionString, ServiceId, PayloadBinary, ModifiedOn, Version)
  select
    @GrainIdHash, @GrainIdN0, @GrainIdN1, @GrainTypeHash, @GrainTypeString,
    @GrainIdExtensionString, @ServiceId, @PayloadBinary, datetime(''now''), 1
  where @GrainStateVersion is null
  on conflict do nothing
  returning Version as NewGrainStateVersion'),

('ClearStorageKey', '
  update OrleansStorage
  set PayloadBinary = null, ModifiedOn = datetime(''now''), Version = Version + 1
  where GrainIdHash = @GrainIdHash and GrainTypeHash = @GrainTypeHash
    and GrainIdN0 = @GrainIdN0 and GrainIdN1 = @GrainIdN1
    and GrainTypeString = @GrainTypeString
    and coalesce(GrainIdExtensionString, '''') = coalesce(@GrainIdExtensionString, '''')
    and ServiceId = @ServiceId
    and Version = @GrainStateVersion
  returning Version as NewGrainStateVersion'),

-- The provider takes the same version back as a conflict, hence one more than the row had.
('DeleteStorageKey', '
  delete from OrleansStorage
  where GrainIdHash = @GrainIdHash and GrainTypeHash = @GrainTypeHash
    and GrainIdN0 = @GrainIdN0 and GrainIdN1 = @GrainIdN1
    and GrainTypeString = @GrainTypeString
    and coalesce(GrainIdExtensionString, '''') = coalesce(@GrainIdExtensionString, '''')
    and ServiceId = @ServiceId
    and Version = @GrainStateVersion
  returning Version + 1 as NewGrainStateVersion');

create table OrleansRemindersTable (
  ServiceId text not null,
  GrainId text not null,
  ReminderName text not null,
  StartTime text not null,
  Period integer not null,
  GrainHash integer not null,
  Version integer not null,
  primary key (ServiceId, GrainId, ReminderName)
) strict, without rowid;

create index OrleansRemindersByHash on OrleansRemindersTable (ServiceId, GrainHash);

insert into OrleansQuery (QueryKey, QueryText) values
('UpsertReminderRowKey', '
  insert into OrleansRemindersTable (ServiceId, GrainId, ReminderName, StartTime, Period, GrainHash, Version)
  values (@ServiceId, @GrainId, @ReminderName, @StartTime, @Period, @GrainHash, 0)
  on conflict (ServiceId, GrainId, ReminderName) do update
  set StartTime = excluded.StartTime, Period = excluded.Period, GrainHash = excluded.GrainHash, Version = Version + 1
  returning Version'),

('ReadReminderRowKey', '
  select GrainId, ReminderName, StartTime, Period, Version
  from OrleansRemindersTable
  where ServiceId = @ServiceId and GrainId = @GrainId and ReminderName = @ReminderName'),

('ReadReminderRowsKey', '
  select GrainId, ReminderName, StartTime, Period, Version
  from OrleansRemindersTable
  where ServiceId = @ServiceId and GrainId = @GrainId'),

-- A part of the hash ring that does not cross its end ...
('ReadRangeRows1Key', '
  select GrainId, ReminderName, StartTime, Period, Version
  from OrleansRemindersTable
  where ServiceId = @ServiceId and GrainHash > @BeginHash and GrainHash <= @EndHash'),

-- ... and one that does.
('ReadRangeRows2Key', '
  select GrainId, ReminderName, StartTime, Period, Version
  from OrleansRemindersTable
  where ServiceId = @ServiceId and (GrainHash > @BeginHash or GrainHash <= @EndHash)'),

('DeleteReminderRowKey', '
  delete from OrleansRemindersTable
  where ServiceId = @ServiceId and GrainId = @GrainId and ReminderName = @ReminderName and Version = @Version;
  select changes()'),

('DeleteReminderRowsKey', '
  delete from OrleansRemindersTable
  where ServiceId = @ServiceId');
