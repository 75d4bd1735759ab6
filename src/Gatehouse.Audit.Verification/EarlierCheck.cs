using System.Globalization;
using System.Text.Json;
using Gatehouse.Audit.Verification.Logs;

namespace Gatehouse.Audit.Verification;

/// <summary>
/// Segments of earlier builds, held to the digests in the first entries of the evidence logs, and in the entries of erasures that rewrote them. The
/// threat: a writer of the folder deletes some of them. No file shows whether they were archived or destroyed (CWE-778).
/// </summary>
/// <param name="directory">The folder of the logs.</param>
/// <param name="ranges">The segments and entries that the auditor knows to be archived.</param>
/// <param name="findings">Takes what is wrong.</param>
internal sealed class EarlierCheck(string directory, IReadOnlyList<ArchivedRange> ranges, FindingCollector findings)
{
    private const string InArchive = "; archived entries, which were not read, may say more: copy their bundles back";

    /// <summary>Segments that entries name, and that are remembered. A hostile log names any number.</summary>
    internal const int MostSegments = 100_000;

    /// <summary>Digests of all segments together that are remembered. Each erasure adds one for each segment that it rewrites.</summary>
    internal const int MostStates = 1_000_000;

    private const int MostNamed = 4; // ranges in a fact

    private readonly Dictionary<string, Named> named = new(StringComparer.Ordinal);
    private int unshown;
    private int states;
    private long notRemembered;

    /// <summary>Segments that have the digest that an evidence log names.</summary>
    public int Matching { get; private set; }

    /// <summary>True where entries are archived: they may have named a state of a segment.</summary>
    public bool HasUnread { get; set; }

    /// <summary>Takes an entry <c>log.earlier</c>.</summary>
    public void Take(LogPosition place, JsonElement entry)
    {
        if (EntryCheck.Text(entry, "file") is { } file && EntryCheck.Text(entry, "digest") is { } digest && EntryCheck.Count(entry, "bytes") is { } bytes)
        {
            if (!named.TryGetValue(file, out var before)) Remember(file, place, bytes, digest);
            else if (before.Digest != digest)
                findings.Add(place, AuditFindingKind.EarlierSegment, $"the digest of {file} is not the one that an earlier entry has", "digest");
        }
        else
        {
            findings.Add(place, AuditFindingKind.Member, "file, bytes or digest is absent or of another type", "file");
        }
    }

    /// <summary>
    /// Takes an entry <c>audit.segment.erased</c>. It must name a state of the segment that an entry before it named: an erasure that a process did
    /// not end leaves an entry about a file that never was, and the next erasure begins from the one before.
    /// </summary>
    public void TakeErased(LogPosition place, JsonElement entry)
    {
        if (EntryCheck.Text(entry, "file") is not { } file || EntryCheck.Text(entry, "digest") is not { } digest
            || EntryCheck.Count(entry, "bytes") is not { } bytes || EntryCheck.Text(entry, "previousDigest") is not { } previous)
        {
            findings.Add(place, AuditFindingKind.Member, "file, bytes, digest or previousDigest is absent or of another type", "file");
            return;
        }

        if (!named.TryGetValue(file, out var before) || !before.States.Contains(previous)) ReportState(
            place, $"{file} was rewritten from a file that no earlier entry names", "previousDigest");
        if (before is null && Remember(file, place, bytes, digest)) named[file].IsRewritten = true;
        else if (before is not null && IsRemembered(before, digest)) before.Rewrite(place, bytes, digest);
    }

    /// <summary>
    /// Takes an entry <c>audit.segment.expired</c>: the segment was deleted because its time was over. The digest in it must be one that an entry
    /// before it named. Otherwise retention deleted a file that was changed before.
    /// </summary>
    public void TakeExpired(LogPosition place, JsonElement entry)
    {
        if (EntryCheck.Text(entry, "file") is not { } file || EntryCheck.Text(entry, "digest") is not { } digest)
        {
            findings.Add(place, AuditFindingKind.Member, "file or digest is absent or of another type", "file");
            return;
        }

        if (!named.TryGetValue(file, out var before) || !before.States.Contains(digest)) ReportState(
            place, $"the file {file} that was deleted because its time was over is not the one that an earlier entry names", "digest");
        if (before is not null) before.IsExpired = true;
    }

