namespace FlowRuns.Grains.Tests.Storage;

public sealed class SqliteRunStartTests(SqliteStoreFixture fixture) : RunStartCompliance(fixture), IClassFixture<SqliteStoreFixture>;

public sealed class SqliteRunProgressTests(SqliteStoreFixture fixture) : RunProgressCompliance(fixture), IClassFixture<SqliteStoreFixture>;

public sealed class SqliteRunReadTests(SqliteStoreFixture fixture) : RunReadCompliance(fixture), IClassFixture<SqliteStoreFixture>;

public sealed class SqliteRunStatisticsTests(SqliteStoreFixture fixture) : RunStatisticsCompliance(fixture), IClassFixture<SqliteStoreFixture>;

public sealed class SqliteRunOwnershipTests(SqliteStoreFixture fixture) : RunOwnershipCompliance(fixture), IClassFixture<SqliteStoreFixture>;

public sealed class SqliteFlowListTests(SqliteStoreFixture fixture) : FlowListCompliance(fixture), IClassFixture<SqliteStoreFixture>;

public sealed class SqliteScheduleTests(SqliteStoreFixture fixture) : ScheduleCompliance(fixture), IClassFixture<SqliteStoreFixture>;

public sealed class SqliteRunRetentionTests(SqliteStoreFixture fixture) : RunRetentionCompliance(fixture), IClassFixture<SqliteStoreFixture>;

public sealed class SqliteSchemaTests(SqliteStoreFixture fixture) : SchemaCompliance(fixture), IClassFixture<SqliteStoreFixture>;
