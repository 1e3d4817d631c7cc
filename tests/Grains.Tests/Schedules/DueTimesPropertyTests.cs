using CsCheck;
using FlowRuns.Flows;
using FlowRuns.Schedules;

namespace FlowRuns.Grains.Tests.Schedules;

public sealed class DueTimesPropertyTests
{
    // Offsets of half and quarter hours, half and double hours of daylight saving, changes at midnight, winters that are the saving, and rules that ended.
    static readonly string[] Zones =
    [
        "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Europe/Dublin", "Australia/Lord_Howe", "Pacific/Chatham",
        "America/St_Johns", "Africa/Casablanca", "Asia/Tehran", "America/Sao_Paulo", "Antarctica/Troll", "Asia/Beirut",
    ];

    static readonly string[] Expressions =
    [
        "30 2 * * *", "30 1 * * *", "0 0 * * *", "15 0,1,2,3 * * 0", "*/30 * * * *", "20 * * * *", "*/20 1-3 * * *", "59 23 29 2 *", "0 9 1-7 * 1", "45 23,0 * 3,10 *",
    ];

    static readonly DateTime First = new(2018, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    static readonly DateTime End = First.AddYears(10);

    public static TheoryData<string> EachZone => [.. Zones];

    static readonly Gen<string> Minutes = Gen.OneOf(Gen.Const("*"), Gen.Int[1, 30].Select(step => $"*/{step}"), Gen.Int[0, 59].Select(minute => $"{minute}"), Pair(0, 59));
    static readonly Gen<string> Hours = Gen.OneOf(Gen.Const("*"), Gen.Int[1, 12].Select(step => $"*/{step}"), Gen.Int[0, 23].Select(hour => $"{hour}"), Gen.Int[0, 3].Select(hour => $"{hour}"), Pair(0, 23));
    static readonly Gen<string> DaysOfMonth = Gen.OneOf(Gen.Const("*"), Gen.Const("*"), Gen.Int[1, 31].Select(day => $"{day}"), Pair(1, 31));
    static readonly Gen<string> Months = Gen.OneOf(Gen.Const("*"), Gen.Const("*"), Pair(1, 12));
    static readonly Gen<string> DaysOfWeek = Gen.OneOf(Gen.Const("*"), Gen.Const("*"), Gen.Int[0, 6].Select(day => $"{day}"), Pair(0, 6));

    static readonly Gen<string> Cron = Gen.Select(Minutes, Hours, DaysOfMonth, Months, DaysOfWeek, (minute, hour, day, month, weekday) => $"{minute} {hour} {day} {month} {weekday}");

    static readonly Dictionary<string, List<DateTime>> ChangesOf = Zones.ToDictionary(zone => zone, zone => Changes(TimeZoneInfo.FindSystemTimeZoneById(zone)).ToList());

    [Theory]
    [MemberData(nameof(EachZone))]
    public void Next_TenYearsOfAZone_EqualsTheMinutesThatMatch(string zone)
    {
        AssertSame(Expressions, zone, First, End);
    }

    [Fact]
    public void Next_AnyExpressionAroundAnyChangeOfClocks_EqualsTheMinutesThatMatch() =>
        Gen.Select(Cron, Gen.Int[0, Zones.Length - 1].Select(i => Zones[i]), Gen.Int[0, 19], Gen.Int[0, 1000]).Sample(
            (cron, name, change, minute) =>
            {
                var changes = ChangesOf[name];
                var first = (changes.Count == 0 ? First.AddDays(31 * change) : changes[change % changes.Count].AddDays(-2)).AddMinutes(minute);
                AssertSame([cron], name, first, first.AddDays(4));
            },
            iter: 3000);

    [Fact]
    public void Every_AnyBeat_NeitherDriftsNorSkips() =>
        Gen.Select(Gen.Int[1, 100_000], Gen.Int[0, 10_000_000], Gen.Int[0, 100_000_000]).Sample((seconds, start, after) =>
        {
            var trigger = Some.Schedule(cron: null) with { Every = TimeSpan.FromSeconds(seconds) };
            var since = Some.Time.AddMilliseconds(start);
            var times = new DueTimes(trigger, default, since);
            var time = since.AddMilliseconds(after);

            var next = times.Next(time)!.Value;

            Assert.Equal(TimeSpan.Zero, TimeSpan.FromTicks((next - since).Ticks % trigger.Every.Value.Ticks));
            Assert.InRange(next - time, TimeSpan.FromTicks(1), trigger.Every.Value);
            Assert.Equal(next, times.Last(next));
        });

    [Fact]
    public void StartOf_AnyJitter_KeepsTheOrderAndIsTheSameEachTime() =>
        Gen.Select(Gen.OneOf(Gen.Const("* * * * *"), Gen.Const("*/7 * * * * *"), Gen.Const("0 9 * * *")), Gen.Int[1, 86_400_000], Gen.Long).Sample((cron, jitter, seed) =>
        {
            var trigger = Some.Schedule(cron) with { Jitter = TimeSpan.FromMilliseconds(jitter) };
            var flow = FlowId.New(Some.Time.AddMilliseconds(seed % 1000));
            var times = new DueTimes(trigger, flow, Some.Time);
            var due = Enumerate(times, Some.Time, Some.Time.AddDays(2)).Take(20).ToList();

            var starts = due.ConvertAll(times.StartOf);

            Assert.Equal(starts, due.ConvertAll(new DueTimes(trigger, flow, Some.Time.AddHours(-1)).StartOf));
            Assert.Equal(starts.Order(), starts);
            Assert.All(due.Zip(starts), pair => Assert.InRange(pair.Second - pair.First, TimeSpan.Zero, trigger.Jitter.Value));
        }, iter: 200);

    static void AssertSame(string[] expressions, string zone, DateTime first, DateTime end)
    {
        var oracles = Array.ConvertAll(expressions, cron => new CronOracle(cron));
        foreach (var minute in LocalMinute.Enumerate(TimeZoneInfo.FindSystemTimeZoneById(zone), first, end))
        {
            foreach (var oracle in oracles)
                oracle.See(minute);
        }

        foreach (var (cron, oracle) in expressions.Zip(oracles))
            AssertSame(cron, zone, new DateTimeOffset(first), new DateTimeOffset(end), oracle.Due);
    }

    static void AssertSame(string cron, string zone, DateTimeOffset first, DateTimeOffset end, List<DateTimeOffset> expected)
    {
        var times = new DueTimes(Some.Schedule(cron, zone), default, first.AddTicks(-1));

        var actual = Enumerate(times, first.AddTicks(-1), end).ToList();

        Assert.True(expected.SequenceEqual(actual), $"'{cron}' in {zone} from {first:u}: {Difference(expected, actual)}");
        for (var i = 1; i < actual.Count; i += 1 + (actual.Count / 1000))
            Assert.True(times.Last(actual[i].AddTicks(-1)) == actual[i - 1], $"'{cron}' in {zone}: before {actual[i]:u} comes {times.Last(actual[i].AddTicks(-1)):u}, not {actual[i - 1]:u}");
    }

    static string Difference(List<DateTimeOffset> expected, List<DateTimeOffset> actual) =>
        $"missing {string.Join(", ", expected.Except(actual).Take(3).Select(time => $"{time:u}"))}; too many {string.Join(", ", actual.Except(expected).Take(3).Select(time => $"{time:u}"))}";

    static IEnumerable<DateTimeOffset> Enumerate(DueTimes times, DateTimeOffset after, DateTimeOffset end)
    {
        for (var due = times.Next(after); due < end; due = times.Next(after))
        {
            Assert.True(due > after, $"after {after:O} comes {due:O}");
            yield return due.Value;
            after = due.Value;
        }
    }

    /// <summary>The hours in which the zone's clocks changed.</summary>
    static IEnumerable<DateTime> Changes(TimeZoneInfo zone)
    {
        for (var hour = First; hour < End; hour = hour.AddHours(1))
        {
            if (zone.GetUtcOffset(hour) != zone.GetUtcOffset(hour.AddHours(1)))
                yield return hour;
        }
    }

    static Gen<string> Pair(int min, int max) => Gen.Select(Gen.Int[min, max], Gen.Int[min, max], Gen.Bool, (one, other, isList) => one == other
        ? $"{one}"
        : isList ? $"{one},{other}" : $"{Math.Min(one, other)}-{Math.Max(one, other)}");
}
