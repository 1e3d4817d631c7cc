using System.Buffers;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;

namespace FlowRuns.Expressions;

/// <summary>A stretch of the input's JSON text.</summary>
abstract record TemplatePart
{
    TemplatePart()
    {
    }

    public abstract bool HasScript { get; }

    public abstract void Render(IBufferWriter<byte> output, ExpressionScope scope, ScriptBudget budget);

    /// <summary>JSON that is as it was written.</summary>
    public sealed record Constant(ReadOnlyMemory<byte> Json) : TemplatePart
    {
        public override bool HasScript => false;

        public override void Render(IBufferWriter<byte> output, ExpressionScope scope, ScriptBudget budget) => output.Write(Json.Span);
    }

    /// <summary>A string that is one expression and becomes its value.</summary>
    public sealed record Value(Placeholder Placeholder) : TemplatePart
    {
        public override bool HasScript => Placeholder.Expression.IsScript;

        public override void Render(IBufferWriter<byte> output, ExpressionScope scope, ScriptBudget budget)
        {
            var json = JsonMarshal.GetRawUtf8Value(Placeholder.Evaluate(scope, budget));
            budget.Spend(json.Length, Placeholder.Source);
            output.Write(json);
        }
    }

    /// <summary>A string with expressions in it: <c>Texts[0] Placeholders[0] Texts[1] ... Placeholders[n-1] Texts[n]</c>.</summary>
    public sealed record Joined(ImmutableArray<string> Texts, ImmutableArray<Placeholder> Placeholders) : TemplatePart
    {
        public override bool HasScript => Placeholders.Any(placeholder => placeholder.Expression.IsScript);

        public override void Render(IBufferWriter<byte> output, ExpressionScope scope, ScriptBudget budget)
        {
            var text = new StringBuilder(Texts[0]);
            for (var i = 0; i < Placeholders.Length; i++)
            {
                var before = text.Length;
                Placeholders[i].Append(text, scope, budget);
                budget.Spend(text.Length - before, Placeholders[i].Source);
                text.Append(Texts[i + 1]);
            }

            output.Write(JsonText.Quote(text.ToString()));
        }
    }
}
