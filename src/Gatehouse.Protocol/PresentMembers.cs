using System.Numerics;
using Gatehouse.Protocol.Json;

namespace Gatehouse.Protocol;

/// <summary>
/// The ranges of those members that a message has. A message has few of those that validation records, and there is no room for the others.
/// </summary>
internal readonly struct PresentMembers
{
    private const int Bits = 64;

    // The bit of each present member: the first 64 members, and the others. A range is at the index that is the number of bits of earlier members.
    private readonly ulong first;
    private readonly ulong others;
    private readonly ByteRange[] ranges;

    /// <summary>Takes the present members of an index.</summary>
    public PresentMembers(in EnvelopeIndex index)
    {
        for (var slot = 0; slot < EnvelopeIndex.Count; slot++)
        {
            if (index[slot].IsAbsent) continue;
            if (slot < Bits) first |= 1UL << slot;
            else others |= 1UL << (slot - Bits);
        }

        ranges = new ByteRange[BitOperations.PopCount(first) + BitOperations.PopCount(others)];
        var next = 0;
        for (var rest = first; rest != 0; rest &= rest - 1) ranges[next++] = index[BitOperations.TrailingZeroCount(rest)];
        for (var rest = others; rest != 0; rest &= rest - 1) ranges[next++] = index[Bits + BitOperations.TrailingZeroCount(rest)];
    }

    /// <summary>Returns the range of a value; absent where the message has no such member.</summary>
    public ByteRange this[EnvelopeMember slot]
    {
        get
        {
            var isFirst = (int)slot < Bits;
            var present = isFirst ? first : others;
            var bit = 1UL << ((int)slot % Bits);
            if ((present & bit) == 0) return default;
            var earlier = BitOperations.PopCount(present & (bit - 1));
            return ranges[isFirst ? earlier : BitOperations.PopCount(first) + earlier];
        }
    }
}
