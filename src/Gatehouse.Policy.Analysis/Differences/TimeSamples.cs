using Gatehouse.Policy.Conditions;

namespace Gatehouse.Policy.Analysis.Differences;

/// <summary>Moments to try where conditions ask for the time.</summary>
internal static class TimeSamples
{
    private const int Most = 200;

    /// <summary>A Monday at noon.</summary>
    public static DateTimeOffset Usual { get; } = new(2026, 11, 16, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Returns both sides of every bound, on every day of a week.</summary>
    public static IReadOnlyList<DateTimeOffset> For(IEnumerable<TimeCondition> conditions)
    {
        var all = conditions.ToList();
        var days = Enumerable.Range(0, all.Any(time => time.Days is not null) ? 7 : 1).Select(day => Usual.AddDays(day)).ToList();
        days.AddRange(all.SelectMany(time => new[] { time.NotBefore, time.NotAfter?.AddSeconds(-1) }).OfType<DateTimeOffset>());
        var moments = all.SelectMany(time => days.SelectMany(day => OnDay(time, day))).Concat(days)
            .Concat(all.SelectMany(time => new[] { time.NotBefore, time.NotBefore?.AddSeconds(-1), time.NotAfter, time.NotAfter?.AddSeconds(-1) })
            .OfType<DateTimeOffset>());
        return [.. moments.DistinctBy(moment => moment.UtcTicks).Take(Most)];
    }

    private static IEnumerable<DateTimeOffset> OnDay(TimeCondition time, DateTimeOffset day)
    {
        foreach (var clock in new[] { time.From, time.From?.AddMinutes(-1), time.Until, time.Until?.AddMinutes(-1) }.OfType<TimeOnly>())
        {
            var local = DateOnly.FromDateTime(day.UtcDateTime).ToDateTime(clock);
            yield return new DateTimeOffset(local, time.Zone.GetUtcOffset(local));
        }
    }
}
