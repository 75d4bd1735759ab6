using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Gatehouse.Detection.Messages;
using Gatehouse.Protocol.Json;

namespace Gatehouse.Pipeline.Inspection.Texts;

/// <summary>
/// The judgements of the texts that were seen last, by a keyed digest of their bytes: a text that comes again costs a look-up. It holds no text.
/// </summary>
/// <remarks>
/// The key is random and of this process, so that no sender can make two texts with one digest (CWE-328). A judgement depends on the bytes, the place
/// and the build, and never on the caller; entries of another snapshot are not used. Bounded: two halves, of which the older one is dropped when the
/// newer one is full. Safe for concurrent use.
/// </remarks>
internal sealed class JudgedTexts
{
    /// <summary>Most entries of a half.</summary>
    public const int MostOfHalf = 4_096;

    /// <summary>Shorter values are judged again: that costs as little as the look-up.</summary>
    public const int Shortest = 256;

    private readonly byte[] key = RandomNumberGenerator.GetBytes(32);
    private ConcurrentDictionary<UInt128, MessageJudgement> newer = new();
    private ConcurrentDictionary<UInt128, MessageJudgement> older = new();

    /// <summary>Returns the judgement of a value; its spans are those of this message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="texts">The value and its place.</param>
    /// <param name="snapshot">The generation of the snapshot in force.</param>
    public MessageJudgement Judge(ReadOnlySpan<byte> message, MessageTexts texts, long snapshot)
    {
        if (texts.Value.Length < Shortest) return MessageJudge.Judge(message, texts.Value, texts.Place);
        var digest = Digest(texts.Value.Of(message), texts.Place, snapshot);
        if (newer.TryGetValue(digest, out var known)) return Moved(known, texts.Value.Start);
        if (older.TryGetValue(digest, out known))
        {
            Add(digest, known);
            return Moved(known, texts.Value.Start);
        }

        var judged = MessageJudge.Judge(message, texts.Value, texts.Place);
        Add(digest, Moved(judged, -texts.Value.Start));
        return judged;
    }

    private void Add(UInt128 digest, MessageJudgement judgement)
    {
        if (newer.Count >= MostOfHalf) (older, newer) = (newer, new());
        newer[digest] = judgement;
    }

    private UInt128 Digest(ReadOnlySpan<byte> bytes, MessagePlace place, long snapshot)
    {
        Span<byte> hash = stackalloc byte[32];
        HMACSHA256.HashData(key, bytes, hash);
        hash[0] ^= (byte)place;
        BinaryPrimitives.WriteInt64LittleEndian(hash[8..], BinaryPrimitives.ReadInt64LittleEndian(hash[8..]) ^ snapshot);
        return MemoryMarshal.Read<UInt128>(hash);
    }

    private static MessageJudgement Moved(MessageJudgement judgement, int by) => judgement.Findings.Count == 0 ? judgement : judgement with
    {
        Findings = [.. judgement.Findings.Select(finding => finding with { Span = new ByteRange(finding.Span.Start + by, finding.Span.Length) })],
    };
}
