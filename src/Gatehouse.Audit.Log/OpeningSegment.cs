using Gatehouse.Audit.Tree;

namespace Gatehouse.Audit.Log;

/// <summary>
/// The segment of the journal with which a process begins. It has the entries of earlier processes that may not be on stable storage, and the first
/// ones of this process, and is put in place in one step. So a log never has an entry of a caller before the entries that say what the log is, and
/// no repair is in the log without the entry that reports it.
/// </summary>
internal sealed class OpeningSegment(AuditLogOptions options, ILogFolder folder, LogSpace space, KeptPayloads payloads)
{
    /// <summary>Returns when the segment is on stable storage. After a failure the next call writes it again, to a new file.</summary>
    /// <exception cref="IOException">It cannot be written, or there is no room for it.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public void Write(OpenLog log)
    {
        var own = new FrameBuffer();
        var writer = new AuditEntryWriter();
        for (var i = 0; i < log.FirstEntries.Count; i++) own.Add(i + 1, writer.Body(OwnEntry.Of(log.FirstEntries[i], i + 1, options.Time)));
        space.Require(own.Length); // the other entries have their room already
        var repair = log.Repair;
        byte[] bytes = [.. JournalFormat.Header(repair.FirstLeaf), .. repair.Frames.Span, .. own.Bytes];
        folder.Put($"{log.Name}/{LogLayout.Segment(repair.Number)}", bytes, isDurable: true);
        var entries = repair.Entries + log.FirstEntries.Count;
        log.Segments.Found(new JournalSegment(repair.Number, repair.FirstLeaf, bytes.Length), entries);
        space.Add(bytes.Length);
        space.AddPending(bytes.Length - ((long)entries * TreeHash.Length));
        Clean(log.Name, repair);
    }

    // The entry about them is on stable storage. A process that ends within this leaves the rest to the next one.
    private void Clean(string log, LogRepair repair)
    {
        foreach (var number in repair.Headless)
        {
            try
            {
                folder.Delete($"{log}/{LogLayout.Segment(number)}");
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It stays between segments that meet, and the next start deletes it.
            }
        }

        if (repair.Payloads is not { } found) return;
        payloads.NameRecovered();
        foreach (var digest in found.Unnamed) payloads.Delete(log, digest);
    }
}
