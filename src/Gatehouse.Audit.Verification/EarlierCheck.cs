using System.Globalization;
using System.Text.Json;
using Gatehouse.Audit.Verification.Logs;

namespace Gatehouse.Audit.Verification;

/// <summary>Segments of earlier builds, held to the digests in the first entries of the evidence logs.</summary>
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

    /// <summary>All logs were read.</summary>
    /// <returns>Facts.</returns>
    public IReadOnlyList<string> End(IReadOnlyList<LogSegment> segments)
    {
        var facts = new List<string>();
        var present = segments.Select(segment => Path.GetFileName(segment.Path)).ToHashSet(StringComparer.Ordinal);
        var archived = 0;
        foreach (var (file, expected) in named.OrderBy(one => one.Key, StringComparer.Ordinal))
        {
            if (present.Remove(file)) Compare(segments.First(segment => Path.GetFileName(segment.Path) == file), expected);
            else if (Matching == 0 && present.Count == segments.Count) archived++;
            else findings.Add(expected.Place, AuditFindingKind.EarlierSegment, $"the segment {file} is not there");
        }

        if (archived > 0) facts.Add(string.Create(CultureInfo.InvariantCulture, $"the first {archived} segments of earlier builds are not here; they may have been archived"));
        foreach (var file in present.Order(StringComparer.Ordinal))
            findings.Add(new LogPosition(Path.Join(directory, file), 0), AuditFindingKind.EarlierSegment, "no evidence log names this segment");
        return facts;
    }

    private void Compare(LogSegment segment, Named expected)
    {
        if (!segment.IsRegular) return; // reported when it was read
        using var file = File.OpenHandle(segment.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var isSame = RandomAccess.GetLength(file) == expected.Bytes && $"sha256:{Digests.Of(file, expected.Bytes)}" == expected.Digest;
        if (isSame) Matching++;
        else findings.Add(new LogPosition(segment.Path, 0), AuditFindingKind.EarlierSegment, $"the segment is not the one that entry {expected.Place.Index} of {expected.Place.Log} names");
    }

    private sealed record Named(LogPosition Place, long Bytes, string Digest);
}
