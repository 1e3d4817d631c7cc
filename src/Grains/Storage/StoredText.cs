namespace FlowRuns.Storage;

/// <summary>Plain text columns. PostgreSQL refuses U+0000 in them and SQLite's client cuts the text there; JSON columns are not concerned, they hold it escaped.</summary>
static class StoredText
{
    public static string? Of(string? text) => text?.Replace('\0', '\uFFFD');
}
