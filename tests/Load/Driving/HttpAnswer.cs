using System.Text;

namespace FlowRuns.Load.Driving;

/// <param name="Body">With the marks between chunks still in it.</param>
readonly record struct HttpAnswer(int Status, ReadOnlyMemory<byte> Body)
{
    const int RunIdLength = 30;

    /// <summary>The id of the run that was started.</summary>
    public string RunId
    {
        get
        {
            var at = Body.Span.IndexOf("\"id\":\"run_"u8);
            return at < 0 ? throw new InvalidDataException($"The answer names no run: {this}") : Encoding.ASCII.GetString(Body.Span.Slice(at + 6, RunIdLength));
        }
    }

    public override string ToString() => $"{Status} {Encoding.UTF8.GetString(Body.Span)}";
}
