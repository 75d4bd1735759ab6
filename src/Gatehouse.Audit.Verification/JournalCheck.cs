using Gatehouse.Audit.Tree;
using Gatehouse.Audit.Tree.Notes;
using Gatehouse.Audit.Verification.Logs;

namespace Gatehouse.Audit.Verification;

/// <summary>Compares the journal of one log with its tree, and continues the tree with the entries that no checkpoint covers yet.</summary>
internal sealed class JournalCheck(LogSnapshot log, LogRoots roots, FindingCollector findings, CancellationToken cancellation)
{
    private readonly Checkpoint checkpoint = log.Checkpoint!;
    private readonly KnownHashes known = new(log, log.Checkpoint!.Size);
    private long next = log.Checkpoint!.Size; // the next index that must be in the journal
    private long? before; // the index after the last frame
    private bool isPassedOver; // the segment before could not be read, and that was reported

    /// <summary>Entries that are not under the checkpoint.</summary>
    public long Pending { get; private set; }

    /// <summary>Segments without a header between two that meet: their first commit failed, and no entry is in them.</summary>
    public int Headless { get; private set; }

    /// <summary>Bytes of a torn end: behind the last frame, where no whole frame follows and the entry is not under the checkpoint.</summary>
    public long TornBytes { get; private set; }

    /// <summary>A tile has other hashes than the tree: the journal is compared with those of the tree.</summary>
    /// <param name="tile">The index of the tile.</param>
    /// <param name="hashes">The hashes of the tree.</param>
    public void Corrected(long tile, TreeHash[] hashes) => known.Correct(tile, hashes);

    /// <summary>Checks the journal.</summary>
    /// <param name="from">The first index whose entry is to be read.</param>
    /// <param name="to">The index after the last one.</param>
    /// <param name="isNewest">True for the log that a writer may be writing.</param>
    /// <param name="read">Takes each entry that is read, with its place.</param>
    /// <param name="unread">Takes the number of entries behind the checkpoint that damage hides.</param>
    public void Check(long from, long to, bool isNewest, EntryRead read, Action<long> unread)
    {
        var headless = new List<(JournalSegment, LogPosition)>(); // since the last segment with a header
        for (var at = 0; at < log.Journal.Count; at++)
        {
            cancellation.ThrowIfCancellationRequested();
            var segment = log.Journal[at];
            var place = new LogPosition(log.Files.PathOf(segment.Name), log.Name);
            if (segment.IsTooLong)
                findings.Add(place, AuditFindingKind.Journal, "the file is longer than any that a writer makes; what follows its frames was not read");
            if (segment.First is not { } begin)
            {
                headless.Add((segment, place));
                continue;
            }

            CheckHeadless(headless, begin);
            CheckBegin(begin, place, unread);
            var end = log.EndOf(at);
            var offset = CheckFrames(segment, end, place, begin, from, to, read);
            if (segment.IsTooLong) isPassedOver = before < end; // reported
            else if (end == long.MaxValue) CheckTail(segment, place, offset, isNewest);
            else if (before < end) CheckDamage(segment, place, offset, end);
        }

        foreach (var (segment, place) in headless) ReportHeader(segment, place, mayBegin: isNewest);
    }

    // The index of the next segment shows whether entries are missing.
    private void CheckHeadless(List<(JournalSegment Segment, LogPosition Place)> headless, long begin)
    {
        foreach (var (segment, place) in headless)
        {
            if (segment.State == FileState.Read && before == begin && !isPassedOver)
            {
                Headless++;
                continue;
            }

            ReportHeader(segment, place, mayBegin: false);
            isPassedOver = true;
        }

        headless.Clear();
    }

    // A segment that a writer has just made has zeros only. The threat: the header is wiped, and the entries behind it are gone for the reader.
    private void ReportHeader(JournalSegment segment, LogPosition place, bool mayBegin)
    {
        if (segment.State != FileState.Read)
        {
            findings.Add(place, AuditFindingKind.NotAFile, "it is not a regular file; it was not read");
            return;
        }

        var behind = segment.Tail(JournalFormat.HeaderBytes).Bytes;
        if (segment.IsBlank && mayBegin && behind == 0) return;
        findings.Add(place with { Offset = 0, Length = JournalFormat.HeaderBytes + behind }, AuditFindingKind.Journal,
            "the header is damaged; the segment was not read");
    }

