namespace FlowRuns.Grains.Tests.Storage;

public sealed class PostgresRunStartTests(PostgresStoreFixture fixture) : RunStartCompliance(fixture), IClassFixture<PostgresStoreFixture>;

public sealed class PostgresRunProgressTests(PostgresStoreFixture fixture) : RunProgressCompliance(fixture), IClassFixture<PostgresStoreFixture>;

public sealed class PostgresRunReadTests(PostgresStoreFixture fixture) : RunReadCompliance(fixture), IClassFixture<PostgresStoreFixture>;

public sealed class PostgresRunStatisticsTests(PostgresStoreFixture fixture) : RunStatisticsCompliance(fixture), IClassFixture<PostgresStoreFixture>;

public sealed class PostgresRunOwnershipTests(PostgresStoreFixture fixture) : RunOwnershipCompliance(fixture), IClassFixture<PostgresStoreFixture>;

public sealed class PostgresFlowListTests(PostgresStoreFixture fixture) : FlowListCompliance(fixture), IClassFixture<PostgresStoreFixture>;

public sealed class PostgresScheduleTests(PostgresStoreFixture fixture) : ScheduleCompliance(fixture), IClassFixture<PostgresStoreFixture>;

public sealed class PostgresRunRetentionTests(PostgresStoreFixture fixture) : RunRetentionCompliance(fixture), IClassFixture<PostgresStoreFixture>;

public sealed class PostgresSchemaTests(PostgresStoreFixture fixture) : SchemaCompliance(fixture), IClassFixture<PostgresStoreFixture>;
