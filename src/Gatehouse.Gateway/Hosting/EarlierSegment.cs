using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Gatehouse.Audit;
using Gatehouse.Audit.Log;
using Gatehouse.Audit.Privacy;
using Gatehouse.Audit.Verification.Logs;

namespace Gatehouse.Gateway.Hosting;

/// <summary>
/// A segment of an earlier build, which has facts about persons in clear. It is rewritten for an erasure: first beside the file, then in its place in
/// one step. A line that is no whole entry is left out of a rewritten segment, because it may say something about the person.
/// </summary>
/// <param name="folder">The folder of the log.</param>
/// <param name="file">The name of the segment.</param>
internal sealed class EarlierSegment(ILogFolder folder, string file)
{
    private const string Unfinished = ".unfinished"; // LogFolder passes over files of this name

    private const int DigestBlock = 256 << 10;
    private const int PseudonymBytes = 16;

    private readonly Dictionary<int, string> pseudonyms = []; // one for each month, as the keys of persons have

    /// <summary>Writes the segment without a person beside the file, on stable storage.</summary>
    /// <param name="person">The person.</param>
    /// <param name="withoutIssuer">True where what names the subject without an issuer is about the person too.</param>
    /// <returns>Null where it has nothing about the person. The file is unchanged in each case.</returns>
    /// <exception cref="IOException">The segment cannot be read, or there is no room for a second one.</exception>
    public RewrittenSegment? Prepare(SubjectOwner person, bool withoutIssuer)
    {
        folder.Delete(file + Unfinished); // of a process that ended within this
        using var source = folder.Open(file) ?? throw new IOException($"{file} was taken away");
        if (!Lines(source).Any(line => Of(line, person, withoutIssuer) is not { IsSame: true })) return null;
        try
        {
            return Write(source, person, withoutIssuer);
        }
        catch
        {
            folder.Delete(file + Unfinished);
            throw;
        }
    }

    /// <summary>Puts the prepared segment in the place of the old one. It is on stable storage when this returns.</summary>
    /// <exception cref="IOException">It cannot be put there. The old one may still be in its place.</exception>
    public void Replace()
    {
        folder.Move(file + Unfinished, file);
        folder.SyncNames("");
    }

    /// <summary>Deletes what was prepared.</summary>
    public void Discard() => folder.Delete(file + Unfinished);

    private RewrittenSegment Write(ILogFile source, SubjectOwner person, bool withoutIssuer)
    {
        using var target = folder.Create(file + Unfinished);
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var (length, entries, unread) = (0L, 0, 0);
        foreach (var line in Lines(source))
        {
            var kept = Of(line, person, withoutIssuer);
            if (kept.Bytes is not { } bytes)
            {
                unread++;
                continue;
            }

            if (!kept.IsSame) entries++;
            byte[] whole = [.. bytes.Span, (byte)'\n'];
            target.Write(length, whole);
            digest.AppendData(whole);
            length += whole.Length;
        }

        target.Truncate(length);
        target.Sync();
        return new RewrittenSegment(length, Text(digest), source.Length, DigestOf(source), entries, unread);
    }

    private (ReadOnlyMemory<byte>? Bytes, bool IsSame) Of(SegmentLine line, SubjectOwner person, bool withoutIssuer)
    {
        if (line.IsWhole && Parse(line.Bytes) is { } parsed)
        {
            using (parsed)
            {
                return ClearEntry.Erase(parsed.RootElement, person, withoutIssuer, PseudonymOf) is { } changed
                    ? (changed, false) : (line.Bytes, true);
            }
        }

        // It would make each erasure rewrite each segment that a process left torn: only one that may name the person does.
        return (null, line.Bytes.Length > 0 && !Forms(person.Subject).Any(form => line.Bytes.Span.IndexOf(form) >= 0));
    }

    private string PseudonymOf(int month) =>
        pseudonyms.TryGetValue(month, out var one)
            ? one : pseudonyms[month] = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(PseudonymBytes));

    private static IEnumerable<byte[]> Forms(string subject)
    {
        yield return Encoding.UTF8.GetBytes(subject);
        yield return Encoding.UTF8.GetBytes(JavaScriptEncoder.Default.Encode(subject));
    }

    private static JsonDocument? Parse(ReadOnlyMemory<byte> line)
    {
        try
        {
            var document = JsonDocument.Parse(line);
            if (document.RootElement.ValueKind == JsonValueKind.Object) return document;
            document.Dispose();
        }
        catch (JsonException)
        {
            // no entry
        }

        return null;
    }

    // Room that was never written is zeros. No reader reads behind them, so what is there is not whole either. A line that is too long has no bytes.
    private static IEnumerable<SegmentLine> Lines(ILogFile source)
    {
        var isBehindZeros = false;
        foreach (var piece in SegmentPieces.Read((offset, buffer) => source.Read(offset, buffer.Span)))
        {
            isBehindZeros |= piece.End == PieceEnd.Zero;
            if (piece.IsTooLong || piece.Bytes.Length > 0)
                yield return new SegmentLine(piece.Bytes, !piece.IsTooLong && !isBehindZeros && piece.End == PieceEnd.LineFeed);
        }
    }

    private static string DigestOf(ILogFile source)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var block = new byte[DigestBlock];
        for (long at = 0; source.Read(at, block) is > 0 and var read; at += read) digest.AppendData(block, 0, read);
        return Text(digest);
    }

    private static string Text(IncrementalHash digest) => $"sha256:{Convert.ToHexStringLower(digest.GetHashAndReset())}";

    private readonly record struct SegmentLine(ReadOnlyMemory<byte> Bytes, bool IsWhole);
}

/// <summary>A segment of an earlier build as it was and as it is after an erasure.</summary>
/// <param name="Bytes">The bytes of the new file.</param>
/// <param name="Digest">Its digest.</param>
/// <param name="PreviousBytes">The bytes of the old file.</param>
/// <param name="PreviousDigest">Its digest.</param>
/// <param name="Entries">Entries that were changed.</param>
/// <param name="Unread">Lines that were no whole entry and were left out.</param>
internal sealed record RewrittenSegment(long Bytes, string Digest, long PreviousBytes, string PreviousDigest, int Entries, int Unread);
