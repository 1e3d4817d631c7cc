using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using System.Text;
using Jint;
using Jint.Native;
using Jint.Native.Function;
using Jint.Native.Object;
using Jint.Native.Symbol;
using Jint.Runtime;
using Jint.Runtime.Descriptors;
using Jint.Runtime.Interop;

namespace FlowRuns.Expressions;

/// <summary>Limits for what the engine does in one go, between two looks at the clock and at the memory: a single call could make gigabytes or take minutes.</summary>
/// <remarks>A guarded function first works out how long its result will be, at most, and throws where that is too long. Otherwise it is the engine's own.</remarks>
sealed class SandboxGuards(Engine engine, ExpressionLimits limits)
{
    // Big integers multiply for minutes, buffers take memory unseen, Intl cuts texts slowly, an AggregateError reads without end. Expressions need none of them.
    static readonly string[] Removed =
    [
        "BigInt", "BigInt64Array", "BigUint64Array", "ArrayBuffer", "SharedArrayBuffer", "DataView", "Atomics", "Int8Array", "Uint8Array", "Uint8ClampedArray",
        "Int16Array", "Uint16Array", "Int32Array", "Uint32Array", "Float16Array", "Float32Array", "Float64Array", "Temporal", "Intl", "WeakRef",
        "FinalizationRegistry", "ShadowRealm", "AggregateError",
    ];

    static readonly string[] Encoders = ["encodeURI", "encodeURIComponent", "decodeURI", "decodeURIComponent", "escape", "unescape"];

    // What takes longer the more it is given.
    static readonly (string Owner, bool Prototype, string[] Names)[] Slow =
    [
        ("Array", true,
        [
            "concat", "copyWithin", "entries", "every", "fill", "filter", "find", "findIndex", "findLast", "findLastIndex", "flatMap", "forEach", "map", "push", "reduce",
            "reduceRight", "reverse", "shift", "slice", "some", "sort", "splice", "toReversed", "toSorted", "toSpliced", "unshift", "with",
        ]),
        ("String", true,
        [
            "includes", "indexOf", "lastIndexOf", "startsWith", "endsWith", "slice", "substring", "substr", "trim", "trimStart", "trimEnd", "normalize", "toUpperCase",
            "toLowerCase", "toLocaleUpperCase", "toLocaleLowerCase", "split", "localeCompare", "toWellFormed", "isWellFormed", "matchAll", "match", "search", "anchor", "link",
        ]),
        ("RegExp", true, ["exec", "test"]),
        ("Set", true, ["add", "forEach", "union", "intersection", "difference", "symmetricDifference", "isSubsetOf", "isSupersetOf", "isDisjointFrom"]),
        ("Map", true, ["forEach", "set"]),
        ("Iterator", true, ["every", "filter", "find", "flatMap", "forEach", "map", "reduce", "some", "toArray", "drop", "take"]),
        ("Function", true, ["apply", "bind", "call"]),
        ("Array", false, ["from", "of"]),
        ("Map", false, ["groupBy"]),
        ("Math", false, ["max", "min", "hypot"]),
        ("String", false, ["fromCharCode", "fromCodePoint"]),
        ("JSON", false, ["parse"]),
        ("Reflect", false, ["apply", "construct", "ownKeys"]),
        ("RegExp", false, ["escape"]),
        ("Object", false,
        [
            "assign", "create", "defineProperties", "entries", "freeze", "getOwnPropertyDescriptors", "getOwnPropertyNames", "groupBy", "isFrozen", "isSealed",
            "keys", "seal", "values",
        ]),
    ];

    // Those that call a function for each element.
    static readonly FrozenSet<string> Callers = FrozenSet.Create(
        "map", "filter", "forEach", "some", "every", "find", "findIndex", "findLast", "findLastIndex", "reduce", "reduceRight", "flatMap", "sort", "toSorted", "from",
        "groupBy", "replace", "replaceAll", "parse");

    // Comparing is fast: what is compared in one go may be this many times as long as a text.
    const long TextsCompared = 16;

    static readonly PropertyDescriptor Nothing = new(JsValue.Undefined, PropertyFlag.AllForbidden);

    readonly HashSet<JsArray> _joining = new(ReferenceEqualityComparer.Instance);

