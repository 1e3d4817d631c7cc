using System.Globalization;
using System.Reflection;

namespace FlowRuns.Storage;

/// <summary>One numbered script of a database's schema. Never edited once released: a change is a new script.</summary>
sealed record SchemaScript(int Version, string Name, string Sql)
{
    /// <summary>The scripts of one database (<c>Sqlite</c>, <c>Postgres</c>), lowest version first, embedded as <c>0001-name.sql</c>.</summary>
    public static IReadOnlyList<SchemaScript> Of(string database)
    {
        var assembly = typeof(SchemaScript).Assembly;
        var prefix = $"FlowRuns.Storage.{database}.Scripts.";

        return [.. assembly.GetManifestResourceNames()
            .Where(resource => resource.StartsWith(prefix))
            .Order(StringComparer.Ordinal)
            .Select(resource => Read(assembly, resource, resource[prefix.Length..]))];
    }

    static SchemaScript Read(Assembly assembly, string resource, string name)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
        return new SchemaScript(int.Parse(name.AsSpan(0, 4), NumberStyles.None, CultureInfo.InvariantCulture), name, reader.ReadToEnd());
    }
}
