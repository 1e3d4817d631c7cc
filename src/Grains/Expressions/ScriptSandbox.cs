using System.Runtime.InteropServices;
using System.Text.Json;
using Acornima.Ast;
using FlowRuns.Json;
using Jint;
using Jint.Constraints;
using Jint.Native;
using Jint.Native.Json;
using Jint.Runtime.Descriptors;
using Jint.Runtime.Interop;

namespace FlowRuns.Expressions;

/// <summary>A script engine for one evaluation: data comes in and goes out as JSON, and there is nothing else to reach.</summary>
/// <remarks>A new engine costs about ten microseconds, so none is ever used twice and no script sees what another one left behind.</remarks>
sealed class ScriptSandbox : IDisposable
{
    readonly ExpressionLimits _limits;
    readonly Engine _engine;
    readonly SandboxGuards _guards;

    static ScriptSandbox()
    {
        // The first use of each part of the engine compiles it, which takes longer than a script may; here it may take its time.
        using var sandbox = new ScriptSandbox(ExpressionLimits.Default with { Time = TimeSpan.FromMinutes(1) });
        sandbox.Define("$result", arguments => sandbox.Export(arguments[0]).IsEmpty ? JsValue.Null : arguments[0]);
        sandbox._engine.Evaluate(
            """
            $result(JSON.stringify({ a: [1.5, 'b', null, true], ...JSON.parse('{"c":[1]}') }) + `${new Date(0).toISOString()}`.replace(/[0-9]+/g, m => m + '-')
                + [3, 1, 2].map(x => x * 2).filter(x => x > 2).sort((a, b) => a - b).join(', ') + Math.round(2.5).toFixed(1) + 'a b'.split(' ').length
                + Object.entries({ a: 1 }).reduce((sum, [key, value]) => sum + value, 0) + 'abc'.slice(1).toUpperCase().padStart(5).trim());
            """);
    }

    public ScriptSandbox(ExpressionLimits limits)
    {
        _limits = limits;
        _engine = new Engine(options =>
        {
            options.Strict();
            options.DisableStringCompilation();
            options.LimitMemory(limits.Memory);
            options.MaxStatements(limits.Statements);
            options.LimitRecursion(limits.Recursion);
            options.Constraint(() => new OperationDeadlineConstraint());
            options.Constraints.StackOverflowGuard = true;
            options.Constraints.MaxArraySize = (uint)limits.ArrayLength;
            // The clock is not looked at during a match, so a last one comes on top of the script's time.
            options.Constraints.RegexTimeout = limits.Time / 2;
            options.Json.MaxParseDepth = JsonData.MaxDepth;
            options.TimeZone = TimeZoneInfo.Utc;
            options.AgentCanSuspend = false;
        });
        _guards = new SandboxGuards(_engine, limits);
        _guards.Install();
    }

    // Folding would compute constant parts without any limit when the flow is saved.
    public static ScriptPreparationOptions Preparation { get; } = ScriptPreparationOptions.Default with { FoldConstants = false };

    /// <summary>Defines a variable that gets its value when the script first reads it.</summary>
    public void Define(string name, Func<JsValue> value) =>
        _engine.Global.FastSetProperty(name, PropertyDescriptor.CreateLazy(value, PropertyFlag.AllForbidden));

    public void Define(string name, Func<JsValue[], JsValue> function) =>
        _engine.Global.FastSetProperty(name, PropertyDescriptor.CreateLazy(
            () => new ClrFunction(_engine, name, (_, arguments) => function(arguments)), PropertyFlag.AllForbidden));

    /// <summary>What a template literal makes of its parts.</summary>
    public JsValue Concatenate(JsValue[] parts) => _guards.Concatenate(parts);

    public void Run(in Prepared<Script> script, TimeSpan time, CancellationToken cancellationToken)
    {
        _engine.Constraints.Find<OperationDeadlineConstraint>()!.Begin(time, cancellationToken);
        _engine.Evaluate(script);
    }

    public void Dispose() => _engine.Dispose();

    public JsValue Import(DataPath path, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Undefined:
                return JsValue.Undefined;
            case JsonValueKind.Null:
                return JsValue.Null;
            case JsonValueKind.True or JsonValueKind.False:
                return value.GetBoolean() ? JsBoolean.True : JsBoolean.False;
            case JsonValueKind.String:
                return JsString.Create(JsonText.Of(value));
            case JsonValueKind.Number:
                return JsNumber.Create(value.GetDouble());
            default:
                var json = JsonMarshal.GetRawUtf8Value(value);
                return json.Length <= _limits.ScriptData
                    ? new JsonParser(_engine).Parse(json)
                    : throw new InvalidDataException($"{path} has {json.Length} bytes, more than the {_limits.ScriptData} that a script can take; use a part of it");
        }
    }

    /// <summary>The value as JSON; empty for undefined.</summary>
    public ReadOnlyMemory<byte> Export(JsValue value) => new BoundedJson(_engine, _limits).Export(value);
}
