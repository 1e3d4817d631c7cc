using Npgsql;
using NpgsqlTypes;

namespace FlowRuns.Storage.Postgres;

/// <summary>What a statement writes, as a relation that it selects from. Its parameters are <c>$1</c>, <c>$2</c> and so on, in the order of the columns.</summary>
/// <remarks>Several rows are an array per column. A single one, which is all that a lone run writes, is a row of values: that takes PostgreSQL less time.</remarks>
sealed class RowSet<T>(IReadOnlyList<T> rows)
{
    static readonly Dictionary<Type, NpgsqlDbType> Types = new()
    {
        [typeof(Guid)] = NpgsqlDbType.Uuid,
        [typeof(short)] = NpgsqlDbType.Smallint,
        [typeof(int)] = NpgsqlDbType.Integer,
        [typeof(long)] = NpgsqlDbType.Bigint,
        [typeof(string)] = NpgsqlDbType.Text,
        [typeof(byte[])] = NpgsqlDbType.Bytea,
    };

    readonly List<(string Name, NpgsqlDbType Type, object Value)> _columns = [];

    public string Columns => string.Join(", ", _columns.Select(column => column.Name));

    /// <summary>New ones each time: a parameter belongs to one statement.</summary>
    public IEnumerable<NpgsqlParameter> Parameters => _columns.Select(column => new NpgsqlParameter { NpgsqlDbType = column.Type, Value = column.Value });

    public RowSet<T> With<TValue>(string column, Func<T, TValue> value)
    {
        // Named, since a null has no type by itself, and a statement is prepared for its types.
        var type = Types[Nullable.GetUnderlyingType(typeof(TValue)) ?? typeof(TValue)];
        _columns.Add(rows is [var only] ? (column, type, (object?)value(only) ?? DBNull.Value) : (column, type | NpgsqlDbType.Array, rows.Select(value).ToArray()));
        return this;
    }

    /// <summary>To stand behind <c>from</c>.</summary>
    public string As(string name)
    {
        var values = string.Join(", ", Enumerable.Range(1, _columns.Count).Select(i => $"${i}"));
        return rows.Count == 1 ? $"(values ({values})) as {name} ({Columns})" : $"unnest({values}) as {name} ({Columns})";
    }

    /// <summary>The placeholder of the first, second ... value that follows those of the rows.</summary>
    public string After(int position) => $"${_columns.Count + position}";
}
