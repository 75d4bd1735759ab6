using System.Globalization;

namespace Gatehouse.Policy.Conditions;

/// <summary>Holds at certain times. Every part that is given must hold.</summary>
public sealed record TimeCondition : Condition
{
    /// <summary>Days of the week in <see cref="Zone"/>, or null for all.</summary>
    public DaysOfWeek? Days { get; init; }

    /// <summary>Start of the daily span, inclusive.</summary>
    public TimeOnly? From { get; init; }

    /// <summary>End of the daily span, exclusive. Before <see cref="From"/> the span goes over midnight.</summary>
    public TimeOnly? Until { get; init; }

    /// <summary>Not before this moment.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>Not at or after this moment.</summary>
    public DateTimeOffset? NotAfter { get; init; }

    /// <summary>Time zone of days and span.</summary>
    public TimeZoneInfo Zone { get; init; } = TimeZoneInfo.Utc;

    /// <inheritdoc />
    public override bool ReadsArguments => false;

    // A request without a time cannot be judged by time.
    internal override Ternary Judge(in ConditionScope scope) =>
        scope.Request.At == default ? Ternary.Undecidable : TernaryLogic.Of(Holds(scope.Request.At));

    private bool Holds(DateTimeOffset at)
    {
        if (at < NotBefore || at >= NotAfter) return false;
        var local = TimeZoneInfo.ConvertTime(at, Zone);
        return (Days is not { } days || days.Contains(local.DayOfWeek)) && IsInSpan(TimeOnly.FromTimeSpan(local.TimeOfDay));
    }

    private bool IsInSpan(TimeOnly time)
    {
        var from = From ?? TimeOnly.MinValue;
        if (Until is not { } until) return time >= from;
        return from <= until ? time >= from && time < until : time >= from || time < until;
    }

    private protected override string Describe()
    {
        var parts = new List<string>();
        if (Days is { } days) parts.Add("on " + days);
        if (From is { } from) parts.Add("from " + from.ToString("HH:mm", CultureInfo.InvariantCulture));
        if (Until is { } until) parts.Add("until " + until.ToString("HH:mm", CultureInfo.InvariantCulture));
        if (parts.Count > 0) parts.Add(Zone.Id);
        if (NotBefore is { } first) parts.Add("not before " + first.ToString("O", CultureInfo.InvariantCulture));
        if (NotAfter is { } last) parts.Add("before " + last.ToString("O", CultureInfo.InvariantCulture));
        return "time is " + string.Join(" ", parts);
    }
}
