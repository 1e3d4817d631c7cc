using Microsoft.Extensions.Options;

namespace FlowRuns.Connections;

sealed class EgressOptionsRules : IValidateOptions<EgressOptions>
{
    public ValidateOptionsResult Validate(string? name, EgressOptions options)
    {
        string[] problems = [.. options.Allow.Select(EgressAllowList.Problem).OfType<string>()];
        return problems.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}
