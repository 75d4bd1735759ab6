using System.Numerics;
using Gatehouse.Protocol.Json;

namespace Gatehouse.Protocol;

/// <summary>
/// The ranges of those members that a message has. A message has few of those that validation records, and there is no room for the others.
/// </summary>
internal readonly struct PresentMembers
{
    // The bit of each present member. A range is at the index that is the number of lower bits.
    private readonly ulong present;
    private readonly ByteRange[] ranges;

    /// <summary>Takes the present members of an index.</summary>
    public PresentMembers(in EnvelopeIndex index)
    {
        for (var slot = 0; slot < EnvelopeIndex.Count; slot++)
        {
            if (!index[slot].IsAbsent) present |= 1UL << slot;
        }

        ranges = new ByteRange[BitOperations.PopCount(present)];
        var next = 0;
        for (var rest = present; rest != 0; rest &= rest - 1) ranges[next++] = index[BitOperations.TrailingZeroCount(rest)];
    }

    /// <summary>Returns the range of a value; absent where the message has no such member.</summary>
    public ByteRange this[EnvelopeMember slot]
    {
        get
        {
            var bit = 1UL << (int)slot;
            return (present & bit) == 0 ? default : ranges[BitOperations.PopCount(present & (bit - 1))];
        }
    }
}
