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
/// <para>The key is random and of this process, so that no sender can make two texts with one digest (CWE-328). A hash with a secret prefix allows
/// length extension, which HMAC prevents (RFC 2104). No digest leaves the process, so that attack does not apply, and HMAC costs three times as
/// much.</para>
/// <para>A judgement depends on the bytes, the place and the build, and never on the caller; entries of another snapshot are not used. Bounded: two
/// halves, of which the older one is dropped when the newer one is full. Safe for concurrent use.</para>
/// </remarks>
internal sealed class JudgedTexts
{
    /// <summary>Most entries of a half.</summary>
    public const int MostOfHalf = 4_096;

    /// <summary>
    /// Shorter values are judged again. They have no text that the learned model reads, so that a judgement takes 0.4 µs and a look-up 0.6 µs; for
    /// values of 230 bytes it is 6.5 µs and 0.7 µs.
    /// </summary>
    public const int Shortest = 40;

    private const int KeyBytes = 32;
    private const int HeadBytes = KeyBytes + 2 + sizeof(long); // the key, the place, whether the value is long, the generation of the snapshot
    private const int OnStack = 1024;

    private readonly byte[] key = RandomNumberGenerator.GetBytes(KeyBytes);
    private Half newer = new();
    private Half older = new();

    /// <summary>Returns the judgement of a value; its spans are those of this message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="texts">The value and its place.</param>
    /// <param name="snapshot">The generation of the snapshot in force.</param>
    public MessageJudgement Judge(ReadOnlySpan<byte> message, MessageTexts texts, long snapshot)
    {
        if (texts.Value.Length < Shortest) return MessageJudge.Judge(message, texts.Value, texts.Place);
        var digest = Digest(texts.Value.Of(message), texts.Place, snapshot);
        if (newer.Entries.TryGetValue(digest, out var known)) return Moved(known, texts.Value.Start);
        if (older.Entries.TryGetValue(digest, out known))
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
        var half = newer;
        // Between the two writes an entry may be missed, or a half lost: it is judged again.
        if (half.AddUntilFull(digest, judgement) && Interlocked.CompareExchange(ref newer, new Half(), half) == half) older = half;
    }

    /// <summary>Returns the digest of a value: SHA-256 over the key, place and snapshot, and the value, or for a long one its hash.</summary>
    internal UInt128 Digest(ReadOnlySpan<byte> bytes, MessagePlace place, long snapshot)
    {
        Span<byte> room = stackalloc byte[OnStack];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        var isLong = bytes.Length > OnStack - HeadBytes;
        key.CopyTo(room);
        (room[KeyBytes], room[KeyBytes + 1]) = ((byte)place, isLong ? (byte)1 : (byte)0);
        BinaryPrimitives.WriteInt64LittleEndian(room[(KeyBytes + 2)..], snapshot);
        // No copy of a long one: the budget of messages counts the message, and would not count the copy.
        if (isLong) SHA256.HashData(bytes, room[HeadBytes..]);
        else bytes.CopyTo(room[HeadBytes..]);
        SHA256.HashData(room[..(HeadBytes + (isLong ? SHA256.HashSizeInBytes : bytes.Length))], hash);
        room.Clear(); // neither the key nor a text remains on the stack
        return MemoryMarshal.Read<UInt128>(hash);
    }

    private static MessageJudgement Moved(MessageJudgement judgement, int by) =>
        judgement.Findings.Count == 0 ? judgement : MovedFindings(judgement, by);

    // By itself: its closure is made only where there are findings.
    private static MessageJudgement MovedFindings(MessageJudgement judgement, int by) => judgement with
    {
        UnreadValues = [.. judgement.UnreadValues.Select(value => new ByteRange(value.Start + by, value.Length))],
        Findings = [.. judgement.Findings.Select(finding => finding with { Span = new ByteRange(finding.Span.Start + by, finding.Span.Length) })],
    };

    private sealed class Half
    {
        private int count; // the dictionary counts its entries only under all its locks

        public ConcurrentDictionary<UInt128, MessageJudgement> Entries { get; } = new();

        /// <summary>Adds an entry. Returns true when the half is full.</summary>
        public bool AddUntilFull(UInt128 digest, MessageJudgement judgement) =>
            (Entries.TryAdd(digest, judgement) ? Interlocked.Increment(ref count) : Volatile.Read(ref count)) >= MostOfHalf;
    }
}
