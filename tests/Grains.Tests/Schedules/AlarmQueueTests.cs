using FlowRuns.Flows;
using FlowRuns.Schedules;
using FlowRuns.Storage;

namespace FlowRuns.Grains.Tests.Schedules;

public sealed class AlarmQueueTests
{
    static readonly FlowId One = FlowId.New(Some.Time);
    static readonly FlowId Other = FlowId.New(Some.Time);

    readonly AlarmQueue _queue = new();

    [Fact]
    public void TakeDue_SeveralAlarms_GivesThoseThatAreDueEarliestFirst()
    {
        _queue.Set(new Alarm(One, At(2)));
        _queue.Set(new Alarm(Other, At(1)));

        Assert.Equal(At(1), _queue.Next);
        Assert.Equal([Other, One], _queue.TakeDue(At(2)));
        Assert.Null(_queue.Next);
    }

    [Fact]
    public void Set_Again_MovesTheAlarm()
    {
        _queue.Set(new Alarm(One, At(1)));
        _queue.Set(new Alarm(One, At(3)));

        Assert.Empty(_queue.TakeDue(At(2)));
        Assert.Equal(At(3), _queue.Next);
    }

    [Fact]
    public void Remove_ThenSetForTheSameTime_RingsOnce()
    {
        _queue.Set(new Alarm(One, At(1)));
        _queue.Remove(One);
        Assert.Null(_queue.Next);
        _queue.Set(new Alarm(One, At(1)));

        Assert.Equal([One], _queue.TakeDue(At(1)));
    }

    [Fact]
    public void Load_WhileItRings_KnowsThatTheStoreIsBehind()
    {
        _queue.Set(new Alarm(One, At(1)));
        _queue.TakeDue(At(1));

        _queue.Load(new Alarm(One, At(1)));

        Assert.Null(_queue.Next);
        _queue.Rang(One, At(2));
        Assert.Equal(At(2), _queue.Next);
    }

    [Theory]
    [InlineData(2, 5)]
    [InlineData(5, 2)]
    public void Load_SetMeanwhile_KeepsTheEarlier(int set, int loaded)
    {
        _queue.Set(new Alarm(One, At(set)));

        _queue.Load(new Alarm(One, At(loaded)));

        Assert.Equal(At(2), _queue.Next);
    }

    [Theory]
    [InlineData(2, 5, 2)] // set for an earlier time meanwhile: one too many does no harm
    [InlineData(5, 2, 2)]
    public void Rang_SetMeanwhile_TakesTheEarlier(int set, int next, int expected)
    {
        _queue.Set(new Alarm(One, At(1)));
        _queue.TakeDue(At(1));

        _queue.Set(new Alarm(One, At(set)));
        _queue.Rang(One, At(next));

        Assert.Equal(At(expected), _queue.Next);
    }

    [Fact]
    public void TakeDue_DueAgainWhileItRings_RingsAgainAfterwards()
    {
        _queue.Set(new Alarm(One, At(1)));
        _queue.TakeDue(At(1));
        _queue.Set(new Alarm(One, At(2)));

        Assert.Empty(_queue.TakeDue(At(3)));
        _queue.Rang(One, At(9));

        Assert.Equal([One], _queue.TakeDue(At(3)));
    }

    static DateTimeOffset At(int minutes) => Some.Time.AddMinutes(minutes);
}
