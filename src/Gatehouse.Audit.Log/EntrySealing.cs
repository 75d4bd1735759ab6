namespace Gatehouse.Audit.Log;

/// <summary>
/// Seals entries before they are queued, on the thread of their caller and never under the log's lock: the first entry of a person in a month
/// waits for a key that is written to stable storage.
/// </summary>
internal sealed class EntrySealing(IEntryProtector? protector, TimeProvider time)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private readonly Lock looking = new();
    private volatile bool hasFailed; // since the last look
    private long? lookedAt;
    private volatile string? fault;

    /// <summary>The reason why entries of persons without a key cannot be sealed, as of the last look; null while they can.</summary>
    public string? Fault => fault;

    /// <summary>Seals the entry. Returns why it cannot be; it is not to be recorded then.</summary>
    public AuditUnavailableException? Seal(ref AuditEntry entry)
    {
        if (protector is null) return null;
        try
        {
            entry = protector.Protect(entry);
            return null;
        }
        catch (AuditUnavailableException e)
        {
            hasFailed = true;
            return e;
        }
    }

    /// <summary>
    /// After a failure, looks whether keys can be made, at most once a second. One damaged row concerns one person, and the log continues for the
    /// others; a table that cannot be written concerns each caller who comes next.
    /// </summary>
    public void Look()
    {
        if ((!hasFailed && fault is null) || !looking.TryEnter()) return;
        try
        {
            if (lookedAt is { } last && time.GetElapsedTime(last) < LookEvery) return;
            lookedAt = time.GetTimestamp();
            hasFailed = false;
            fault = protector!.Fault();
        }
        finally
        {
            looking.Exit();
        }
    }
}
