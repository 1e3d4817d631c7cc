using System.Diagnostics;
using System.Text.Json;
using FlowRuns.Expressions;

namespace FlowRuns.Grains.Tests.Expressions;

public sealed class HostileScriptTests(ITestOutputHelper output)
{
    // A script has 150 ms; this leaves room for a busy machine.
    static readonly TimeSpan Deadline = TimeSpan.FromSeconds(2);

    const long MemoryBound = 256 << 20;

    static readonly string Sum = string.Join('+', Enumerable.Repeat("s", 150));
    static readonly string Spread = string.Join(',', Enumerable.Repeat("...s", 400));
    static readonly string Holes = string.Concat(Enumerable.Repeat("${s}", 150));

    public static TheoryData<string> Scripts =>
    [
        // No end.
        "(() => { for(;;); })()",
        "(() => { while (true) {} })()",
        "(() => { try { for(;;); } catch { return 1 } finally { for(;;); } })()",
        "(() => { for(;;) { try { 'x'.repeat(1e8) } catch {} } })()",
        "(async () => { for(;;); })()",
        "[...(function*() { for(;;) yield 1 })()]",
        "Promise.resolve(1).then(() => { for(;;); })",
        "[3,1,2].sort(() => { for(;;); })",
        "Array.from({length:1e5}, (_, i) => i).sort(() => Math.random() - 0.5)",
        "(() => { throw { get message() { for(;;); }, toString() { for(;;); } } })()",
        "(() => { const e = new Error('x'); Object.defineProperty(e, 'message', {get() { for(;;); }}); throw e })()",
        "'' + {toString() { for(;;); }}",
        "+{valueOf() { for(;;); }}",
        // Results that fight back.
        "({get a() { for(;;); }})",
        "({toJSON() { for(;;); }})",
        "({toJSON() { return {toJSON: this.toJSON, a: {toJSON: this.toJSON}} }})",
        "new Proxy({}, {ownKeys() { for(;;); }})",
        "new Proxy({}, {get: () => new Proxy({}, {}), ownKeys: () => ['a'], getOwnPropertyDescriptor: () => ({configurable:true,enumerable:true,value:1})})",
        "(() => { const a = []; a[0] = a; return a })()",
        "(() => { let a = [1]; for (let i = 0; i < 30; i++) a = [a,a]; return a })()",
        "(() => { let a = []; for (let i = 0; i < 5e4; i++) a = [a]; return a })()",
        "(() => { let a = {}; for (let i = 0; i < 1e6; i++) a = {a}; return a })()",
        "'x'.repeat(1e6) + 'x'.repeat(1e6)",
        "Array(1e5).fill('x'.repeat(1e5))",
        // JSON.stringify.
        "JSON.stringify((() => { let a = {}; for (let i = 0; i < 3000; i++) a = {a}; return a })())",
        "JSON.stringify((() => { let a = [1]; for (let i = 0; i < 30; i++) a = [a,a]; return a })()).length",
        "JSON.stringify(Array(300).fill('a'.repeat(1e6))).length",
        "JSON.stringify((() => { let a = {}; for (let i = 0; i < 30; i++) a = {b: a, c: a}; return a })(), ['b', 'c']).length",
        "JSON.stringify((() => { let a = {}; for (let i = 0; i < 30; i++) a = {b: a, c: a}; return a })(), (k, v) => v, 10).length",
        "JSON.stringify({ a: 1 }, () => { for(;;); })",
        "JSON.parse('['.repeat(1e6))",
        "JSON.parse('[' + '1,'.repeat(4e5) + '1]').length",
        // Texts.
        "'x'.repeat(1e9)",
        "'x'.repeat(2 ** 28).length",
        "String.prototype.repeat.call('xx', '1000000000')",
        "String.prototype.repeat.call({ toString: () => 'x'.repeat(1e5) }, 1e5).length",
        "'ab'.padStart(1e9)",
        "'ab'.padEnd(2 ** 28, 'xyz').length",
        "'ab'.padEnd({ valueOf: () => 2 ** 28 }).length",
        "(() => { let s = 'ab'; for (let i = 0; i < 40; i++) s = s + s; return s.length })()",
        "(() => { let s = 'ab'; for (let i = 0; i < 40; i++) s += s; return s.length })()",
        "(() => { let s = 'ab'; for (let i = 0; i < 40; i++) s = `${s}${s}`; return s.length })()",
        "(() => { let s = 'ab'; for (let i = 0; i < 40; i++) s = s.concat(s); return s.length })()",
        $"(s => ({Sum}).length)('x'.repeat(1e6))",
        $"(s => `{Holes}`.length)('x'.repeat(1e6))",
        "(s => s.concat(...Array(500).fill(s)).length)('x'.repeat(1e6))",
        "String.raw({raw: Array(500).fill('x'.repeat(1e6))}).length",
        "Array(300).fill('a'.repeat(1e6)).join('').length",
        "Array(1e5).join('x'.repeat(1e5)).length",
        "Array.prototype.join.call({ length: 300, ...Array(300).fill('a'.repeat(1e6)) }).length",
        "('' + Array(300).fill('a'.repeat(1e6))).length",
        "('' + [Array(300).fill('a'.repeat(1e6))]).length",
        "String((() => { let a = [1]; for (let i = 0; i < 30; i++) a = [a,a]; return a })()).length",
        "(() => { let a = [1]; for (let i = 0; i < 30; i++) a = [a,a]; return a.toLocaleString() })().length",
        "Array(300).fill({ toString: () => 'a'.repeat(1e6) }).join('').length",
        "'a'.repeat(1e5).replaceAll('a', 'x'.repeat(1e5)).length",
        "'a'.repeat(1e5).replace(/a/g, 'x'.repeat(1e5)).length",
        "'a'.repeat(1e5).replace(/a/g, '$&$`').length",
        "'a'.repeat(1e5).replaceAll('a', '$`').length",
        "'a'.repeat(1e5).replace(/a/g, () => 'x'.repeat(1e5)).length",
        "RegExp.prototype[Symbol.replace].call(/a/g, 'a'.repeat(1e5), 'x'.repeat(1e5)).length",
        "(() => { const r = /a/g; r.exec = () => Object.assign(['a'], { index: 0 }); return 'a'.replace(r, 'x'.repeat(1e5)) })()",
        "'a'.repeat(1e6).replace({ [Symbol.replace]: (s, r) => { for(;;); } }, '')",
        "(s => { for(;;) s.normalize('NFKD').toUpperCase() })('\\ufdfa'.repeat(1e5))",
        "encodeURIComponent('\\u00e9'.repeat(1e6) + '\\u00e9'.repeat(1e6)).length",
        "[...'x'.repeat(1e6)].length",
        "'x'.repeat('200000000').length",
        "''.concat(...Array(500).fill({ toString: String.prototype.toString.bind('x'.repeat(1e6)) })).length",
        "Array(500).fill({ toString: String.prototype.toString.bind('x'.repeat(1e6)) }).join('').length",
        "JSON.stringify(Array(500).fill(new String('x'.repeat(1e6)))).length",
        "JSON.stringify(Array(500).fill(JSON.rawJSON('1'.repeat(1e6)))).length",
        "((a, b) => Array.from({length: 9e4}, (_, i) => i % 2 ? a : b).sort().length)('x'.repeat(1e6) + 1, 'x'.repeat(1e6) + 2)",
        "((a, b) => Array(1e5).fill(a).lastIndexOf(b))('x'.repeat(1e6) + 1, 'x'.repeat(1e6) + 2) + nope".Replace(" + nope", ".nope.nope"),
        "Array(1e5).fill('x'.repeat(1e6)).map(encodeURI).length",
        "Array(1e5).fill(1).map(String.prototype.slice.bind('x'.repeat(1e6), 1)).nope.nope",
        "Array(1e5).fill('y').some(String.prototype.includes.bind('x'.repeat(1e6))).nope.nope",
        "Array(1e5).fill('y').map(String.prototype.lastIndexOf.bind('x'.repeat(1e6))).nope.nope",
        "Array(1e5).fill('x'.repeat(1e6)).filter(RegExp.prototype.test.bind(/xy/)).nope.nope",
        "Math.max(...Array(1e5).fill('1'.repeat(1e6)))",
        "String.fromCharCode(...Array(1e5).fill('1'.repeat(1e6)))",
        "Array(1e5).fill(0).map(Array.prototype.reverse, Array(1e5).fill(0)).length",
        "(big => { const o = { toString: () => '', valueOf: Array.prototype.reverse.bind(big) }; return Array(1e5).fill(o).sort().length + Math.max(...Array(1e5).fill(o)) })(Array(1e5).fill(0))",
        "Object.fromEntries(Array(1e5).fill(['x'.repeat(1e6) + 1, 1])).nope.nope",
        "new Map(Array(1e5).fill(['x'.repeat(1e6) + 1, 1])).nope.nope",
        "Object.groupBy(Array(1e5).fill('x'.repeat(1e6)), String.prototype.trim.call.bind(String.prototype.trim)).nope.nope",
        "Array.from(Array(1e5).fill('x'.repeat(1e6) + ' '), Function.prototype.call.bind(String.prototype.trim)).nope.nope",
        "Array(1e5).fill('x'.repeat(1e6)).reduce(String.prototype.localeCompare.bind('x'.repeat(1e6))).nope.nope",
        "Array(1e5).fill('1'.repeat(1e6)).map(Number).nope.nope",
        "Array(1e5).fill('1'.repeat(1e6)).map(parseFloat).nope.nope",
        "Array(1e5).fill('[' + '1,'.repeat(1e5) + '1]').map(s => JSON.parse(s)).length",
        "Array(1e5).fill('[' + '1,'.repeat(1e5) + '1]').map(Function.prototype.call.bind(JSON.parse, null)).length",
        "Array(1e5).fill(Array(1e5).fill(1)).map(Object.keys).length",
        "Array(1e5).fill(Array(1e5).fill(1)).map(Function.prototype.call.bind(Array.prototype.slice)).length",
        "Array(1e5).fill(Array(1e5).fill(1)).map(Function.prototype.call.bind(Array.prototype.reverse)).length",
        // Arrays.
        "new Array(1e9).fill(0)",
        "Array.from({length:1e9})",
        "(() => { let a = [1]; for (let i = 0; i < 40; i++) a = [].concat(a, a); return a.length })()",
        "(() => { let a = [1]; for (let i = 0; i < 40; i++) a = [...a, ...a]; return a.length })()",
        $"(s => [{Spread}].length)(Array(1e5).fill(0))",
        $"(s => Math.max({Spread}))(Array(1e5).fill(0))",
        "(() => { let a = [1]; for (let i = 0; i < 30; i++) a = [a,a]; return a.flat(Infinity).length })()",
        "(() => { let a = [1]; for (let i = 0; i < 30; i++) a = [a,a]; return a.flatMap(x => x.flat(Infinity)).length })()",
        "(() => { let a = []; for (let i = 0; i < 5e4; i++) a = [a]; return a.flat(Infinity) })()",
        "Array.prototype.fill.call({length: 1e9}, 1)",
        "Array.prototype.includes.call({length: 2**53-1}, 1)",
        "Array.prototype.lastIndexOf.call({length: 2**53-1}, 1)",
        "Array.prototype.join.call({length: 1e9}, 'xx').length",
        "Array.prototype.reverse.call({length: 2**53-1})",
        "Object.assign([], {length: 4294967295}).sort()",
        "(() => { const m = new Map(); for (let i = 0; ; i++) m.set(i, 'x'.repeat(1000)) })()",
        "(() => { const o = {}; for (let i = 0; ; i++) o['k' + i] = i })()",
        // Big integers, buffers and what leads to them.
        "globalThis.BigInt('9'.repeat(1e6)).toString().length",
        "(() => { let a = new Date(0).toTemporalInstant().epochNanoseconds; for(;;) a = a * a })()",
        "new globalThis.ArrayBuffer(1e9)",
        "new globalThis.Uint8Array(2e9)",
        // Regular expressions.
        "/(a+)+$/.test('a'.repeat(40)+'b')",
        "new RegExp('(a+)+$').test('a'.repeat(40)+'b')",
        "(() => { for(;;) try { /(a+)+$/.test('a'.repeat(40)+'b') } catch {} })()",
        "'a'.repeat(40).concat('b').replace(/(a+)+$/, '')",
        "/(a|aa)+(?=c)\\\\1$/v.test('a'.repeat(50)+'b') || /(a*)*b/u.test('a'.repeat(50))",
        "/(?:(?:a{1,1000}){1,1000}){1,1000}b/.test('a'.repeat(1e5))",
        // Depth.
        "(f => f(f))(f => 1 + f(f))",
        "(function f(n) { return f(n + 1) + 1 })(0)",
        "(() => { const o = {valueOf() { return +o }}; return +o })()",
        "(() => { const o = { get a() { return o.a } }; return o.a })()",
        "(() => { class A { constructor() { new A() } } new A() })()",
        "(() => { let p = {}; for (let i = 0; i < 5e4; i++) p = new Proxy(p, {}); return p.x })()",
        "(() => { let a = []; for (let i = 0; i < 1e4; i++) a = [a]; return '' + a + for_ })()".Replace("for_", "a.nope.nope"),
        "(() => { let f = () => 1; for (let i = 0; i < 5e4; i++) f = f.bind(null); return f().nope.nope })()",
        // Iterators without end, whose steps are functions of the engine's own: no statement runs.
        "new WeakSet({[Symbol.iterator]: () => ({next: Object.bind(null, {value: {}})})})",
        "new WeakSet({[Symbol.iterator]: () => ({next: Object.prototype.valueOf, value: {}})})",
        "new WeakMap({[Symbol.iterator]: () => ({next: Object.prototype.valueOf, value: [{}, 1]})})",
        "new Set({[Symbol.iterator]: () => ({next: Object.prototype.valueOf, value: 1})})",
        "new Map({[Symbol.iterator]: () => ({next: Object.prototype.valueOf, value: [1, 1]})})",
        "Array.from({[Symbol.iterator]: () => ({next: Object.prototype.valueOf, value: 1})})",
        "Object.fromEntries({[Symbol.iterator]: () => ({next: Object.prototype.valueOf, value: ['a', 1]})})",
        "Object.groupBy({[Symbol.iterator]: () => ({next: Object.prototype.valueOf, value: 1})}, Boolean)",
        "[...{[Symbol.iterator]: () => ({next: Object.prototype.valueOf, value: 1})}]",
        "(([...a]) => a)({[Symbol.iterator]: () => ({next: Object.prototype.valueOf, value: 1})})",
        "(() => { for (const x of {[Symbol.iterator]: () => ({next: Object.prototype.valueOf, value: 1})}); })()",
        "Promise.all({[Symbol.iterator]: () => ({next: Object.bind(null, {value: 1})})})",
        "(async () => 1)().constructor.race({[Symbol.iterator]: () => ({next: Object.prototype.valueOf, value: 1})})",
        "Promise.any({[Symbol.iterator]: () => ({next: Object.prototype.valueOf, value: 1})})",
        "Promise.allSettled({[Symbol.iterator]: () => ({next: Object.prototype.valueOf, value: 1})})",
        "new globalThis.AggregateError({[Symbol.iterator]: () => ({next: Object.prototype.valueOf, value: 1})})",
        "Math.sumPrecise({[Symbol.iterator]: () => ({next: Object.prototype.valueOf, value: 1})})",
        "Iterator.zip({[Symbol.iterator]: () => ({next: Object.prototype.valueOf, value: []})})",
        "Iterator.zip([{[Symbol.iterator]: () => ({next: Object.prototype.valueOf, value: 1})}]).toArray()",
        "Iterator.zipKeyed({a: {[Symbol.iterator]: () => ({next: Object.prototype.valueOf, value: 1})}}).toArray()",
        "Iterator.concat({[Symbol.iterator]: () => ({next: Object.prototype.valueOf, value: 1})}).toArray()",
        "Iterator.concat({[Symbol.iterator]: () => ({next: Object.prototype.valueOf, value: 1})}).drop(1e9).next()",
        "Array.fromAsync({[Symbol.iterator]: () => ({next: Object.prototype.valueOf, value: 1})})",
        "Promise.allKeyed({a: {[Symbol.iterator]: () => ({next: Object.prototype.valueOf, value: 1})}})",
        "Iterator.from({next: Object.prototype.valueOf, value: 1}).drop(1e9).next()",
        "Iterator.from({next: Array.bind(null, 1e5)}).drop(1e9).next()",
        "Iterator.from({next: Object.prototype.valueOf, value: 1}).toArray()",
        "Iterator.from({next: Object.prototype.valueOf, value: 1}).find(Boolean.bind(null, 0))",
        "Iterator.from({next: Object.prototype.valueOf, value: 1}).find(new Proxy(Boolean.bind(null, 0), {}))",
        "Iterator.from({next: Object.prototype.valueOf, value: 1}).filter(Boolean.bind(null, 0)).next()",
        "Iterator.from({next: Object.prototype.valueOf, value: 1}).flatMap(Object.bind(null, [])).next()",
        "new Set([1]).union({size: 1, has: Boolean, keys: () => ({next: Object.prototype.valueOf, value: 7})})",
        "new Set([1, 2]).intersection({size: 1, has: Boolean, keys: () => ({next: Object.prototype.valueOf, value: 7})})",
        "new Set([1, 2]).difference({size: 1, has: Boolean, keys: () => ({next: Object.prototype.valueOf, value: 7})})",
        "new Set([1]).symmetricDifference({size: 1, has: Boolean, keys: () => ({next: Object.prototype.valueOf, value: 7})})",
        "new Set([1, 2]).isSupersetOf({size: 1, has: Boolean, keys: () => ({next: Object.prototype.valueOf, value: 1})})",
        "new Set([1, 2]).isDisjointFrom({size: 1, has: Boolean, keys: () => ({next: Object.prototype.valueOf, value: 7})})",
        "(s => { s.keys = () => ({next: Object.prototype.valueOf}); return new Set([1]).union(s) })(new Set([1]))",
        // Out of the sandbox.
        "globalThis.System.IO",
        "globalThis.importNamespace('System')",
        "globalThis['req' + 'uire']('fs')",
        "(() => {}).constructor('return 1')()",
        "globalThis.constructor.constructor('return process')()",
        "(async () => {}).constructor('return 1')()",
        "eval('1')",
        "new Function('return 1')()",
        "Function('return this')()",
        "Reflect.construct(Function, ['return 1'])()",
    ];

