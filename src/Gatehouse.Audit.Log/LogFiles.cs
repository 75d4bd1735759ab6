namespace Gatehouse.Audit.Log;

/// <summary>
/// The files of the newest log of a folder, from the moment when the folder could be opened, and the reason why they cannot be written. A folder that
/// cannot be used is tried again later.
/// </summary>
internal sealed class LogFiles : IDisposable
{
    // An attempt to open that fails within this time is repeated with every entry.
    private static readonly TimeSpan CheapOpening = TimeSpan.FromMilliseconds(50);

    // One that takes longer is repeated after this many times its duration.
    private const int PauseFactor = 20;

    private readonly AuditLogOptions options;
    private readonly ILogFolder folder;
    private readonly ILogKeys keys;
    private readonly KeptPayloads payloads;
    private readonly LogBeginning beginning = new();
    private OpenLog? opened; // its first entries may not be on stable storage yet
    private SpareSegment? spare;
    private JournalWriter? journal;
    private long failedAt;
    private TimeSpan openAgainAfter; // zero where an attempt is cheap
    private volatile string? fault;

    public LogFiles(AuditLogOptions options, ILogFolder folder, ILogKeys keys)
    {
        (this.options, this.folder, this.keys) = (options, folder, keys);
        Space = new LogSpace(options, folder);
        payloads = new KeptPayloads(folder, Space);
    }

    /// <summary>The space that the log uses and may use.</summary>
    public LogSpace Space { get; }

    /// <summary>The log; null until its folder could be opened and its first entries are on stable storage.</summary>
    public OpenLog? Log { get; private set; }

    /// <summary>Its tree; null until the folder could be opened. Where there is no room for the first entries, it may release some.</summary>
    public TreeIntegrator? Tree { get; private set; }

    /// <summary>The reason why the log cannot be written; null while it can.</summary>
    public string? Fault => fault;

    /// <summary>
    /// Opens the log where it is not open, and writes the first entries of the process. What they say would be lost for good with a batch that fails.
    /// Under the lock of the log.
    /// </summary>
    /// <returns>False where the folder cannot be used now.</returns>
    public bool TryOpen()
    {
        if (Log is not null) return true;
        if (options.Time.GetElapsedTime(failedAt) < openAgainAfter) return false;
        var began = options.Time.GetTimestamp();
        try
        {
            if (opened is null)
            {
                opened = LogOpening.Open(folder, keys, Space, beginning);
                if (opened.Repair.Payloads is { } found) payloads.Recovered(opened.Name, found);
                began = options.Time.GetTimestamp(); // only what follows is repeated
            }

            spare ??= NewSpare(opened.Name);
            Tree ??= new TreeIntegrator(options, folder, keys, Space, opened, spare, payloads);
            new OpeningSegment(options, folder, Space, payloads).Write(opened);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // An attempt that reads much before it fails must not be the work of every entry.
            failedAt = options.Time.GetTimestamp();
            var cost = options.Time.GetElapsedTime(began, failedAt);
            openAgainAfter = cost > CheapOpening ? PauseFactor * cost : TimeSpan.Zero;
            fault = e.Message;
            return false;
        }

        journal = new JournalWriter(options, folder, opened.Name, opened.Segments, spare, Space);
        Log = opened;
        Tree.Committed();
        fault = null;
        return true;
    }

    /// <summary>Writes a batch to stable storage. One thread at a time.</summary>
    /// <returns>The failure; null where every entry is on stable storage.</returns>
    public AuditUnavailableException? Write(CommitBatch batch)
    {
        AuditUnavailableException? failure = null;
        var isBegun = false;
        try
        {
            if (Log is null) throw new AuditUnavailableException(fault ?? "the audit log is not open");
            Require(batch.Bytes);
            batch.FirstIndex = Log.Segments.Committed;
            isBegun = true;
            journal!.Append(batch.Frames.Bytes);
            // The tree may delete the entries from the journal as soon as they count. Until then their payloads are known to need a name.
            payloads.AwaitName(Log.Name, batch.Payloads);
            journal.Commit(batch.Frames.Length, batch.Count);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            failure = e as AuditUnavailableException ?? new AuditUnavailableException(e.Message, e);
            // After a write that failed, the entries may be on the disk, and need their payloads.
            if (!isBegun && Log is not null) batch.Payloads.ForEach(Withdraw);
        }

        fault = failure?.Message;
        return failure;
    }

    /// <summary>Looks whether there is room. No write may be under way.</summary>
    public void Look()
    {
        try
        {
            Require(needed: 1);
            fault = null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            fault = e.Message;
        }
    }

    /// <summary>Returns when a payload is on stable storage, under a name that no reader knows yet. The log is open.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public void Put(AuditPayload payload)
    {
        try
        {
            payloads.Put(Log!.Name, payload);
        }
        catch (AuditUnavailableException) when (spare?.GiveBack() == true)
        {
            payloads.Put(Log!.Name, payload);
        }
    }

    /// <summary>Deletes a payload whose entry was not taken. The log is open.</summary>
    public void Withdraw(AuditPayload payload) => payloads.Withdraw(Log!.Name, payload);

    /// <summary>Gives payloads the names that readers know: their entries are on stable storage.</summary>
    public void NamePayloads(IReadOnlyList<AuditPayload> committed) => payloads.Committed(Log!.Name, committed);

    /// <inheritdoc />
    public void Dispose()
    {
        Tree?.Dispose();
        journal?.Dispose();
        spare?.Dispose();
        foreach (var signer in opened?.Signers ?? []) signer.Dispose();
        beginning.Dispose();
        folder.Dispose();
    }

    // The room of the spare segment is for entries and payloads where nothing else is left.
    private void Require(int needed)
    {
        try
        {
            Space.Require(needed);
        }
        catch (AuditUnavailableException) when (spare?.GiveBack() == true)
        {
            Space.Require(needed);
        }
    }

    private SpareSegment NewSpare(string log)
    {
        var made = new SpareSegment(options, folder, log, JournalWriter.LongestSegment(options), Space);
        made.DeleteLeftover();
        return made;
    }
}
