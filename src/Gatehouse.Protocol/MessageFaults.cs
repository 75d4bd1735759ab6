namespace Gatehouse.Protocol;

/// <summary>Short texts for faults. None contains any part of a message, so each may be shown to the sender.</summary>
public static class MessageFaults
{
    /// <summary>Describes the fault in one clause without a full stop.</summary>
    public static string Describe(MessageFault fault) => fault switch
    {
        MessageFault.None => "no fault",
        MessageFault.Empty => "the message is empty",
        MessageFault.TooLarge => "the message is too large",
        MessageFault.ByteOrderMark => "the message begins with a byte order mark",
        MessageFault.NotUtf8 => "the message is not valid UTF-8",
        MessageFault.NotJson => "the message is not valid JSON",
        MessageFault.TrailingContent => "something follows the message",
        MessageFault.Batch => "batches are not accepted",
        MessageFault.NotAnObject => "the message is not a JSON object",
        MessageFault.DuplicateName => "an object has two members of the same name",
        MessageFault.CaseVariantName => "a member name differs from a protocol member only by case, width or characters that are not seen",
        MessageFault.LoneSurrogate => "an escape names half of a surrogate pair",
        MessageFault.NumberNotFinite => "a number is out of range",
        MessageFault.NumberTooLong => "a number has too many characters",
        MessageFault.TooDeep => "the message is nested too deeply",
        MessageFault.TooManyMembers => "an object has too many members",
        MessageFault.TooManyValues => "the message has too many values",
        MessageFault.NameTooLong => "a member name is too long",
        MessageFault.NotJsonRpc => "the message is not a JSON-RPC 2.0 message",
        MessageFault.InvalidId => "the id is not a string or a safe integer",
        MessageFault.InvalidMethod => "the method is not a non-empty string",
        MessageFault.InvalidParams => "the params are not an object",
        MessageFault.InvalidResponse => "the result or error is malformed",
        _ => throw new ArgumentOutOfRangeException(nameof(fault)),
    };

    /// <summary>Returns the JSON-RPC code for a fault: -32700 where no JSON value could be read, -32600 where it is no valid message.</summary>
    /// <remarks>JSON-RPC 2.0 section 5.1. Params that are not an object make the request object itself invalid.</remarks>
    public static int JsonRpcCode(MessageFault fault) => fault switch
    {
        MessageFault.Empty or MessageFault.ByteOrderMark or MessageFault.NotUtf8 or MessageFault.NotJson or MessageFault.TrailingContent => -32700,
        _ => -32600,
    };
}