    [Theory, MemberData(nameof(Scripts))]
    public void Render_HostileScript_EndsSoonAndSmall(string script)
    {
        var template = Template.Parse(Some.Json(JsonSerializer.Serialize($"{{{{ {script} }}}}")));
        Assert.Empty(template.Errors);
        Template.Parse(Some.Json("\"{{ 1 + 1 }}\"")).Render(Some.Scope(), CancellationToken.None);

        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var started = Stopwatch.GetTimestamp();
        Assert.Throws<ExpressionException>(() => template.Render(Some.Scope(), CancellationToken.None));
        var elapsed = Stopwatch.GetElapsedTime(started);
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;

        output.WriteLine($"{elapsed.TotalMilliseconds:F0} ms, {allocated >> 20} MiB");
        Assert.True(elapsed < Deadline, $"took {elapsed}");
        Assert.True(allocated < MemoryBound, $"allocated {allocated} bytes");
    }

    [Theory]
    [InlineData("globalThis.leak = 1, 1", "typeof globalThis.leak")]
    [InlineData("Object.prototype.leak = 1, 1", "typeof ({}).leak")]
    [InlineData("Array.prototype.join = () => 'evil', 1", "[1].join() === '1' ? 'undefined' : 'evil'")]
    [InlineData("JSON.stringify = () => 'evil', 1", "JSON.stringify(1) === '1' ? 'undefined' : 'evil'")]
    [InlineData("String.prototype.trim.leak = 1, 1", "typeof ''.trim.leak")]
    [InlineData("Object.defineProperty(Array.prototype, 0, { get: () => 'evil' }), 1", "typeof [][0]")]
    public void Render_AfterTampering_TheNextEvaluationSeesNothing(string tampering, string question)
    {
        var template = Template.Parse(Some.Json(JsonSerializer.Serialize(new[] { $"{{{{ {tampering} }}}}", $"{{{{ {question} }}}}" })));

        Assert.Equal("""[1,"undefined"]""", template.Render(Some.Scope(), CancellationToken.None).GetRawText());
    }

