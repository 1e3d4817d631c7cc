using CsCheck;
using FlowRuns.Errors;
using FlowRuns.Flows;
using FlowRuns.Gateway.Paging;
using FlowRuns.Gateway.Runs;
using FlowRuns.Projects;
using FlowRuns.Runs;
using FlowRuns.Triggers;
using Microsoft.Extensions.Options;

namespace FlowRuns.Gateway.Tests;

public sealed class RunCursorTests
{
    static readonly DateTimeOffset Time = DateTimeOffset.Parse("2026-04-21T09:00:00Z");
    static readonly FlowId Flow = FlowId.New(Time);
    static readonly PageCursors Cursors = Make(new byte[32]);

    static readonly Gen<RunQuery> Queries =
        from statuses in Gen.Enum<RunStatus>().HashSet[0, 3]
        from type in Gen.Enum<TriggerType>().Nullable()
        from after in Gen.Int[0, 3].Nullable()
        from before in Gen.Int[0, 3].Nullable()
        select new RunQuery
        {
            Limit = 10,
            Statuses = [.. statuses],
            TriggerType = type,
            StartedAfter = Time.AddMinutes(after ?? 0) is var a && after is null ? null : a,
            StartedBefore = Time.AddMinutes(before ?? 0) is var b && before is null ? null : b,
        };

    [Fact]
    public void Cursor_GivenBackWithAnyLimit_ContinuesAfterTheLastRow()
    {
        Gen.Select(Queries, Gen.Guid).Sample((query, last) =>
        {
            var cursor = Cursors.Seal(last, RunCursor.Scope(ProjectId.Default, Flow, query));

            var next = Cursors.Continue(cursor, ProjectId.Default, Flow, query with { Limit = 77, Statuses = [.. query.Statuses.Reverse()] });

            Assert.Equal(new RunId(last), next.Before);
            Assert.Matches("^[A-Za-z0-9_-]{44}$", cursor);
        }, iter: 1000);
    }

    [Fact]
    public void Cursor_AnyCharacterChanged_IsRefused()
    {
        const string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/= \n\u0080";
        var scope = RunCursor.Scope(ProjectId.Default, Flow, new RunQuery { Limit = 10 });
        var cursor = Cursors.Seal(Flow.Value, scope);

        for (var at = 0; at < cursor.Length; at++)
        {
            foreach (var other in alphabet.Where(other => other != cursor[at]))
                Assert.False(Cursors.TryOpen(string.Concat(cursor.AsSpan(0, at), [other], cursor.AsSpan(at + 1)), scope, out _));
        }
    }

    [Fact]
    public void Cursor_OtherFilter_IsRefused()
    {
        Gen.Select(Queries, Queries).Sample((made, asked) =>
        {
            var same = made.Statuses.Order().SequenceEqual(asked.Statuses.Order()) && made with { Statuses = [] } == asked with { Statuses = [] };
            var cursor = Cursors.Seal(Flow.Value, RunCursor.Scope(ProjectId.Default, Flow, made));

            Assert.Equal(same, Cursors.TryOpen(cursor, RunCursor.Scope(ProjectId.Default, Flow, asked), out _));
        }, iter: 10_000);
    }

    [Fact]
    public void Cursor_OtherFlowProjectOrKey_IsRefused()
    {
        var query = new RunQuery { Limit = 10 };
        var scope = RunCursor.Scope(ProjectId.Default, Flow, query);
        var cursor = Cursors.Seal(Flow.Value, scope);

        Assert.False(Cursors.TryOpen(cursor, RunCursor.Scope(ProjectId.Default, FlowId.New(Time), query), out _));
        Assert.False(Cursors.TryOpen(cursor, RunCursor.Scope(ProjectId.New(Time), Flow, query), out _));
        Assert.False(Make([.. Enumerable.Repeat((byte)1, 32)]).TryOpen(cursor, scope, out _));
        Assert.True(Make(new byte[32]).TryOpen(cursor, scope, out _));
    }

    [Fact]
    public void Cursor_KeyThatIsLearntOrChangesLater_IsUsedFromThenOn()
    {
        var options = new GatewayOptions();
        var cursors = new PageCursors(Options.Create(options));
        Assert.True(cursors.TryOpen(cursors.Seal(Flow.Value, ""), "", out _));

        options.CursorKey = new byte[32];
        Assert.True(cursors.TryOpen(Cursors.Seal(Flow.Value, ""), "", out _));

        options.CursorKey = [.. Enumerable.Repeat((byte)1, 32)];
        Assert.False(cursors.TryOpen(Cursors.Seal(Flow.Value, ""), "", out _));
        Assert.True(Make(options.CursorKey).TryOpen(cursors.Seal(Flow.Value, ""), "", out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("\ud800")]
    [InlineData("AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void Cursor_Garbage_IsRefusedNamingIt(string cursor)
    {
        var refused = Assert.Throws<RequestRefusedException>(() => Cursors.Continue(cursor, ProjectId.Default, Flow, new RunQuery { Limit = 10 }));

        Assert.Equal(RefusalReason.Invalid, refused.Reason);
        Assert.Equal("cursor", Assert.Single(refused.Details).Field);
    }

    [Fact]
    public void Cursor_AnyText_NeverThrowsAnythingElse()
    {
        Gen.String.Sample(text => Assert.False(Cursors.TryOpen(text, "", out _)), iter: 10_000);
    }

    static PageCursors Make(byte[] key) => new(Options.Create(new GatewayOptions { CursorKey = key }));
}