    /// <summary>All logs were read.</summary>
    /// <param name="segments">The segments that are here.</param>
    /// <param name="isOneLog">True where the folder of one log was given: segments are beside it.</param>
    /// <returns>Facts.</returns>
    public IReadOnlyList<string> End(IReadOnlyList<LogSegment> segments, bool isOneLog)
    {
        var facts = new List<string>();
        if (isOneLog)
        {
            if (named.Count > 0) facts.Add(Text($"segments of earlier builds that this log names: {named.Count}. They are beside its folder, and were not checked"));
            return facts;
        }

        var present = segments.GroupBy(segment => Path.GetFileName(segment.Path), StringComparer.Ordinal)
            .ToDictionary(static one => one.Key, static one => one.First(), StringComparer.Ordinal);
        var absent = LogSegment.Gaps(segments);
        var (archived, expired, missing) = (0, 0, new List<(long? Number, string File, Named Expected)>());
        foreach (var (file, expected) in named.OrderBy(one => one.Key, StringComparer.Ordinal))
        {
            var number = LogSegment.NumberOf(file);
            if (present.Remove(file, out var segment))
            {
                Compare(segment, expected);
                continue;
            }

            if (number is { } gone) absent.Add((gone, gone));
            if (expected.IsExpired) expired++;
            else if (number is { } given && ArchivedRange.Cover(ranges, ArchivedRange.OfSegments, given, given)) archived++;
            else missing.Add((number, file, expected));
        }

        if (notRemembered > 0) findings.Add(new LogPosition(directory, 0), AuditFindingKind.EarlierSegment, Text(
            $"entries about segments of earlier builds that were not compared: {notRemembered}. At most {MostSegments} segments and {MostStates} digests are remembered"));
        ReportMissing(missing);
        if (archived > 0) facts.Add(Text($"segments of earlier builds that are not here, and are given as archived: {archived}. Their text was not checked"));
        AddTooWide(facts, segments, absent);
        if (expired > 0) facts.Add(Text($"segments of earlier builds that the log says were deleted because their time was over: {expired}"));
        var rewritten = named.Values.Count(one => one.IsRewritten);
        if (rewritten > 0) facts.Add(Text($"segments of earlier builds that the log says were rewritten to erase persons: {rewritten}"));
        if (unshown > 0) facts.Add(Text($"entries about segments of earlier builds that name a state which only archived entries can have named: {unshown}"));
        foreach (var file in present.Keys.Order(StringComparer.Ordinal))
            findings.Add(new LogPosition(Path.Join(directory, file), 0), AuditFindingKind.EarlierSegment, $"no evidence log names this segment{(HasUnread ? InArchive : "")}");
        return facts;
    }

    // A range that is too wide accepts a deletion that comes later, and a mistyped one would look like one that was accepted.
    private void AddTooWide(List<string> facts, IReadOnlyList<LogSegment> segments, List<(long First, long Last)> absent)
    {
        var gaps = Joined(absent);
        foreach (var range in ranges.Where(static range => range.Log == ArchivedRange.OfSegments))
        {
            List<(long First, long Last)> right = [], wrong = [];
            var next = range.First;
            foreach (var (first, last) in gaps.Where(gap => gap.Last >= range.First && gap.First <= range.Last))
            {
                if (first > next) wrong.Add((next, first - 1));
                right.Add((Math.Max(first, range.First), Math.Min(last, range.Last)));
                next = right[^1].Last + 1;
            }

            if (next <= range.Last) wrong.Add((next, range.Last));
            if (wrong.Count == 0) continue;
            facts.Add(right.Count == 0
                ? $"--archived {range} names no absent segment: {Here(segments)}. {(gaps.Count == 0 ? "None is absent, so leave the option out" : Give(gaps))}"
                : $"--archived {range} also names the segments {Shown(wrong.Select(InWords))}, which are here, or which no evidence log names: the option would hide that "
                    + $"such segments are deleted later. {Here(segments)}. {Give(right)}");
        }
    }

    private static string Here(IReadOnlyList<LogSegment> segments)
    {
        var here = Joined(segments.Select(static segment => segment.Number).OfType<long>().Select(static number => (number, number)));
        return here.Count == 0 ? "No segment is here" : $"The segments that are here: {Shown(here.Select(InWords))}";
    }

    private static string Give(IReadOnlyList<(long First, long Last)> gaps) =>
        $"Give {Shown(gaps.Select(static gap => $"--archived {new ArchivedRange(ArchivedRange.OfSegments, gap.First, gap.Last)}"))}";

