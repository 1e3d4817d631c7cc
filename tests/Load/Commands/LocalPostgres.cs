using FlowRuns.Grains.Tests;

namespace FlowRuns.Load.Commands;

static class LocalPostgres
{
    /// <summary>With PostgreSQL's own defaults: every commit is on disk before it is answered.</summary>
    public static Task<PrivatePostgres> StartAsync() => PrivatePostgres.StartAsync(
        PrivatePostgres.FindBinaries() ?? throw new InvalidOperationException("No PostgreSQL was found: install one (Debian: apt-get install postgresql)."));
}
