using Gatehouse.Audit.Privacy;

namespace Gatehouse.Gateway.Hosting;

/// <summary>
/// Attempts of this process to destroy the keys of each class whose time is over, so that the log has an entry for each change of state and none for
/// each attempt. A folder that cannot be written stays so for days, and there is an attempt each hour.
/// </summary>
/// <remarks>Invariant: each attempt has an entry before it. That of an earlier attempt for the same month is one. Not thread-safe.</remarks>
internal sealed class RetentionAttempts
{
    private readonly Dictionary<EntryClass, Attempts> open = [];

    /// <summary>Returns whether the log has the entry that the keys of a class before a month are about to be destroyed.</summary>
    public bool IsAnnounced(EntryClass entryClass, int month) => open.TryGetValue(entryClass, out var attempts) && attempts.Month == month;

    /// <summary>
    /// Records that the log has that entry. Failures before it count on, and the next one has an entry again: without it, the log would say that this
    /// destruction succeeded.
    /// </summary>
    public void Announced(EntryClass entryClass, int month) =>
        open[entryClass] = open.GetValueOrDefault(entryClass) with { Month = month, IsReported = false };

    /// <summary>Returns the number of attempts for a class that failed since one succeeded.</summary>
    public int Failures(EntryClass entryClass) => open.GetValueOrDefault(entryClass).Failed;

    /// <summary>Records that an attempt failed.</summary>
    /// <returns>True until the log has an entry about the failure.</returns>
    public bool Fail(EntryClass entryClass)
    {
        var attempts = open.GetValueOrDefault(entryClass);
        open[entryClass] = attempts with { Failed = attempts.Failed + 1 };
        return !attempts.IsReported;
    }

    /// <summary>Records that the log has an entry about the failure.</summary>
    public void Reported(EntryClass entryClass) => open[entryClass] = open.GetValueOrDefault(entryClass) with { IsReported = true };

    /// <summary>Records that nothing of a class is left to destroy.</summary>
    public void Succeed(EntryClass entryClass) => open.Remove(entryClass);

    /// <summary>The attempts for one class.</summary>
    /// <param name="Month">The month of the entry that they have; null for none.</param>
    /// <param name="Failed">The number that failed.</param>
    /// <param name="IsReported">True where the log has an entry about the failure.</param>
    private readonly record struct Attempts(int? Month, int Failed, bool IsReported);
}