    private static string InWords((long First, long Last) part) => part.First == part.Last ? Text($"{part.First}") : Text($"{part.First} to {part.Last}");

    private static string Shown(IEnumerable<string> parts)
    {
        var all = parts.ToList();
        return string.Join(", ", all.Take(MostNamed)) + (all.Count > MostNamed ? Text($" and {all.Count - MostNamed} more ranges") : "");
    }

    // Ranges that touch or overlap are one.
    private static List<(long First, long Last)> Joined(IEnumerable<(long First, long Last)> parts)
    {
        List<(long First, long Last)> joined = [];
        foreach (var (first, last) in parts.Order())
        {
            if (joined.Count > 0 && first <= joined[^1].Last + 1) joined[^1] = (joined[^1].First, Math.Max(joined[^1].Last, last));
            else joined.Add((first, last));
        }

        return joined;
    }

    // Segments that follow each other are one finding, with the option that accepts them.
    private void ReportMissing(List<(long? Number, string File, Named Expected)> missing)
    {
        for (var at = 0; at < missing.Count;)
        {
            var (first, file, expected) = missing[at];
            var last = at;
            while (first is not null && last + 1 < missing.Count && missing[last + 1].Number == missing[last].Number + 1) last++;
            var what = last > at ? $"the segments {file} to {missing[last].File} are" : $"the segment {file} is";
            var remedy = first is { } from
                ? $". If your archive has {(last > at ? "them" : "it")}, give --archived {new ArchivedRange(ArchivedRange.OfSegments, from, missing[last].Number!.Value)}" : "";
            findings.Add(expected.Place, AuditFindingKind.EarlierSegment, $"{what} not there: archived or deleted{remedy}{(HasUnread ? InArchive : "")}");
            at = last + 1;
        }
    }

    // An archived entry can have named the state. The auditor gave its bundle as archived, or its absence is a finding.
    private void ReportState(LogPosition place, string detail, string field)
    {
        if (HasUnread) unshown++;
        else findings.Add(place, AuditFindingKind.EarlierSegment, detail, field);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private void Compare(LogSegment segment, Named expected)
    {
        if (!segment.IsRegular) return; // reported when it was read
        using var file = File.OpenHandle(segment.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var length = RandomAccess.GetLength(file);
        var isSame = length == expected.Bytes && length <= LogSegment.MostBytes && $"sha256:{Digests.Of(file, expected.Bytes)}" == expected.Digest;
        if (isSame) Matching++;
        else findings.Add(new LogPosition(segment.Path, 0), AuditFindingKind.EarlierSegment, Why(file, expected) + (HasUnread ? InArchive : ""));
    }

    private static string Why(Microsoft.Win32.SafeHandles.SafeFileHandle file, Named expected)
    {
        var entry = $"entry {expected.Place.Index} of {expected.Place.Log}";
        return expected.IsRewritten && RandomAccess.GetLength(file) <= LogSegment.MostBytes && expected.States.Contains($"sha256:{Digests.Of(file, RandomAccess.GetLength(file))}")
            ? $"the segment is the one before the erasure that {entry} names: the erasure did not end, or the file was put back; erase the person again"
            : $"the segment is not the one that {entry} names";
    }

    private bool Remember(string file, LogPosition place, long bytes, string digest)
    {
        if (named.Count >= MostSegments || states >= MostStates)
        {
            notRemembered++;
            return false;
        }

        named.Add(file, new Named(place, bytes, digest));
        states++;
        return true;
    }

    private bool IsRemembered(Named before, string digest)
    {
        if (before.States.Contains(digest)) return true;
        if (states >= MostStates)
        {
            notRemembered++;
            return false;
        }

        states++;
        return true;
    }

    private sealed class Named(LogPosition place, long bytes, string digest)
    {
        public LogPosition Place { get; private set; } = place;

        public long Bytes { get; private set; } = bytes;

        public string Digest { get; private set; } = digest;

        /// <summary>The digests that entries gave the segment: one more with each erasure.</summary>
        public HashSet<string> States { get; } = new(StringComparer.Ordinal) { digest };

        public bool IsRewritten { get; set; }

        public bool IsExpired { get; set; }

        public void Rewrite(LogPosition place, long bytes, string digest)
        {
            (Place, Bytes, Digest, IsRewritten, IsExpired) = (place, bytes, digest, true, false);
            States.Add(digest);
        }
    }
}