    public void Install()
    {
        foreach (var name in Removed)
            engine.Global.FastSetProperty(name, Nothing);
        foreach (var (owner, prototype, names) in Slow)
            Check(prototype ? Prototype(owner) : engine.Global.Get(owner).AsObject(), names);
        foreach (var name in Encoders)
            Guard(engine.Global, name, (_, arguments) => Text(arguments, 0), ofText: false);

        var text = Prototype("String");
        Guard(text, "repeat", (self, arguments) => Length(self) * Number(arguments, 0));
        Guard(text, "padStart", (_, arguments) => Number(arguments, 0));
        Guard(text, "padEnd", (_, arguments) => Number(arguments, 0));
        Guard(text, "replace", (self, arguments) => ReplacedLength(self, arguments, all: false));
        Guard(text, "replaceAll", (self, arguments) => ReplacedLength(self, arguments, all: true));
        text.FastSetProperty("concat", Method("concat", (self, arguments) => Concatenate([self, .. arguments])));
        engine.Global.Get("String").AsObject().FastSetProperty("raw", Nothing);

        var array = Prototype("Array");
        var join = Method("join", (self, arguments) => Join(self, At(arguments, 0)));
        array.FastSetProperty("join", join);
        array.FastSetProperty("toLocaleString", join);
        foreach (var name in (string[])["indexOf", "lastIndexOf", "includes"])
            GuardSearch(array, name);
        foreach (var name in (string[])["sort", "toSorted"])
            Guard(array, name, (self, arguments) => At(arguments, 0).IsUndefined() ? SortedLength(self) / TextsCompared : 0, ofText: false);
        Guard(array, "flat", (self, _) => FlatLength(self, 0), ofText: false);

        Guard(engine.Global.Get("Object").AsObject(), "fromEntries", (_, arguments) => KeysLength(At(arguments, 0)), ofText: false);
        Prototype("Date").FastSetProperty("toTemporalInstant", Nothing);
        GuardRegex();
        new IterationGuards(engine).Install();
        var json = engine.Global.Get("JSON").AsObject();
        json.FastSetProperty("rawJSON", Nothing);
        json.FastSetProperty("stringify", Method("stringify", (_, arguments) =>
            new BoundedJson(engine, limits).Stringify(At(arguments, 0), At(arguments, 1), At(arguments, 2))));
    }

    // The engine's own functions may call each other many times without a look at the clock: [..].map(JSON.parse). So each of them looks first.
    void Check(ObjectInstance owner, string[] names)
    {
        foreach (var name in names)
        {
            var original = owner.GetOwnProperty(name);
            if (original != PropertyDescriptor.Undefined)
                owner.FastSetProperty(name, PropertyDescriptor.CreateLazy((this, name, original), static s => s.Item1.Checked(s.name, s.original.Value), PropertyFlag.NonEnumerable));
        }
    }

    ClrFunction Checked(string name, JsValue original)
    {
        var calls = Callers.Contains(name);
        return new ClrFunction(engine, name, (self, arguments) =>
        {
            engine.Constraints.Check();
            Limit(Length(self) + arguments.Sum(Length));
            for (var i = 0; calls && i < arguments.Length; i++)
            {
                if (arguments[i] is not ScriptFunction && arguments[i].IsCallable())
                    arguments[i] = Checking(arguments[i]);
            }

            return engine.Call(original, self, arguments);
        });
    }

    ClrFunction Checking(JsValue function) => new(engine, "", (self, arguments) =>
    {
        engine.Constraints.Check();
        return engine.Call(function, self, arguments);
    });

    // Arguments are made texts and numbers before they are measured, so that what was measured is what is used.
    void Guard(ObjectInstance owner, string name, Func<JsValue, JsValue[], double> length, bool ofText = true)
    {
        var original = owner.GetOwnProperty(name).Value;
        owner.FastSetProperty(name, Method(name, (self, arguments) =>
        {
            engine.Constraints.Check();
            if (ofText && !self.IsNull() && !self.IsUndefined())
                self = JsString.Create(TypeConverter.ToString(self));
            Limit(length(self, arguments));
            return engine.Call(original, self, arguments);
        }));
    }

    // Comparing equally long texts takes as long as they are, and the engine looks at the clock only every so many elements.
    void GuardSearch(ObjectInstance owner, string name)
    {
        var original = owner.GetOwnProperty(name).Value;
        owner.FastSetProperty(name, Method(name, (self, arguments) =>
        {
            if (At(arguments, 0) is JsString { Length: > 1000 } text && self is JsArray array && array.Count(e => e is JsString other && other.Length == text.Length) * (long)text.Length > TextsCompared * limits.TextLength)
                throw new InvalidDataException("it searches too many long texts");
            return engine.Call(original, self, arguments);
        }));
    }

