using System.Buffers;
using System.Text.Json;
using FlowRuns.Json;

namespace FlowRuns.Steps.Sql;

/// <summary>The rows of one result, as far as they fit the caps on rows and bytes.</summary>
sealed class SqlRows : IDisposable
{
    readonly SqlQuery _query;
    readonly JsonEncodedText[] _columns;
    readonly ArrayBufferWriter<byte> _rows = new();
    readonly ArrayBufferWriter<byte> _row = new();

    public SqlRows(SqlQuery query, IEnumerable<string> columns)
    {
        _query = query;
        _columns = [.. columns.Select(column => JsonEncodedText.Encode(column, JsonOutput.Options.Encoder))];
        Row = new Utf8JsonWriter(_row, JsonOutput.Options);
    }

    /// <summary>Where the columns of the row under way are written.</summary>
    public Utf8JsonWriter Row { get; }

    public int Count { get; private set; }

    /// <summary>The result had more than the caps allow.</summary>
    public bool Truncated { get; private set; }

    /// <summary>A result that fails the step is not kept, so it need not be read either: of a single row, the others only count.</summary>
    public bool CountsOnly => _query.Single && Count > 0;

    public bool IsFull => Count >= _query.MaxRows;

    /// <summary>How many bytes the row under way may still have; below zero when it has too many already.</summary>
    public long Room => _query.MaxBytes - _rows.WrittenCount - Row.BytesCommitted - Row.BytesPending;

    public static string? NameUsedTwice(IEnumerable<string> columns) => columns.GroupBy(name => name).FirstOrDefault(same => same.Count() > 1)?.Key;

    public void Truncate() => Truncated = true;

    public void AddUnread() => Count++;

    public void Begin()
    {
        _row.ResetWrittenCount();
        Row.Reset(_row);
        Row.WriteStartObject();
    }

    public void Name(int column) => Row.WritePropertyName(_columns[column]);

    /// <summary>Ends the row under way and takes it in, or truncates there.</summary>
    public void End()
    {
        Row.WriteEndObject();
        Row.Flush();
        if (Room < 0)
        {
            Truncate();
            return;
        }

        if (Count++ > 0)
            _rows.Write(","u8);
        _rows.Write(_row.WrittenSpan);
    }

    public StepOutcome ToOutcome()
    {
        if (!_query.Single)
            return Output();
        if (Truncated && Count == 0)
            return new StepOutcome.Failed($"The row is larger than {_query.MaxBytes} bytes of JSON, the limit of {StepsOptions.Section}:{nameof(StepsOptions.SqlMaxBytes)}.", Final: true);
        if (Count != 1)
            return new StepOutcome.Failed($"The query returned {(Truncated ? "more than " : "")}{Count} rows, but 'single' wants exactly one.", Final: true);

        return new StepOutcome.Succeeded(new JsonData(_rows.WrittenMemory));
    }

    /// <summary>What a statement without a result comes to.</summary>
    public static StepOutcome Affected(int rowCount) => new StepOutcome.Succeeded(JsonOutput.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteStartArray("rows");
        writer.WriteEndArray();
        writer.WriteNumber("rowCount", Math.Max(0, rowCount));
        writer.WriteEndObject();
    }));

    public void Dispose() => Row.Dispose();

    StepOutcome.Succeeded Output() => new(JsonOutput.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WritePropertyName("rows");
        writer.WriteRawValue([.. "["u8, .. _rows.WrittenSpan, .. "]"u8], skipInputValidation: true);
        writer.WriteNumber("rowCount", Count);
        if (Truncated)
            writer.WriteBoolean("truncated", true);
        writer.WriteEndObject();
    }));
}
