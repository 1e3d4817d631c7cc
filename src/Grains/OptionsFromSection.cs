using System.ComponentModel.DataAnnotations;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace FlowRuns;

/// <summary>Checks the ranges of options at start and reports all faults at once; each names the configuration key, its value and the legal range.</summary>
sealed class OptionsFromSection<T>(string section) : IValidateOptions<T>
    where T : class
{
    static readonly (PropertyInfo Property, RangeAttribute Range)[] Ranges =
    [
        .. typeof(T).GetProperties()
            .Select(p => (Property: p, Range: p.GetCustomAttribute<RangeAttribute>()!))
            .Where(p => p.Range is not null),
    ];

    public ValidateOptionsResult Validate(string? name, T options)
    {
        var faults = Ranges
            .Select(r => (r.Property.Name, r.Range, Value: r.Property.GetValue(options)))
            .Where(r => !r.Range.IsValid(r.Value))
            .Select(r => $"{section}:{r.Name} is {r.Value}; it must be {r.Range.Minimum} to {r.Range.Maximum}.")
            .ToArray();
        return faults.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}

static class OptionsFromSectionHosting
{
    public static IServiceCollection AddOptionsFrom<T>(this IServiceCollection services, string section)
        where T : class
    {
        services.AddOptions<T>().BindConfiguration(section).ValidateOnStart();
        return services.AddSingleton<IValidateOptions<T>>(new OptionsFromSection<T>(section));
    }
}
