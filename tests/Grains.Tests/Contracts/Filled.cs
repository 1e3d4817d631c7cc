using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using FlowRuns.Errors;

namespace FlowRuns.Grains.Tests.Contracts;

/// <summary>Makes an instance of a contract in which every member has a value, the same one each time.</summary>
static class Filled
{
    static readonly DateTimeOffset Time = DateTimeOffset.Parse("2026-04-21T09:00:00.500Z");

    public static object Of(Type type) => type switch
    {
        _ when Nullable.GetUnderlyingType(type) is { } value => Of(value),
        _ when type == typeof(string) => "text",
        _ when type == typeof(bool) => true,
        _ when type == typeof(int) => 7,
        _ when type == typeof(long) => 7_000_000_000,
        _ when type == typeof(double) => 7.5,
        _ when type == typeof(decimal) => 7.5m,
        _ when type == typeof(DateTimeOffset) => Time,
        _ when type == typeof(TimeSpan) => TimeSpan.FromMilliseconds(2500),
        _ when type == typeof(Guid) => new Guid("019dae4f-2af4-7000-8000-000000000007"),
        _ when type == typeof(byte[]) => "{}"u8.ToArray(),
        _ when type == typeof(ReadOnlyMemory<byte>) => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes("{}"),
        _ when type == typeof(RequestRefusedException) => new RequestRefusedException([new FieldError("field", "message")]),
        _ when type.IsEnum => Enum.GetValues(type).Cast<object>().Last(),
        _ when Element(type, typeof(ImmutableArray<>)) is { } item => Call(nameof(Array), item),
        _ when Element(type, typeof(ImmutableDictionary<,>)) is not null => Call(nameof(Dictionary), type.GetGenericArguments()),
        _ when Element(type, typeof(List<>)) is { } item => Call(nameof(List), item),
        _ => WithFields(type),
    };

    static object WithFields(Type type)
    {
        var instance = RuntimeHelpers.GetUninitializedObject(type);
        for (var level = type; level is not null && level != typeof(object); level = level.BaseType)
            foreach (var field in level.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
                field.SetValue(instance, Of(field.FieldType));
        return instance;
    }

    static Type? Element(Type type, Type definition) => type.IsGenericType && type.GetGenericTypeDefinition() == definition ? type.GetGenericArguments()[0] : null;

    static object Call(string method, params Type[] types) =>
        typeof(Filled).GetMethod(method, BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(types).Invoke(null, null)!;

    static ImmutableArray<T> Array<T>() => [(T)Of(typeof(T))];

    static List<T> List<T>() => [(T)Of(typeof(T))];

    static ImmutableDictionary<TKey, TValue> Dictionary<TKey, TValue>()
        where TKey : notnull => ImmutableDictionary<TKey, TValue>.Empty.Add((TKey)Of(typeof(TKey)), (TValue)Of(typeof(TValue)));
}
