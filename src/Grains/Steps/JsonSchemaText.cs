using System.Diagnostics.CodeAnalysis;
using System.Text;
using FlowRuns.Json;

namespace FlowRuns.Steps;

static class JsonSchemaText
{
    /// <summary>A schema written down in the source.</summary>
    public static JsonData Of([StringSyntax(StringSyntaxAttribute.Json)] string schema) => new(Encoding.UTF8.GetBytes(schema));
}
