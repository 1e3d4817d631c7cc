using System.Buffers;
using FlowRuns.Json;
using Jint;
using Jint.Native;
using Jint.Native.Json;
using Jint.Native.Object;
using Jint.Runtime.Interop;

namespace FlowRuns.Expressions;

/// <summary>Writes values of a script as JSON like <c>JSON.stringify</c>, within limits: the engine's own goes on where small arrays share and nest others without end.</summary>
sealed class BoundedJson(Engine engine, ExpressionLimits limits)
{
    const int PerValue = 4;
    const int NodesPerCheck = 64;

    readonly Stack<JsValue> _parents = [];
    int _length;
    int _nodes;
    int _indent;

    /// <summary>The value as a step's input takes it; empty for undefined.</summary>
    /// <exception cref="InvalidDataException">JSON has nothing for the value.</exception>
    public ReadOnlyMemory<byte> Export(JsValue value)
    {
        if (value.IsUndefined())
            return default;
        if (value.IsNumber() && !double.IsFinite(value.AsNumber()))
            throw new InvalidDataException($"its result is {value}, which JSON does not have");
        if (value.IsSymbol() || value.IsBigInt() || value.IsPromise() || value is Jint.Native.Function.Function)
            throw new InvalidDataException($"its result is a {(value.IsPromise() ? "promise" : value.IsSymbol() ? "symbol" : value.IsBigInt() ? "big integer" : "function")}, which JSON does not have");

        var buffer = new ArrayBufferWriter<byte>();
        var serializer = new JsonSerializer(engine);
        return serializer.Serialize(value, Replacer(JsValue.Undefined), JsValue.Undefined, buffer)
            ? buffer.WrittenMemory
            : throw new InvalidDataException("its result has no form in JSON");
    }

    /// <summary>What a script's own call of <c>JSON.stringify</c> gets.</summary>
    public JsValue Stringify(JsValue value, JsValue replacer, JsValue space)
    {
        _indent = space.IsString() ? Math.Min(space.AsString().Length, 10) : space.IsNumber() ? (int)Math.Clamp(space.AsNumber(), 0, 10) : 0;
        return new JsonSerializer(engine).Serialize(value, Replacer(replacer), space);
    }

    ClrFunction Replacer(JsValue own)
    {
        var keys = own.IsArray() ? own.AsArray().Select(k => k.ToString()).ToHashSet() : null;
        return new ClrFunction(engine, "replacer", (holder, arguments) =>
        {
            var (key, value) = (arguments[0], arguments[1]);
            if (keys is not null && !holder.IsArray() && _nodes > 0 && !keys.Contains(key.ToString()))
                return JsValue.Undefined;
            if (own is Jint.Native.Function.Function function)
                value = engine.Call(function, holder, [key, value]);
            return Count(holder, key, value);
        });
    }

    JsValue Count(JsValue holder, JsValue key, JsValue value)
    {
        while (_parents.TryPeek(out var parent) && !ReferenceEquals(parent, holder))
            _parents.Pop();
        if (++_nodes % NodesPerCheck == 0)
            engine.Constraints.Check();

        _length += PerValue + (_indent * _parents.Count) + (key is JsString name ? name.Length : 0);
        // A boxed text would be unboxed after it was counted.
        if (value is IJsPrimitive { PrimitiveValue: JsString unboxed })
            value = unboxed;
        if (value is JsString text)
        {
            _length += text.Length;
            value = WellFormed(text);
        }
        else if (value is ObjectInstance)
        {
            _parents.Push(value);
        }

        if (_length > limits.TextLength)
            throw new InvalidDataException($"it makes more than {limits.TextLength} characters of JSON");
        if (_parents.Count > limits.ResultDepth)
            throw new InvalidDataException($"it makes JSON of more than {limits.ResultDepth} levels");
        return value;
    }

    // Cutting a text may halve a surrogate pair, which no Unicode text can hold.
    static JsString WellFormed(JsString text)
    {
        var chars = text.ToString();
        if (!chars.AsSpan().ContainsAnyInRange('\ud800', '\udfff'))
            return text;
        var bytes = System.Text.Encoding.UTF8.GetBytes(chars);
        return new JsString(System.Text.Encoding.UTF8.GetString(bytes));
    }
}
