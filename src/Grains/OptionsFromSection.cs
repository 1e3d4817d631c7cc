using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace FlowRuns;

/// <summary>Checks options at start by their annotations; a failure names the configuration key, its value and the legal range.</summary>
sealed class OptionsFromSection<T>(string section) : IValidateOptions<T>
    where T : class
{
    public ValidateOptionsResult Validate(string? name, T options)
    {
        var faults = new List<ValidationResult>();
        if (Validator.TryValidateObject(options, new ValidationContext(options), faults, validateAllProperties: true))
            return ValidateOptionsResult.Success;

        return ValidateOptionsResult.Fail(faults.SelectMany(f => f.MemberNames.Select(member =>
            $"{section}:{member} is '{typeof(T).GetProperty(member)?.GetValue(options)}': {f.ErrorMessage}")));
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
