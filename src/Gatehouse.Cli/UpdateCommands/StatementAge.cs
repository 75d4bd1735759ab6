namespace Gatehouse.Cli.UpdateCommands;

/// <summary>
/// The age of a signed statement: whether it may still say which release is the newest. A signature shows who wrote it, and not that it is the last
/// one.
/// </summary>
internal static class StatementAge
{
    /// <summary>The difference between two clocks that is accepted.</summary>
    public static TimeSpan ClockSkew { get; } = TimeSpan.FromMinutes(10);

    /// <summary>Returns the reason why a statement is refused, or null where it counts.</summary>
    /// <param name="statement">The statement, with a good signature.</param>
    /// <param name="seen">The newest statement that was accepted before on this account; null for none.</param>
    /// <param name="now">The time.</param>
    public static string? FaultOf(ReleaseStatement statement, ReleaseStatement? seen, DateTimeOffset now)
    {
        // Fast-forward: accepted once, it would make every later statement an old one.
        if (statement.Published > now + ClockSkew)
        {
            return $"it is from the future ({Written(statement.Published)}; the clock of this machine says {Written(now)}); "
                + "if the clock is wrong, set it";
        }

        // Freeze: an old statement hides the release that mends a weakness.
        if (statement.Expires <= now)
        {
            return $"its time is over since {Written(statement.Expires)}, so that it no longer says which version is the newest; "
                + "ask the publisher, or fetch it over another network";
        }

        return RollbackOf(statement, seen);
    }

    /// <summary>
    /// Returns the reason why a statement is older than the newest that was seen, or null. Rollback: a release with a known weakness comes back.
    /// </summary>
    /// <param name="statement">The statement, with a good signature.</param>
    /// <param name="seen">The newest statement that was accepted before on this account; null for none.</param>
    public static string? RollbackOf(ReleaseStatement statement, ReleaseStatement? seen) =>
        seen is not null && (statement.Published < seen.Published || statement.Version.CompareTo(seen.Version) < 0)
            ? $"it is older ({statement.Version}, {Written(statement.Published)}) than one that this account accepted before "
                + $"({seen.Version}, {Written(seen.Published)})"
            : null;

    private static string Written(DateTimeOffset time) => ReleaseStatement.Written(time);
}
