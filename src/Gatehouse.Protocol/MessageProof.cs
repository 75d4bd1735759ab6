using System.Diagnostics.CodeAnalysis;

namespace Gatehouse.Protocol;

/// <summary>Shows that bytes are one JSON-RPC message that every reader downstream will read as the same message.</summary>
/// <remarks>
/// What passes is forwarded in these very bytes; what does not is refused, never repaired. Members of the message that JSON-RPC
/// does not name are allowed and travel along, unless their name is a case variant of one that it does.
/// </remarks>
public static class MessageProof
{
    /// <summary>Proves one message.</summary>
    /// <param name="utf8">The bytes; they must not change afterwards, since the message refers to them.</param>
    /// <param name="limits">The bounds.</param>
    /// <param name="message">The proven message when the answer is true.</param>
    /// <param name="failure">The fault and its position when the answer is false.</param>
    /// <returns>True when the bytes are one unambiguous message.</returns>
    public static bool TryProve(ReadOnlyMemory<byte> utf8, ProofLimits limits, [NotNullWhen(true)] out ProvenMessage? message, out ProofFailure failure)
    {
        ArgumentNullException.ThrowIfNull(limits);
        message = null;
        SlotTable slots = default;
        failure = JsonProof.CheckBytes(utf8.Span, limits);
        if (failure.Fault == ProofFault.None)
            failure = CheckOutermost(utf8.Span);
        if (failure.Fault == ProofFault.None)
            failure = JsonProof.Read(utf8.Span, limits, Place.Message, ref slots, out _);
        if (failure.Fault != ProofFault.None)
            return false;

        failure = Envelope.Judge(utf8.Span, in slots, limits, out MessageKind kind);
        if (failure.Fault != ProofFault.None)
            return false;
        message = new ProvenMessage(utf8, kind, in slots);
        return true;
    }

    private static ProofFailure CheckOutermost(ReadOnlySpan<byte> utf8)
    {
        int at = utf8.IndexOfAnyExcept(" \t\r\n"u8);
        return utf8[at] switch
        {
            (byte)'{' => default,
            (byte)'[' => new ProofFailure(ProofFault.Batch, at),
            (byte)'"' or (byte)'-' or (>= (byte)'0' and <= (byte)'9') or (byte)'t' or (byte)'f' or (byte)'n' => new ProofFailure(ProofFault.NotAnObject, at),
            _ => new ProofFailure(ProofFault.NotJson, at),
        };
    }
}
