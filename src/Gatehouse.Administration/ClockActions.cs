using System.Globalization;
using Gatehouse.Text;

namespace Gatehouse.Administration;

/// <summary>
/// Confirms the clock of the gateway, so that retention does not wait any more. A person has to compare the clock with another one first: with a
/// clock that is ahead, the next run destroys keys that nothing brings back (DP-03).
/// </summary>
/// <param name="Reason">The reason; may be empty.</param>
internal sealed record ConfirmClock(string Reason = "") : AdministrativeAction<ClockConfirmed>
{
    internal override string Name => "audit.clock";

    internal override ActRow Row => LogRows.Clock;

    internal override string Given => Reason;

    internal override ActionEffect Effect => ActionEffect.Grants;

    internal override ActionStrength Strength => ActionStrength.Person;

    internal override IReadOnlyList<KeyValuePair<string, string>> Facts => [.. Named(), StatedReason(Reason)];

    public override IReadOnlyList<KeyValuePair<string, string>> ResultFacts(object result) => ((ClockConfirmed)result).Ahead is { } ahead
        ? [KeyValuePair.Create("seconds", ((long)ahead.TotalSeconds).ToString(CultureInfo.InvariantCulture))] : [];

    public override bool IsOffered(AdministrationParts parts) => parts.Log is not null;

    protected override async Task<ActionOutcome<ClockConfirmed>> RunAsync(AdministrationParts parts, Administrator by) =>
        by.Reading.HasFlag(ReadingRights.Erase) ? await parts.Log!.ConfirmClockAsync().ConfigureAwait(false) : ActionRefusal.NoEraseRight;
}

/// <summary>The clock is confirmed.</summary>
/// <param name="Clock">The clock.</param>
/// <param name="Ahead">How far it was ahead of the last time at which retention believed it; null where no such time is known.</param>
internal sealed record ClockConfirmed(DateTimeOffset Clock, TimeSpan? Ahead) : ActResult
{
    /// <inheritdoc />
    internal override string Sentence => SentenceOf(Moments.Rfc3339(Clock), Ahead is { } ahead ? (long)Math.Round(ahead.TotalDays) : 0);

    private static string SentenceOf(string clock, long days) => $"the clock of the gateway ({clock}) is confirmed" + (days == 0 ? "" : string.Create(CultureInfo.InvariantCulture,
            $"; it was {Math.Abs(days)} {(Math.Abs(days) == 1 ? "day" : "days")} {(days > 0 ? "ahead of" : "behind")} the last time that retention knew"))
            + ": the next run of retention, within an hour, destroys what is due";
}
