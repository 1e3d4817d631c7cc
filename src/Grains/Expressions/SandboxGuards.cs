using Jint;
using Jint.Native;
using Jint.Native.Object;
using Jint.Native.Symbol;
using Jint.Runtime.Descriptors;
using Jint.Runtime.Interop;

namespace FlowRuns.Expressions;

/// <summary>Limits for what the engine does in one go, between two looks at the clock and at the memory: a single call could make gigabytes or take minutes.</summary>
/// <remarks>A guarded function first works out how long its result will be, at most, and throws where that is too long. Otherwise it is the engine's own.</remarks>
sealed class SandboxGuards(Engine engine, ExpressionLimits limits)
{
    // Big integers multiply for minutes, buffers take memory unseen, Intl cuts texts slowly. Expressions need none of them.
    static readonly string[] Removed =
    [
        "BigInt", "BigInt64Array", "BigUint64Array", "ArrayBuffer", "SharedArrayBuffer", "DataView", "Atomics", "Int8Array", "Uint8Array", "Uint8ClampedArray",
        "Int16Array", "Uint16Array", "Int32Array", "Uint32Array", "Float16Array", "Float32Array", "Float64Array", "Temporal", "Intl", "WeakRef",
        "FinalizationRegistry", "ShadowRealm",
    ];

    static readonly string[] Readers =
        ["normalize", "toUpperCase", "toLowerCase", "toLocaleUpperCase", "toLocaleLowerCase", "split", "localeCompare", "toWellFormed", "matchAll", "match", "search"];

    static readonly string[] Encoders = ["encodeURI", "encodeURIComponent", "decodeURI", "decodeURIComponent", "escape", "unescape"];

    static readonly PropertyDescriptor Nothing = new(JsValue.Undefined, PropertyFlag.AllForbidden);

    public void Install()
    {
        foreach (var name in Removed)
            engine.Global.FastSetProperty(name, Nothing);
        foreach (var name in Encoders)
            Guard(engine.Global, name, (_, arguments) => Length(At(arguments, 0)));

        var text = Prototype("String");
        Guard(text, "repeat", (self, arguments) => Length(self) * Number(At(arguments, 0)));
        Guard(text, "padStart", (_, arguments) => Number(At(arguments, 0)));
        Guard(text, "padEnd", (_, arguments) => Number(At(arguments, 0)));
        Guard(text, "concat", (self, arguments) => Length(self) + arguments.Sum(Length));
        Guard(text, "replace", (self, arguments) => ReplacedLength(self, arguments, all: false));
        Guard(text, "replaceAll", (self, arguments) => ReplacedLength(self, arguments, all: true));
        foreach (var name in Readers)
            Guard(text, name, (self, _) => Length(self));
        engine.Global.Get("String").AsObject().FastSetProperty("raw", Nothing);

        var array = Prototype("Array");
        Guard(array, "join", (self, arguments) => JoinedLength(self, At(arguments, 0)));
        Guard(array, "toLocaleString", (self, _) => JoinedLength(self, JsValue.Undefined));
        Guard(array, "flat", (self, _) => FlatLength(self, 0));

        Prototype("Date").FastSetProperty("toTemporalInstant", Nothing);
        GuardRegex();
        engine.Global.Get("JSON").AsObject().FastSetProperty("stringify", Method("stringify", (_, arguments) =>
            new BoundedJson(engine, limits).Stringify(At(arguments, 0), At(arguments, 1), At(arguments, 2))));
    }

    void Guard(ObjectInstance owner, string name, Func<JsValue, JsValue[], double> length)
    {
        var original = owner.GetOwnProperty(name).Value;
        owner.FastSetProperty(name, Method(name, (self, arguments) =>
        {
            engine.Constraints.Check();
            Limit(length(self, arguments));
            return engine.Call(original, self, arguments);
        }));
    }

    void GuardRegex()
    {
        var owner = Prototype("RegExp");
        var original = owner.Get(GlobalSymbolRegistry.Replace);
        owner.FastSetProperty(GlobalSymbolRegistry.Replace, Method("[Symbol.replace]", (self, arguments) =>
        {
            if (At(arguments, 1) is JsString replacement && Length(At(arguments, 0)) * replacement.Length > limits.TextLength)
                CountReplaced(original, self, arguments[0], replacement.ToString());
            return engine.Call(original, self, arguments);
        }));
    }

    // Replaces once without keeping the result, only to see how long it gets.
    void CountReplaced(JsValue original, JsValue self, JsValue text, string replacement)
    {
        var length = Length(text);
        var dollars = replacement.Count(c => c == '$');
        var count = new ClrFunction(engine, "count", (_, match) =>
        {
            var captured = match.TakeWhile(m => m is not JsNumber).Sum(Length);
            length += replacement.Length + (dollars * captured) + (replacement.Contains("$`") || replacement.Contains("$'") ? dollars * Length(text) : 0);
            Limit(length);
            return JsString.Empty;
        });
        engine.Call(original, self, [text, count]);
    }

    double ReplacedLength(JsValue self, JsValue[] arguments, bool all)
    {
        var length = Length(self);
        if (At(arguments, 0) is not JsString pattern || At(arguments, 1) is not JsString replacement)
            return length;

        var each = replacement.Length * (1 + (replacement.ToString().Contains('$') ? length : 0));
        if (!all || length * each <= limits.TextLength)
            return length + each;
        return length + (each * (self.ToString().AsSpan().Count(pattern.ToString()) + (pattern.Length == 0 ? length + 1 : 0)));
    }

    static double JoinedLength(JsValue self, JsValue separator)
    {
        if (self is not JsArray array)
            return 0;
        var length = array.Length * (separator.IsUndefined() ? 1 : Length(separator));
        foreach (var element in array)
            length += Length(element);
        return length;
    }

    // Counts elements at every level: arrays that share others are few in memory and many once flat.
    double FlatLength(JsValue self, double counted)
    {
        if (self is not JsArray array)
            return counted;
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        foreach (var element in array)
        {
            counted = FlatLength(element, counted + 1);
            if (counted > limits.ArrayLength)
                throw new InvalidDataException($"it makes an array of more than {limits.ArrayLength} elements");
        }

        return counted;
    }

    void Limit(double length)
    {
        if (length > limits.TextLength)
            throw new InvalidDataException($"it makes or reads a text of more than {limits.TextLength} characters");
    }

    ObjectInstance Prototype(string type) => engine.Global.Get(type).AsObject().Get("prototype").AsObject();

    PropertyDescriptor Method(string name, Func<JsValue, JsValue[], JsValue> body) => new(new ClrFunction(engine, name, body), PropertyFlag.NonEnumerable);

    static JsValue At(JsValue[] arguments, int index) => index < arguments.Length ? arguments[index] : JsValue.Undefined;

    static double Length(JsValue value) => value is JsString text ? text.Length : 0;

    static double Number(JsValue value) => value is JsNumber number ? number.AsNumber() : 0;
}
