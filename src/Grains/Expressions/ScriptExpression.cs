using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Acornima.Ast;
using FlowRuns.Json;
using Jint;
using Jint.Native;
using Jint.Runtime;

namespace FlowRuns.Expressions;

/// <summary>Everything that is more than a path: JavaScript in an engine of its own, which is thrown away afterwards.</summary>
sealed class ScriptExpression : Expression
{
    readonly ExpressionSource _source;
    readonly RewrittenScript _script;
    readonly Prepared<Script> _prepared;

    public override bool IsScript => true;

    /// <exception cref="FormatException">The engine does not take the expression.</exception>
    public ScriptExpression(ExpressionSource source, RewrittenScript script)
    {
        _source = source;
        _script = script;
        try
        {
            // The result is made JSON inside the script, so that getters and toJSON run within its limits. The line feed ends a comment.
            _prepared = Engine.PrepareScript($"{script.Prefix}result(({script.Text}\n))", strict: true, options: ScriptSandbox.Preparation);
        }
        catch (ScriptPreparationException e)
        {
            throw new FormatException(e.InnerException?.Message ?? e.Message, e);
        }
    }

    public override JsonElement Evaluate(ExpressionScope scope, ScriptBudget budget)
    {
        var limits = budget.Limits;
        using var sandbox = new ScriptSandbox(limits);
        ReadOnlyMemory<byte> result = default;
        for (var i = 0; i < _script.Paths.Length; i++)
        {
            var read = _script.Paths[i];
            sandbox.Define($"{_script.Prefix}{i}", () => sandbox.Import(read.Path, read.Path.Find(scope, _source, read.MayBeAbsent)));
        }

        sandbox.Define($"{_script.Prefix}text", sandbox.Concatenate);
        sandbox.Define($"{_script.Prefix}need", arguments => arguments is [var value, var which] && value.IsUndefined()
            ? throw new InvalidDataException($"{_script.Checked[(int)which.AsNumber()]} does not exist")
            : arguments[0]);
        sandbox.Define($"{_script.Prefix}result", arguments =>
        {
            result = sandbox.Export(arguments[0]);
            return JsValue.Undefined;
        });

        try
        {
            sandbox.Run(_prepared, budget.Next(), budget.CancellationToken);
            if (!result.IsEmpty)
                return new JsonData(result).ToElement();
            return _script.MayBeAbsent ? default : throw new InvalidDataException("its result is undefined");
        }
        catch (Exception e) when (e is not (ExpressionException or OperationCanceledException))
        {
            throw _source.Failure(Reason(e, limits), e);
        }
    }

    string Reason(Exception error, ExpressionLimits limits) => error switch
    {
        JavaScriptException e => Readable(e.Message),
        InvalidDataException e => e.Message,
        TimeoutException or RegexMatchTimeoutException => $"it took longer than {limits.Time.TotalMilliseconds} ms",
        MemoryLimitExceededException or OutOfMemoryException => $"it needed more memory than {limits.Memory >> 20} MiB, or an array of more than {limits.ArrayLength} elements",
        StatementsCountOverflowException => $"it ran more than {limits.Statements} statements",
        RecursionDepthOverflowException or InsufficientExecutionStackException => "its functions call each other too deeply",
        _ => $"it failed: {error.Message}",
    };

    // Errors speak of the variables that stand for paths.
    string Readable(string message)
    {
        var text = new StringBuilder(message);
        for (var i = _script.Paths.Length - 1; i >= 0; i--)
            text.Replace($"{_script.Prefix}{i}", _script.Paths[i].Path.ToString());
        return text.ToString();
    }
}
