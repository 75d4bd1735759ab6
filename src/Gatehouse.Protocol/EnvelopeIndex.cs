using System.Runtime.CompilerServices;
using Gatehouse.Protocol.Json;

namespace Gatehouse.Protocol;

/// <summary>Holds one range for each slot, on the stack of the validation. A message keeps those that are present (<see cref="PresentMembers"/>).</summary>
[InlineArray(Count)]
internal struct EnvelopeIndex
{
    /// <summary>The number of slots, at most 128: one bit each.</summary>
    public const int Count = (int)EnvelopeMember.Unnamed + 1;

    private ByteRange first;
}
