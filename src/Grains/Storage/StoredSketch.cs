using System.Globalization;
using System.Text;
using FlowRuns.Flows;

namespace FlowRuns.Storage;

/// <summary>A sketch as the text of a PostgreSQL array whose subscripts are the buckets, NULL where there is no run: <c>[70:72]={1,NULL,3}</c>.</summary>
static class StoredSketch
{
    const string Empty = "{}";

    public static string Write(DurationSketch sketch)
    {
        if (sketch.Counts.IsEmpty)
            return Empty;

        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"[{sketch.Counts[0].Bucket}:{sketch.Counts[^1].Bucket}]={{");
        var next = sketch.Counts[0].Bucket;
        foreach (var (bucket, runs) in sketch.Counts)
        {
            for (; next < bucket; next++)
                text.Append("NULL,");
            text.Append(CultureInfo.InvariantCulture, $"{runs},");
            next++;
        }

        text[^1] = '}';
        return text.ToString();
    }

    public static DurationSketch Read(string text)
    {
        if (text == Empty)
            return DurationSketch.Empty;

        // PostgreSQL leaves out the bounds of an array that begins at 1.
        var bucket = text[0] == '[' ? int.Parse(text.AsSpan(1, text.IndexOf(':') - 1), CultureInfo.InvariantCulture) : 1;
        var counts = text[(text.IndexOf('{') + 1)..^1].Split(',');
        return new DurationSketch
        {
            Counts = [.. counts.Select((runs, i) => (Bucket: bucket + i, Runs: runs)).Where(count => count.Runs != "NULL").Select(count => new DurationCount(count.Bucket, long.Parse(count.Runs, CultureInfo.InvariantCulture)))],
        };
    }
}
