namespace Gatehouse.Gateway.Configurations;

/// <summary>An entry about a change of the configuration, which is written now or waits for the log.</summary>
/// <param name="Act">Its act.</param>
/// <param name="Facts">Its facts if it is written immediately.</param>
/// <param name="LaterFacts">
/// Its facts if it is written later. The entry has the time and the generation of that moment, and these have those of the attempt.
/// </param>
internal sealed record WaitingEntry(
    string Act, IReadOnlyList<(string Name, string Value)> Facts, IReadOnlyList<(string Name, string Value)> LaterFacts)
{
    /// <summary>True where the record about a change goes when the entry is in the log.</summary>
    public bool EndsChange { get; init; }

    /// <summary>True for an entry without which an earlier one is not true.</summary>
    public bool IsNeeded { get; init; }

    /// <summary>Returns the entry that undoes a change which did not come into force.</summary>
    /// <param name="change">The record about the change.</param>
    public static WaitingEntry Undoing(PendingChange change) =>
        new(EntryActs.Refused, change.Facts, change.Facts) { EndsChange = true, IsNeeded = true };
}
