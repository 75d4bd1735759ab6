namespace Gatehouse.Audit.Log;

/// <summary>
/// The record of losses outside the folder of the log: what was lost and is in no entry on stable storage, for the process after this one. The
/// threat: a caller fills the disk, and the process ends before there is room for the entry about what was lost (CWE-778).
/// </summary>
/// <param name="keys">Where the record is.</param>
/// <param name="files">The files of the log, which has its record by its origin.</param>
/// <param name="gate">The lock of the log. It is taken within the one of this object, never around it.</param>
/// <param name="lost">The losses, which are asked under that lock.</param>
internal sealed class StoredLosses(ILogKeys keys, LogFiles files, object gate, LostEntries lost)
{
    private readonly Lock writing = new();
    private LossRecord? stored;
    private volatile bool isKnown; // the record of an earlier process was read; otherwise it stays as it is, for a process that can read it

    /// <summary>Adds the losses that a process before this one could not report. The log is open, and its lock is held.</summary>
    public void Restore()
    {
        try
        {
            if (keys.Losses(files.Log!.Origin) is { } earlier)
            {
                lost.Restore(earlier);
                stored = earlier;
            }

            isKnown = true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The losses of this process are reported in any case.
        }
    }

    /// <summary>Writes the record where it is not what is unreported now. What cannot be written stays for the next attempt.</summary>
    /// <param name="areReported">True behind an entry about losses. The record is written then in any case: it may be one that did not open.</param>
    public void Update(bool areReported = false)
    {
        if (!isKnown) return;
        lock (writing)
        {
            LossRecord? losses;
            lock (gate) losses = lost.Unreported;
            if (losses == stored && !areReported) return;
            try
            {
                keys.StoreLosses(files.Log!.Origin, losses);
                stored = losses;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // A full disk may hold the record too. The next update tries again.
            }
        }
    }
}
