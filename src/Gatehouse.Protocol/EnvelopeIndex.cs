using System.Runtime.CompilerServices;
using Gatehouse.Protocol.Json;

namespace Gatehouse.Protocol;

/// <summary>One range a slot, held inside its owner so that recording allocates nothing.</summary>
[InlineArray(Count)]
internal struct EnvelopeIndex
{
    /// <summary>The number of slots.</summary>
    public const int Count = (int)EnvelopeMember.ErrorData + 1;

    private ByteRange first;
}
