namespace FlowRuns.Gateway;

/// <summary>The characters that a header value of ours may hold: safe in logs and in headers that go out again.</summary>
static class VisibleAscii
{
    public static bool Fits(string text, int maxLength) =>
        text.Length > 0 && text.Length <= maxLength && !text.AsSpan().ContainsAnyExceptInRange('!', '~');
}
