using Microsoft.Extensions.Options;

namespace FlowRuns.Storage;

sealed class RunJournalOptionsValidator : IValidateOptions<RunJournalOptions>
{
    public ValidateOptionsResult Validate(string? name, RunJournalOptions options)
    {
        List<string> errors = [];
        if (options.Capacity is < 1 or > 1_000_000)
            errors.Add($"{RunJournalOptions.Section}:{nameof(options.Capacity)} is {options.Capacity}; it must be 1 to 1000000.");
        if (options.MaxBatch is < 1 or > 5_000)
            errors.Add($"{RunJournalOptions.Section}:{nameof(options.MaxBatch)} is {options.MaxBatch}; it must be 1 to 5000.");
        if (options.CommitTimeout < TimeSpan.FromMilliseconds(100) || options.CommitTimeout > TimeSpan.FromMinutes(1))
            errors.Add($"{RunJournalOptions.Section}:{nameof(options.CommitTimeout)} is {options.CommitTimeout}; it must be 00:00:00.1 to 00:01:00.");
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
