using Microsoft.Extensions.Options;

namespace FlowRuns.Steps;

/// <summary>Reports every setting outside its range at once.</summary>
sealed class StepsOptionsRules : IValidateOptions<StepsOptions>
{
    const int KiB = 1024;
    const int MiB = 1024 * KiB;
    static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    static readonly TimeSpan Day = TimeSpan.FromHours(24);

    public ValidateOptionsResult Validate(string? name, StepsOptions options)
    {
        string[] problems =
        [
            .. Range(nameof(options.SqlMaxRows), options.SqlMaxRows, 1, 100_000),
            .. Range(nameof(options.SqlMaxBytes), options.SqlMaxBytes, KiB, 64 * MiB),
            .. Range(nameof(options.SqlStatementTimeout), options.SqlStatementTimeout, Second, Day),
            .. Range(nameof(options.SqlPoolSize), options.SqlPoolSize, 1, 1000),
            .. Range(nameof(options.SqlPoolIdle), options.SqlPoolIdle, Second, Day),
            .. Range(nameof(options.HttpMaxResponseBytes), options.HttpMaxResponseBytes, KiB, 64 * MiB),
        ];
        return problems.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    static IEnumerable<string> Range<T>(string key, T value, T least, T most)
        where T : IComparable<T>
    {
        if (value.CompareTo(least) < 0 || value.CompareTo(most) > 0)
            yield return $"{StepsOptions.Section}:{key} is {value}: it has to be {least} to {most}.";
    }
}
