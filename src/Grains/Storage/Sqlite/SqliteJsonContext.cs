using System.Text.Json.Serialization;

namespace FlowRuns.Storage.Sqlite;

[JsonSerializable(typeof(IReadOnlyCollection<string>))]
sealed partial class SqliteJsonContext : JsonSerializerContext;
