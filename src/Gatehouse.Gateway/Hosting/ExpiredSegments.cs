using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Gatehouse.Audit;
using Gatehouse.Audit.Log;
using Gatehouse.Audit.Search;
using Gatehouse.Audit.Verification;
using Gatehouse.Text;

namespace Gatehouse.Gateway.Hosting;

/// <summary>
/// Segments of earlier builds whose time is over (DP-03). They have facts about persons in clear, which no destroyed key hides, so the whole file is
/// deleted. The entry before it names the file with its digest: an auditor can tell a deletion by retention from a missing file.
/// </summary>
/// <param name="erasure">The erasure of persons, which rewrites segments: both take turns.</param>
/// <param name="index">The index of the log, which has the entries of the segments in clear.</param>
/// <param name="journal">The journal of acts.</param>
/// <param name="folder">The folder of the logs.</param>
/// <param name="logs">Its path.</param>
internal sealed class ExpiredSegments(PersonErasure erasure, AuditIndex index, ControlJournal journal, ILogFolder folder, string logs)
{
    private const string Act = "audit.segment.expired";

    // The newest entry of each segment, so that a segment is not read each hour. An erasure changes the length.
    private readonly Dictionary<(string File, long Length), DateTimeOffset?> newest = [];
    // Two segments may have equal bytes. A folder that cannot be written stays so for days.
    private readonly HashSet<(string File, string Digest)> announced = [];

    /// <summary>True where there is a segment.</summary>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    public bool HasAny => AuditLogCursor.Segments(logs).Count > 0;

    /// <summary>Deletes the oldest segments, up to the first with an entry that is not older than a time.</summary>
    /// <param name="before">The time.</param>
    /// <exception cref="IOException">A segment cannot be read or deleted. The next call tries again.</exception>
    /// <exception cref="UnauthorizedAccessException">A segment may not be read or deleted.</exception>
    public Task DeleteAsync(DateTimeOffset before) => erasure.InTurnAsync(async () =>
    {
        var expired = await Task.Run(() => Expired(before)).ConfigureAwait(false);
        if (expired.Count == 0) return;
        // Before, so that a process that ends within this leaves no index of files that are gone. After, because a question may have made it again.
        await index.DeleteAsync().ConfigureAwait(false);
        try
        {
            foreach (var file in expired)
            {
                if (!await AnnounceAsync(file, before).ConfigureAwait(false)) return;
                folder.Delete(file);
                folder.SyncNames("");
            }
        }
        finally
        {
            await index.DeleteAsync().ConfigureAwait(false);
        }
    });

    // Segments follow one another in time. One in the middle would be missed by the verifier, and one without a readable entry goes with a later one.
    private List<string> Expired(DateTimeOffset before)
    {
        var files = AuditLogCursor.Segments(logs);
        var count = 0;
        for (var at = 0; at < files.Count; at++)
        {
            if (!AuditLogCursor.IsRegular(logs, files[at])) break;
            var time = NewestOf(files[at]);
            if (time >= before) break;
            if (time is not null) count = at + 1;
        }

        return [.. files.Take(count)];
    }

    private DateTimeOffset? NewestOf(string file)
    {
        var key = (file, new FileInfo(Path.Combine(logs, file)).Length);
        if (!newest.TryGetValue(key, out var known)) newest[key] = known = Read(file);
        return known;
    }

    // An entry of a version that is not read may be of any time: the segment stays.
    private DateTimeOffset? Read(string file)
    {
        DateTimeOffset? last = null;
        try
        {
            foreach (var record in AuditLogCursor.ReadFrom(logs, new AuditLogPosition(file, 0)))
            {
                if (record.Position.Segment != file) break;
                using var entry = JsonDocument.Parse(record.Json);
                if (entry.RootElement.TryGetProperty("at", out var at) && at.ValueKind == JsonValueKind.String
                    && at.TryGetDateTimeOffset(out var time) && !(time <= last)) last = time;
            }
        }
        catch (AuditVersionException)
        {
            return DateTimeOffset.MaxValue;
        }

        return last;
    }

    private async Task<bool> AnnounceAsync(string file, DateTimeOffset before)
    {
        var (bytes, digest) = await Task.Run(() => DigestOf(file)).ConfigureAwait(false);
        if (announced.Contains((file, digest))) return true;
        if (!await journal.NoteDurableAsync(Act, ("file", file), ("bytes", bytes.ToString(CultureInfo.InvariantCulture)), ("digest", digest),
            ("until", Moments.Rfc3339(before))).ConfigureAwait(false)) return false;
        announced.Add((file, digest));
        return true;
    }

    private (long Bytes, string Digest) DigestOf(string file)
    {
        using var opened = folder.Open(file) ?? throw new IOException($"{file} was taken away");
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var block = new byte[1 << 16];
        var bytes = 0L;
        for (int read; (read = opened.Read(bytes, block)) > 0; bytes += read) digest.AppendData(block, 0, read);
        return (bytes, $"sha256:{Convert.ToHexStringLower(digest.GetHashAndReset())}");
    }
}
