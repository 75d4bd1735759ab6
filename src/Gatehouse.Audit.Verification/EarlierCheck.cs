using System.Globalization;
using System.Text.Json;
using Gatehouse.Audit.Verification.Logs;

namespace Gatehouse.Audit.Verification;

/// <summary>
/// Segments of earlier builds, held to the digests in the first entries of the evidence logs, and in the entries of erasures that rewrote them.
/// </summary>
internal sealed class EarlierCheck(string directory, FindingCollector findings)
{
    private readonly Dictionary<string, Named> named = new(StringComparer.Ordinal);

    /// <summary>Segments that have the digest that an evidence log names.</summary>
    public int Matching { get; private set; }

    /// <summary>Takes an entry <c>log.earlier</c>.</summary>
    public void Take(LogPosition place, JsonElement entry)
    {
        if (EntryCheck.Text(entry, "file") is { } file && EntryCheck.Text(entry, "digest") is { } digest && EntryCheck.Count(entry, "bytes") is { } bytes)
        {
            if (!named.TryAdd(file, new Named(place, bytes, digest)) && named[file].Digest != digest)
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

        if (!named.TryGetValue(file, out var before) || !before.States.Contains(previous))
            findings.Add(place, AuditFindingKind.EarlierSegment, $"{file} was rewritten from a file that no earlier entry names", "previousDigest");
        named[file] = new Named(place, bytes, digest) { States = [.. before?.States ?? [], digest], IsRewritten = true };
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

        if (!named.TryGetValue(file, out var before) || !before.States.Contains(digest))
            findings.Add(place, AuditFindingKind.EarlierSegment, $"the file {file} that was deleted because its time was over is not the one that an earlier entry names", "digest");
        if (before is not null) named[file] = before with { IsExpired = true };
    }

    /// <summary>All logs were read.</summary>
    /// <returns>Facts.</returns>
    public IReadOnlyList<string> End(IReadOnlyList<LogSegment> segments)
    {
        var facts = new List<string>();
        var present = segments.Select(segment => Path.GetFileName(segment.Path)).ToHashSet(StringComparer.Ordinal);
        var (archived, expired) = (0, 0);
        foreach (var (file, expected) in named.OrderBy(one => one.Key, StringComparer.Ordinal))
        {
            if (present.Remove(file)) Compare(segments.First(segment => Path.GetFileName(segment.Path) == file), expected);
            else if (expected.IsExpired) expired++;
            else if (Matching == 0 && present.Count == segments.Count) archived++;
            else findings.Add(expected.Place, AuditFindingKind.EarlierSegment, $"the segment {file} is not there");
        }

        if (archived > 0) facts.Add(string.Create(CultureInfo.InvariantCulture, $"the first {archived} segments of earlier builds are not here; they may have been archived"));
        if (expired > 0) facts.Add(string.Create(CultureInfo.InvariantCulture, $"segments of earlier builds that the log says were deleted because their time was over: {expired}"));
        var rewritten = named.Values.Count(one => one.IsRewritten);
        if (rewritten > 0) facts.Add(string.Create(CultureInfo.InvariantCulture, $"segments of earlier builds that the log says were rewritten to erase persons: {rewritten}"));
        foreach (var file in present.Order(StringComparer.Ordinal))
            findings.Add(new LogPosition(Path.Join(directory, file), 0), AuditFindingKind.EarlierSegment, "no evidence log names this segment");
        return facts;
    }

    private void Compare(LogSegment segment, Named expected)
    {
        if (!segment.IsRegular) return; // reported when it was read
        using var file = File.OpenHandle(segment.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var length = RandomAccess.GetLength(file);
        var isSame = length == expected.Bytes && length <= LogSegment.MostBytes && $"sha256:{Digests.Of(file, expected.Bytes)}" == expected.Digest;
        if (isSame) Matching++;
        else findings.Add(new LogPosition(segment.Path, 0), AuditFindingKind.EarlierSegment, Why(file, expected));
    }

    private static string Why(Microsoft.Win32.SafeHandles.SafeFileHandle file, Named expected)
    {
        var entry = $"entry {expected.Place.Index} of {expected.Place.Log}";
        return expected.IsRewritten && RandomAccess.GetLength(file) <= LogSegment.MostBytes && expected.States.Contains($"sha256:{Digests.Of(file, RandomAccess.GetLength(file))}")
            ? $"the segment is the one before the erasure that {entry} names: the erasure did not end, or the file was put back; erase the person again"
            : $"the segment is not the one that {entry} names";
    }

    private sealed record Named(LogPosition Place, long Bytes, string Digest)
    {
        /// <summary>The digests that entries gave the segment.</summary>
        public IReadOnlyList<string> States { get; init; } = [Digest];

        public bool IsRewritten { get; init; }

        public bool IsExpired { get; init; }
    }
}