    [Fact]
    public void Render_ManySlowScripts_ShareOneBudget()
    {
        const string Slow = "{{ (() => { for (let i = 0; i < 4e5; i++); return 1 })() }}";
        var template = Template.Parse(Some.Json(JsonSerializer.Serialize(Enumerable.Repeat(Slow, 500))));

        var started = Stopwatch.GetTimestamp();
        Assert.Throws<ExpressionException>(() => template.Render(Some.Scope(), CancellationToken.None));

        Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void Render_MuchData_IsRefusedByScriptsAndPassedByPaths()
    {
        var scope = Some.Scope(JsonSerializer.Serialize(new { text = new string('x', 2_000_000), rows = Enumerable.Range(0, 200_000).Select(i => new { i, name = "some name" }) }));

        foreach (var script in new[] { "trigger.body.rows.map(r => r.i)", "trigger.body.text.split('')", "Object.keys(steps).concat(trigger.body.rows).length" })
            Assert.Throws<ExpressionException>(() => Template.Parse(Some.Json($"\"{{{{ {script} }}}}\"")).Render(scope, CancellationToken.None));
        Assert.Equal(200_000, Template.Parse(Some.Json("\"{{ trigger.body.rows }}\"")).Render(scope, CancellationToken.None).GetArrayLength());
    }

    [Fact]
    public void Render_OutputsMultiplied_AreBounded()
    {
        var scope = Some.Scope(JsonSerializer.Serialize(new string('x', 1_000_000)));
        var template = Template.Parse(Some.Json(JsonSerializer.Serialize(string.Concat(Enumerable.Repeat("{{ trigger.body }}", 900)))));

        Assert.Throws<ExpressionException>(() => template.Render(scope, CancellationToken.None));
    }

    [Fact]
    public void Render_Cancelled_Stops()
    {
        using var source = new CancellationTokenSource(TimeSpan.FromMilliseconds(20));
        var endless = ExpressionLimits.Default with { Time = TimeSpan.FromMinutes(1), RenderTime = TimeSpan.FromMinutes(1), Statements = int.MaxValue };
        var template = Template.Parse(Some.Json("\"{{ (() => { for(;;); })() }}\""), endless);

        Assert.ThrowsAny<OperationCanceledException>(() => template.Render(Some.Scope(), source.Token));
        Assert.ThrowsAny<OperationCanceledException>(() => template.Render(Some.Scope(), source.Token));
    }
}