    void GuardRegex()
    {
        var owner = Prototype("RegExp");
        var original = owner.Get(GlobalSymbolRegistry.Replace);
        owner.FastSetProperty(GlobalSymbolRegistry.Replace, Method("[Symbol.replace]", (self, arguments) =>
        {
            Limit(Text(arguments, 0));
            if (At(arguments, 1) is not Function && arguments.Length > 1 && Text(arguments, 1) * (Length(arguments[0]) + 1) > limits.TextLength)
                CountReplaced(original, self, arguments[0], arguments[1].ToString());
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
        if (At(arguments, 1) is Function || At(arguments, 0) is ObjectInstance)
            return length;

        Text(arguments, 0);
        var each = Text(arguments, 1);
        if (each > 0 && arguments[1].ToString().Contains('$'))
            each *= length + 1;
        if (!all || (length + 1) * each <= limits.TextLength)
            return length + each;
        var pattern = arguments[0].ToString();
        return length + (each * (pattern.Length == 0 ? length + 1 : self.ToString().AsSpan().Count(pattern)));
    }

    public JsString Concatenate(IEnumerable<JsValue> parts)
    {
        var result = new StringBuilder();
        foreach (var part in parts)
        {
            result.Append(TypeConverter.ToString(part));
            Limit(result.Length);
        }

        return JsString.Create(result.ToString());
    }

    JsString Join(JsValue self, JsValue separator)
    {
        if (self is not JsArray array)
            throw new InvalidDataException("join is for arrays");
        RuntimeHelpers.EnsureSufficientExecutionStack();
        engine.Constraints.Check();

        // An array that contains itself is empty there, as in every JavaScript engine.
        if (!_joining.Add(array))
            return JsString.Empty;
        var between = separator.IsUndefined() ? "," : TypeConverter.ToString(separator);
        var result = new StringBuilder();
        for (uint i = 0; i < array.Length; i++)
        {
            if (i > 0)
                result.Append(between);
            if (array[i] is var element && !element.IsNull() && !element.IsUndefined())
                result.Append(TypeConverter.ToString(element));
            Limit(result.Length);
            if (i % 256 == 255)
                engine.Constraints.Check();
        }

        _joining.Remove(array);
        return JsString.Create(result.ToString());
    }

    // Counts elements at every level: arrays that share others are few in memory and many once flat.
    double FlatLength(JsValue self, double counted)
    {
        if (self is not JsArray array)
            return counted > 0 ? counted : throw new InvalidDataException("flat is for arrays");
        RuntimeHelpers.EnsureSufficientExecutionStack();
        foreach (var element in array)
        {
            counted = FlatLength(element, counted + 1);
            if (counted > limits.ArrayLength)
                throw new InvalidDataException($"it makes an array of more than {limits.ArrayLength} elements");
        }

        return counted;
    }

    static double SortedLength(JsValue self) => self is JsArray array ? array.Sum(Length) : 0;

    // Each name is read to its end to find its place.
    static double KeysLength(JsValue entries) => entries is JsArray array ? array.Sum(e => e is JsArray { Length: > 0 } pair ? Length(pair[0]) : 0) : 0;

    void Limit(double length)
    {
        if (length > limits.TextLength)
            throw new InvalidDataException($"it makes or reads a text of more than {limits.TextLength} characters");
    }

    ObjectInstance Prototype(string type) => engine.Global.Get(type).AsObject().Get("prototype").AsObject();

    PropertyDescriptor Method(string name, Func<JsValue, JsValue[], JsValue> body) => new(new ClrFunction(engine, name, body), PropertyFlag.NonEnumerable);

    static JsValue At(JsValue[] arguments, int index) => index < arguments.Length ? arguments[index] : JsValue.Undefined;

    static double Length(JsValue value) => value is JsString text ? text.Length : 0;

    static double Text(JsValue[] arguments, int index)
    {
        if (index >= arguments.Length)
            return 0;
        arguments[index] = JsString.Create(TypeConverter.ToString(arguments[index]));
        return Length(arguments[index]);
    }

    static double Number(JsValue[] arguments, int index)
    {
        if (index >= arguments.Length)
            return 0;
        arguments[index] = JsNumber.Create(TypeConverter.ToNumber(arguments[index]));
        return arguments[index].AsNumber();
    }
}
