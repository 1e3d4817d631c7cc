using System.Diagnostics;

namespace FlowRuns;

/// <summary>A place at which tests let the process die, where it hurts most. Release builds contain none of it, whatever the environment says.</summary>
static class FailPoint
{
    public const string BeforeAccept = "before-accept";
    public const string AfterAccept = "after-accept";
    public const string BeforeEffect = "before-effect";
    public const string AfterEffect = "after-effect";
    public const string AfterResult = "after-result";
    public const string InTerminalCommit = "in-terminal-commit";

    static readonly string? Armed = Environment.GetEnvironmentVariable("FLOWRUNS_FAILPOINT");

    [Conditional("DEBUG")]
    public static void Pass(string name)
    {
        if (name == Armed)
            Process.GetCurrentProcess().Kill();
    }
}
