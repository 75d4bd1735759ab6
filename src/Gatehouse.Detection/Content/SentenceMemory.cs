using System.Numerics;
using System.Runtime.InteropServices;

namespace Gatehouse.Detection.Content;

/// <summary>
/// The sums of the sentences of a message that were read last. A text is read more than once where an encoding in it was decoded, where its strings
/// are joined, and where two blocks meet, and most of its sentences are the same each time. Reused; not safe for concurrent use.
/// </summary>
/// <remarks>
/// Sentences are compared by all of their characters, never only by a hash. It is emptied before each message, so that the time that a message takes
/// says nothing about the messages of others.
/// </remarks>
internal sealed class SentenceMemory
{
    // Characters that are kept: those of two blocks.
    private const int Room = 32_768;
    private const int Bits = 9;

    private readonly char[] text = new char[Room];
    private readonly Entry[] entries = new Entry[1 << Bits];

    // Characters written since the memory was made, with those that were left out at the end of the room.
    private long written = 1;
    private long first = 1;

    /// <summary>Forgets every sentence.</summary>
    public void Clear() => first = written;

    /// <summary>Returns the sum of a sentence, or room for it.</summary>
    /// <param name="sentence">The sentence.</param>
    /// <param name="isKnown">False where the sum is to be written by the caller.</param>
    public ref SentenceSum Find(ReadOnlySpan<char> sentence, out bool isKnown)
    {
        var hash = HashOf(sentence);
        ref var entry = ref entries[hash >> (64 - Bits)];
        isKnown = entry.Hash == hash && entry.Length == sentence.Length && entry.Start >= Math.Max(first, written - Room)
            && sentence.SequenceEqual(text.AsSpan((int)(entry.Start % Room), sentence.Length));
        if (!isKnown) Keep(sentence, hash, ref entry);
        return ref entry.Sum;
    }

    private void Keep(ReadOnlySpan<char> sentence, ulong hash, ref Entry entry)
    {
        entry = default;
        if (sentence.Length > Room) return;
        var at = (int)(written % Room);
        if (at + sentence.Length > Room)
        {
            written += Room - at;
            at = 0;
        }

        sentence.CopyTo(text.AsSpan(at));
        (entry.Hash, entry.Start, entry.Length) = (hash, written, sentence.Length);
        written += sentence.Length;
    }

    private static ulong HashOf(ReadOnlySpan<char> sentence)
    {
        const ulong factor = 0x9E3779B97F4A7C15;
        var hash = (ulong)sentence.Length;
        var whole = MemoryMarshal.Cast<char, ulong>(sentence);
        foreach (var four in whole) hash = BitOperations.RotateLeft((hash ^ four) * factor, 29);
        foreach (var letter in sentence[(4 * whole.Length)..]) hash = BitOperations.RotateLeft((hash ^ letter) * factor, 29);
        return hash * factor;
    }

    private struct Entry
    {
        public ulong Hash;
        public long Start;
        public int Length;
        public SentenceSum Sum;
    }
}
