namespace Gatehouse.Protocol;

/// <summary>Short texts for faults. None contains any part of a message, so each may be shown to whoever sent it.</summary>
public static class ProofFaults
{
    /// <summary>What is wrong, in one clause without a full stop.</summary>
    public static string Describe(ProofFault fault) => fault switch
    {
        ProofFault.None => "no fault",
        ProofFault.Empty => "the message is empty",
        ProofFault.TooLarge => "the message is too large",
        ProofFault.ByteOrderMark => "the message begins with a byte order mark",
        ProofFault.NotUtf8 => "the message is not valid UTF-8",
        ProofFault.NotJson => "the message is not valid JSON",
        ProofFault.TrailingContent => "something follows the message",
        ProofFault.Batch => "batches are not accepted",
        ProofFault.NotAnObject => "the message is not a JSON object",
        ProofFault.DuplicateName => "an object has two members of the same name",
        ProofFault.CaseVariantName => "a member name differs from a protocol member only by case, width or characters that are not seen",
        ProofFault.LoneSurrogate => "an escape names half of a surrogate pair",
        ProofFault.NumberNotFinite => "a number is out of range",
        ProofFault.NumberTooLong => "a number has too many characters",
        ProofFault.TooDeep => "the message is nested too deeply",
        ProofFault.TooManyMembers => "an object has too many members",
        ProofFault.TooManyValues => "the message has too many values",
        ProofFault.NameTooLong => "a member name is too long",
        ProofFault.NotJsonRpc => "the message is not a JSON-RPC 2.0 message",
        ProofFault.InvalidId => "the id is not a string or a safe integer",
        ProofFault.InvalidMethod => "the method is not a non-empty string",
        ProofFault.InvalidParams => "the params are not an object",
        ProofFault.InvalidResponse => "the result or error is malformed",
        _ => throw new ArgumentOutOfRangeException(nameof(fault)),
    };

    /// <summary>The JSON-RPC code for a fault: -32700 where no JSON value could be read, -32600 where it is no valid message.</summary>
    /// <remarks>JSON-RPC 2.0 section 5.1. Params that are not an object make the request object itself invalid.</remarks>
    public static int JsonRpcCode(ProofFault fault) => fault switch
    {
        ProofFault.Empty or ProofFault.ByteOrderMark or ProofFault.NotUtf8 or ProofFault.NotJson or ProofFault.TrailingContent => -32700,
        _ => -32600,
    };
}
