using Gatehouse.Audit.Tree;

namespace Gatehouse.Audit.Log;

/// <summary>
/// The bytes that the log uses and may still use. It counts what the log writes and deletes, and looks at the folder again from time to time,
/// because an operator archives old bundles.
/// </summary>
internal sealed class LogSpace(AuditLogOptions options, ILogFolder folder)
{
    // A folder with many files is looked at less often: the look reads the size of each.
    private const int ManyFiles = 10_000;

    private const int Attempts = 3; // to look at the folder while what is in advance changes

    private static readonly TimeSpan CountFew = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan CountMany = TimeSpan.FromMinutes(10);

    // At the bound, where every refused entry would look.
    private static readonly TimeSpan CountAtBound = TimeSpan.FromSeconds(1);

    // What partial tiles and bundles, and a journal segment that is not released yet, may take for a while. Callers have their parts of the rest, so
    // that the entries of one caller cannot make these the last that fit.
    private readonly long reserve = Math.Min(1 << 20, options.MaxTotalBytes / 8);

    private readonly Lock gate = new();
    private long allocated;
    private long spare;
    private bool isSpareReady;
    private int changes; // of what is on the volume in advance
    private long used;
    private long pending;
    private int files;
    private long countedAt;
    private bool isCounted;

    /// <summary>Bytes in use, as of the last look and what was written since.</summary>
    public long Bytes
    {
        get
        {
            lock (gate) return used;
        }
    }

    /// <summary>Free bytes of the volume, as of the last look.</summary>
    public long Free { get; private set; }

    /// <summary>Bytes of entries that can still be written, as of the last look, without the reserve for the tree.</summary>
    public long Room { get; private set; } = options.MaxTotalBytes;

    /// <summary>Counts the bytes that the newest segment has been given in advance. They are taken from the volume already.</summary>
    public void SetAllocated(long bytes)
    {
        lock (gate)
        {
            if (bytes > allocated) changes++;
            allocated = bytes;
        }
    }

    /// <summary>Counts the bytes of the spare segment.</summary>
    /// <param name="bytes">Bytes that it has; 0 where there is none.</param>
    /// <param name="isReady">True where entries can use them.</param>
    public void SetSpare(long bytes, bool isReady)
    {
        lock (gate) (spare, isSpareReady, changes) = (bytes, isReady, changes + 1);
    }

    /// <summary>Makes the spare segment the newest one. In one step: a look at the folder between two would count its zeros as entries.</summary>
    public void TakeSpare()
    {
        lock (gate) (allocated, spare, isSpareReady, changes) = (spare, 0, false, changes + 1);
    }

    /// <summary>Counts bytes that were written, or deleted if negative.</summary>
    public void Add(long bytes)
    {
        lock (gate) used += bytes;
    }

    /// <summary>Counts bytes of entries that are in the journal and not in a full bundle, or that a full bundle has now if negative.</summary>
    public void AddPending(long bytes)
    {
        lock (gate) pending += bytes;
    }

    /// <summary>
    /// Checks whether so many bytes of entries can be written. Asked before each commit: a statfs costs a thousandth of the sync. An entry takes its
    /// bytes twice until its part of the journal is deleted.
    /// </summary>
    /// <exception cref="AuditUnavailableException">There is no space, or the total size is reached.</exception>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    public void Require(int needed)
    {
        if (!isCounted) Count();
        Free = Math.Min(folder.FreeBytes(), long.MaxValue / 4); // sums below must not overflow
        if (Expected + (2L * needed) > options.MaxTotalBytes && options.Time.GetElapsedTime(countedAt) >= CountAtBound) Count();
        var (bytes, advance) = (Expected, InAdvanceFor(needed));
        Room = Math.Max(0, Math.Min(options.MaxTotalBytes - bytes - reserve, Free - options.MinFreeBytes + advance));
        if (bytes + (2L * needed) > options.MaxTotalBytes)
            throw AtTotalSize();
        if (Free - Math.Max(0, needed - advance) < options.MinFreeBytes)
            throw OutOfSpace();
    }

    /// <summary>
    /// Takes the bytes of a payload, which is written before its entry. Safe for concurrent use. What is taken and not written is given back with
    /// <see cref="Add"/>.
    /// </summary>
    /// <exception cref="AuditUnavailableException">There is no space, or the total size is reached. Nothing was taken.</exception>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    // Threat: a full log refuses calls and still grows by the payload of each, until its volume is full and the stores on it fail (CWE-770).
    public void Take(int bytes)
    {
        if (!isCounted) Count();
        if (folder.FreeBytes() - bytes < options.MinFreeBytes) throw OutOfSpace();
        if (Expected + bytes + reserve > options.MaxTotalBytes && options.Time.GetElapsedTime(countedAt) >= CountAtBound) Count();
        lock (gate)
        {
            if (used + Math.Max(0, pending) + bytes + reserve > options.MaxTotalBytes) throw AtTotalSize();
            used += bytes;
        }
    }

    /// <summary>Looks at the folder again if the last look is old. Not for the way of a commit: it reads the size of each file.</summary>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    public void CountIfOld()
    {
        if (options.Time.GetElapsedTime(countedAt) >= (files > ManyFiles ? CountMany : CountFew)) Count();
    }

    private static AuditUnavailableException AtTotalSize() =>
        new("the audit log has reached its total size; archive old entries or raise audit.maxTotalBytes");

    private static AuditUnavailableException OutOfSpace() => new("the volume of the audit log has too little free space");

    // Bytes on the volume that so many bytes of entries can have. A batch that is larger than the spare segment grows the newest one.
    private long InAdvanceFor(int needed)
    {
        lock (gate) return allocated + (isSpareReady && JournalFormat.HeaderBytes + needed <= spare ? spare : 0);
    }

    // With what the tree will take for the entries that are in the journal only.
    private long Expected
    {
        get
        {
            lock (gate) return used + Math.Max(0, pending);
        }
    }

    // What is allocated in advance is no use of the log. A look beside which that changed is repeated. Where it changes again and again, the old
    // count holds.
    private void Count()
    {
        var attempts = files > ManyFiles ? 1 : Attempts; // a look at many files is long
        for (var attempt = 0; attempt < attempts; attempt++)
        {
            int before;
            lock (gate) before = changes;
            (long Bytes, int Files) usage;
            try
            {
                usage = folder.Usage();
            }
            catch (Exception e) when (isCounted && e is IOException or UnauthorizedAccessException)
            {
                return; // the old count holds; a commit does not fail for it
            }

            lock (gate)
            {
                if (before != changes && (isCounted || attempt + 1 < attempts)) continue;
                (used, files, isCounted, countedAt) =
                    (Math.Max(0, usage.Bytes - allocated - spare), usage.Files, true, options.Time.GetTimestamp());
                return;
            }
        }

        lock (gate) countedAt = options.Time.GetTimestamp(); // the next look is as far away as after one that counted
    }
}
