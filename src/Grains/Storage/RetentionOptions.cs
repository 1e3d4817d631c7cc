using System.ComponentModel.DataAnnotations;

namespace FlowRuns.Storage;

/// <summary>Configuration section <c>FlowRuns:Retention</c>.</summary>
sealed class RetentionOptions
{
    public const string Section = "FlowRuns:Retention";

    /// <summary>Finished runs that started longer ago go; 0 keeps all. Totals stay either way.</summary>
    [Range(0, 36_500)]
    public int Days { get; set; } = 90;

    /// <summary>Finished runs that started before this go.</summary>
    public DateTimeOffset Cutoff(DateTimeOffset now) => Days == 0 ? DateTimeOffset.UnixEpoch : now.AddDays(-Days);
}
