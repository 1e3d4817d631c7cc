namespace FlowRuns.Failover.Tests.Readme;

/// <summary>A fenced block of shell commands: <c>sh server</c> goes on in a terminal of its own, <c>sh run</c> ends by itself.</summary>
sealed record ReadmeBlock(bool IsServer, string Commands)
{
    public static IReadOnlyList<ReadmeBlock> Read(string markdown)
    {
        var blocks = new List<ReadmeBlock>();
        List<string>? commands = null;
        var isServer = false;
        foreach (var line in markdown.ReplaceLineEndings("\n").Split('\n'))
        {
            if (commands is null)
            {
                isServer = line == "```sh server";
                commands = isServer || line == "```sh run" ? [] : null;
            }
            else if (line == "```")
            {
                blocks.Add(new(isServer, string.Join('\n', commands)));
                commands = null;
            }
            else
            {
                commands.Add(line);
            }
        }

        return blocks;
    }
}
