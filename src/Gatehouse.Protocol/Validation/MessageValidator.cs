using System.Diagnostics.CodeAnalysis;

namespace Gatehouse.Protocol.Validation;

/// <summary>A validator that bytes are one JSON-RPC message that every reader downstream will read as the same message.</summary>
/// <remarks>
/// A valid message is forwarded in these very bytes; an invalid one is refused, never repaired. Members of the message that JSON-RPC does not name
/// are allowed and travel along, unless their name is a case variant of one that it does.
/// </remarks>
public static class MessageValidator
{
    /// <summary>Validates one message.</summary>
    /// <param name="utf8">The bytes; they must not change afterwards, since the message refers to them.</param>
    /// <param name="limits">The bounds.</param>
    /// <param name="message">The validated message when the answer is true.</param>
    /// <param name="failure">The fault and its position when the answer is false.</param>
    /// <returns>True when the bytes are one unambiguous message.</returns>
    public static bool TryValidate(ReadOnlyMemory<byte> utf8, MessageLimits limits, [NotNullWhen(true)]
        out ValidatedMessage? message, out ValidationFailure failure)
    {
        ArgumentNullException.ThrowIfNull(limits);
        message = null;
        EnvelopeIndex slots = default;
        failure = JsonValidator.CheckBytes(utf8.Span, limits);
        if (failure.Fault == MessageFault.None)
            failure = CheckOutermost(utf8.Span);
        if (failure.Fault == MessageFault.None)
            failure = JsonValidator.Read(utf8.Span, limits, JsonContainer.Message, ref slots, out _);
        if (failure.Fault != MessageFault.None)
            return false;

        failure = Envelope.Judge(utf8.Span, in slots, limits, out var kind);
        if (failure.Fault != MessageFault.None)
            return false;
        message = new ValidatedMessage(utf8, kind, in slots);
        return true;
    }

    private static ValidationFailure CheckOutermost(ReadOnlySpan<byte> utf8)
    {
        var at = utf8.IndexOfAnyExcept(" \t\r\n"u8);
        return utf8[at] switch
        {
            (byte)'{' => default,
            (byte)'[' => new ValidationFailure(MessageFault.Batch, at),
            (byte)'"' or (byte)'-' or (>= (byte)'0' and <= (byte)'9') or (byte)'t' or (byte)'f' or (byte)'n' =>
                new ValidationFailure(MessageFault.NotAnObject, at),
            _ => new ValidationFailure(MessageFault.NotJson, at),
        };
    }
}