    private void CheckBegin(long begin, LogPosition place, Action<long> unread)
    {
        var known = Math.Max(before ?? 0, checkpoint.Size);
        unread(Math.Max(0, begin - next)); // what is reported here or was before is one finding, and no gap in the numbers too
        if (!isPassedOver && begin > known)
            findings.Add(place with { Index = known }, AuditFindingKind.EntryMissing,
                $"the entries {known} to {begin - 1} are neither under the checkpoint nor in the journal");
        else if (!isPassedOver && before is { } last && begin != last)
            findings.Add(place with { Index = begin }, AuditFindingKind.Journal, $"the segment begins at entry {begin}, and the one before it ends before entry {last}");
        isPassedOver = false;
    }

    // Returns the offset after the last frame.
    private long CheckFrames(JournalSegment segment, long end, LogPosition place, long begin, long from, long to, EntryRead read)
    {
        long offset = JournalFormat.HeaderBytes;
        before = begin;
        foreach (var frame in segment.Frames(end))
        {
            var entry = place with { Index = frame.Index, Offset = frame.Offset, Length = frame.Bytes.Length };
            (offset, before) = (frame.Offset + frame.Bytes.Length, frame.Index + 1);
            if (frame.Index < checkpoint.Size)
            {
                if (known.At(frame.Index) is { } hash && hash != frame.Leaf)
                    findings.Add(entry, AuditFindingKind.JournalDiffers, "the journal has another entry than the tree");
                continue;
            }

            if (frame.Index < next) continue;
            if (frame.Index > next) roots.Break();
            next = frame.Index + 1;
            Pending++;
            if (!roots.IsBroken) roots.Append(frame.Leaf);
            if (frame.Index >= from && frame.Index < to) read(entry, frame.Bytes);
        }

        return offset;
    }

    private void CheckTail(JournalSegment segment, LogPosition place, long offset, bool isNewest)
    {
        var tail = segment.Tail(offset);
        if (tail.Bytes == 0 || (isNewest && IsAppended(segment, tail, offset))) return;
        var index = before!.Value;
        var consequence = tail.Next is not null ? "whole frames follow it, and were not read"
            : !tail.WasSearched ? "so much that looks like entries follows it that it was not searched to its end" // no torn end has that
            : index < checkpoint.Size ? "its entry is under the checkpoint" : null;
        if (consequence is not null)
        {
            ReportFrame(place, tail, consequence);
            return;
        }

        TornBytes = tail.Bytes;
        if (!isNewest)
            findings.Add(place with { Index = index, Offset = tail.Offset, Length = tail.Bytes }, AuditFindingKind.TornEnd,
                "the journal ends within a frame, and a later log follows this one, so its last entry was cut off");
    }

    // A writer may append between the look at the frames and the one behind them. In a file that stays as it is, no whole frame begins where the
    // frames end. The second look is for a frame that was half written in the first.
    private static bool IsAppended(JournalSegment segment, JournalTail tail, long offset) =>
        tail.Next is not null && (tail.Next == offset || segment.Tail(offset).Next == offset);

    // The next segment says how many entries this one has. Where the file was cut between two frames, that is reported at the next segment.
    private void CheckDamage(JournalSegment segment, LogPosition place, long offset, long end)
    {
        var tail = segment.Tail(offset);
        if (tail.Bytes == 0) return;
        ReportFrame(place, tail, before == end - 1 ? "it is the last one of its segment" : $"the segment was not read further, to entry {end - 1}");
        isPassedOver = true;
    }

    private void ReportFrame(LogPosition place, JournalTail tail, string consequence) =>
        findings.Add(place with { Index = before, Offset = tail.Offset, Length = (tail.Next ?? tail.Offset + tail.Bytes) - tail.Offset },
            AuditFindingKind.Journal, $"the frame of the entry in the journal is damaged; {consequence}");
}
