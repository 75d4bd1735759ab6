namespace Gatehouse.Storage;

/// <summary>Limits and checks of a store.</summary>
public sealed record StoreOptions
{
    /// <summary>True when a whole SQLite file is checked when it is opened; takes about a second per 100 MB. False by default.</summary>
    public bool CheckIntegrity { get; init; }

    /// <summary>
    /// The most rows of each table but that of sessions, 1 or more; a table full of rows still needed refuses another. 100,000 by default. In the
    /// table of credentials it is the most that have no grant.
    /// </summary>
    public int RowLimit { get; init; } = 100_000;

    /// <summary>
    /// The most open sessions, 1 or more. 2,000,000 by default: more than the setting <c>sessions.max</c> can be, which is what bounds them.
    /// </summary>
    public int SessionRowLimit { get; init; } = 2_000_000;

    /// <summary>
    /// The most credentials of grants, 1 or more, whatever strangers add without a grant. 2,000,000 by default: a refresh token that was used stays
    /// until its time is over.
    /// </summary>
    public int CredentialRowLimit { get; init; } = 2_000_000;

    /// <summary>
    /// The most writes that wait for their commit, and the most reads that wait for a connection, 1 or more. 4096 by default. A later caller waits
    /// for a place in SQLite, and is refused in PostgreSQL.
    /// </summary>
    public int QueueLimit { get; init; } = 4096;

    /// <summary>The most connections that read at the same time, 1 or more; further readers wait. 4 by default.</summary>
    public int ReadConnections { get; init; } = 4;

    /// <summary>The interval at which rows whose time is over are deleted; more than zero. An hour by default.</summary>
    public TimeSpan CleanUpEvery { get; init; } = TimeSpan.FromHours(1);

    /// <summary>False in tests only: a commit is not waited for on the disk, and a loss of power may damage the file.</summary>
    internal bool IsDurable { get; init; } = true;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(RowLimit, 1, nameof(RowLimit));
        ArgumentOutOfRangeException.ThrowIfLessThan(SessionRowLimit, 1, nameof(SessionRowLimit));
        ArgumentOutOfRangeException.ThrowIfLessThan(CredentialRowLimit, 1, nameof(CredentialRowLimit));
        ArgumentOutOfRangeException.ThrowIfLessThan(QueueLimit, 1, nameof(QueueLimit));
        ArgumentOutOfRangeException.ThrowIfLessThan(ReadConnections, 1, nameof(ReadConnections));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(CleanUpEvery, TimeSpan.Zero, nameof(CleanUpEvery));
    }
}
