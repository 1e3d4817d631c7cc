using Jint;
using Jint.Native;
using Jint.Native.Object;
using Jint.Runtime.Descriptors;
using Jint.Runtime.Interop;

namespace FlowRuns.Expressions;

/// <summary>Guards for what reads an iterator to its end without a look at the clock. It may have none, and no statement runs when its <c>next</c> is a function of the engine's own.</summary>
sealed class IterationGuards(Engine engine)
{
    // Expressions need none of them.
    static readonly (string Owner, string[] Names)[] Removed =
    [
        ("Promise", ["all", "allSettled", "any", "race"]),
        ("Iterator", ["zip"]),
        ("Math", ["sumPrecise"]),
    ];

    static readonly string[] SetReaders = ["union", "intersection", "difference", "symmetricDifference", "isSubsetOf", "isSupersetOf", "isDisjointFrom"];

    static readonly PropertyDescriptor Nothing = new(JsValue.Undefined, PropertyFlag.AllForbidden);

    public void Install()
    {
        foreach (var (owner, names) in Removed)
        {
            foreach (var name in names)
                engine.Global.Get(owner).AsObject().FastSetProperty(name, Nothing);
        }

        Guard("Iterator", "drop", (self, arguments) => (Watched(self), arguments));
        foreach (var name in SetReaders)
            Guard("Set", name, (self, arguments) => (self, [WatchedSet(arguments.FirstOrDefault(JsValue.Undefined))]));
    }

    void Guard(string type, string name, Func<JsValue, JsValue[], (JsValue Self, JsValue[] Arguments)> watched)
    {
        var owner = engine.Global.Get(type).AsObject().Get("prototype").AsObject();
        var original = owner.GetOwnProperty(name);
        owner.FastSetProperty(name, PropertyDescriptor.CreateLazy(
            () => new ClrFunction(engine, name, (self, arguments) =>
            {
                var (watchedSelf, watchedArguments) = watched(self, arguments);
                return engine.Call(original.Value, watchedSelf, watchedArguments);
            }),
            PropertyFlag.NonEnumerable));
    }

    JsValue WatchedSet(JsValue set)
    {
        if (set is not ObjectInstance)
            return set;
        var (size, has, keys) = (set.Get("size"), set.Get("has"), set.Get("keys"));
        var watched = new JsObject(engine);
        watched.FastSetProperty("size", new PropertyDescriptor(size, PropertyFlag.NonEnumerable));
        Define(watched, "has", arguments => engine.Call(has, set, arguments));
        Define(watched, "keys", arguments => Watched(engine.Call(keys, set, arguments)));
        return watched;
    }

    JsValue Watched(JsValue iterator)
    {
        if (iterator is not ObjectInstance)
            return iterator;
        var next = iterator.Get("next");
        var watched = new JsObject(engine);
        Define(watched, "next", arguments => engine.Call(next, iterator, arguments));
        Define(watched, "return", arguments => iterator.Get("return") is var end && end.IsUndefined() ? watched : engine.Call(end, iterator, arguments));
        return watched;
    }

    void Define(JsObject owner, string name, Func<JsValue[], JsValue> body) =>
        owner.FastSetProperty(name, new PropertyDescriptor(
            new ClrFunction(engine, name, (_, arguments) =>
            {
                engine.Constraints.Check();
                return body(arguments);
            }),
            PropertyFlag.NonEnumerable));
}
