using System.Reflection;
using System.Text;
using FlowRuns.Flows;
using FlowRuns.Steps;
using FlowRuns.Storage;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using Orleans.Serialization.Invocation;

namespace FlowRuns.Grains.Tests.Contracts;

/// <summary>What silos and gateways of different versions say to each other, and what is stored: a changed line must be one that the version before can read, and be read.</summary>
/// <remarks><c>FLOWRUNS_APPROVE=1</c> writes the approved files anew, for a change that is meant. Contracts may be added, and members with new ids.</remarks>
public sealed class WireSnapshotTests : IDisposable
{
    readonly ServiceProvider _services = new ServiceCollection().AddSerializer(b => b.AddAssembly(typeof(IFlowGrain).Assembly).AddAssembly(typeof(FlowState).Assembly)).BuildServiceProvider();

    Serializer Serializer => _services.GetRequiredService<Serializer>();

    static IEnumerable<Type> Contracts => Types.Where(t => t.GetCustomAttribute<GenerateSerializerAttribute>() is not null && !t.IsAbstract);

    static IEnumerable<Type> Types => new[] { typeof(IFlowGrain).Assembly, typeof(FlowState).Assembly }
        .SelectMany(a => a.GetTypes())
        .Where(t => t.Namespace?.StartsWith("FlowRuns") == true)
        .OrderBy(t => t.GetCustomAttribute<AliasAttribute>()?.Alias ?? t.FullName, StringComparer.Ordinal);

    public void Dispose() => _services.Dispose();

    [Fact]
    public void Contracts_AllOfThem_HaveAnAlias() => Assert.All(Contracts, t => Assert.NotNull(t.GetCustomAttribute<AliasAttribute>()));

    [Fact]
    public void Contracts_Serialized_AreAsApproved() =>
        Check("contracts.approved.txt", Contracts.Select(t => $"{Alias(t)} {Convert.ToHexStringLower(Serializer.SerializeToArray(Filled.Of(t)))}"));

    [Fact]
    public void Contracts_Approved_ReadAsTheyAreMade()
    {
        var byAlias = Contracts.ToDictionary(Alias);
        foreach (var line in Approved("contracts.approved.txt").Select(l => l.Split(' ')))
        {
            var read = Assert.IsAssignableFrom<object>(Serializer.Deserialize<object>(Convert.FromHexString(line[1])));
            Assert.Equal(byAlias[line[0]], read.GetType());
            Assert.Equal(line[1], Convert.ToHexStringLower(Serializer.SerializeToArray(read)));
        }
    }

    [Fact]
    public void Grains_Methods_AreAsApproved() => Check("grains.approved.txt", Types
        .Where(t => t.IsInterface && t.IsAssignableTo(typeof(IAddressable)))
        .SelectMany(t => t.GetMethods().Where(m => !m.IsStatic).Select(m => $"{Alias(t)} {m.GetCustomAttribute<AliasAttribute>()?.Alias}({string.Join(", ", m.GetParameters().Select(p => Name(p.ParameterType)))}) {Name(m.ReturnType)}")));

    [Fact]
    public void StoredSteps_AreAsApproved() => Check("stored.approved.txt", [$"steps {Encoding.UTF8.GetString(StoredSteps.Write([(StepResult)Filled.Of(typeof(StepResult))]))}"]);

    static string Alias(Type type) => type.GetCustomAttribute<AliasAttribute>()!.Alias;

    static string Name(Type type) => type.IsGenericType ? $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>" : type.Name;

    static void Check(string file, IEnumerable<string> lines)
    {
        var actual = lines.ToList();
        if (Environment.GetEnvironmentVariable("FLOWRUNS_APPROVE") == "1")
            File.WriteAllLines(Path.Combine(SourceDirectory(), file), actual);
        else
            Assert.Equal(Approved(file), actual);
    }

    static string[] Approved(string file) => File.ReadAllLines(Path.Combine(SourceDirectory(), file));

    static string SourceDirectory([System.Runtime.CompilerServices.CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
