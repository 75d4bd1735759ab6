namespace Gatehouse.Protocol;

/// <summary>The reason why a message could not be validated to be one unambiguous message.</summary>
public enum MessageFault
{
    /// <summary>There is no fault.</summary>
    None,

    /// <summary>No bytes, or white space only: nothing could be decided about.</summary>
    Empty,

    /// <summary>More bytes than <see cref="MessageLimits.MaxBytes"/>: a message is held whole, so size is memory.</summary>
    TooLarge,

    /// <summary>Begins with a byte order mark: some readers skip it, others refuse it (RFC 8259 section 8.1 forbids sending one).</summary>
    ByteOrderMark,

    /// <summary>Not valid UTF-8: readers replace, drop or keep the bad bytes, so two of them see two different names.</summary>
    NotUtf8,

    /// <summary>Not JSON by RFC 8259: lenient readers would still find a message in it.</summary>
    NotJson,

    /// <summary>Something follows the first value: a line- or stream-oriented reader would take it for a second message.</summary>
    TrailingContent,

    /// <summary>A JSON-RPC batch: several messages under one decision. No revision served here needs one.</summary>
    Batch,

    /// <summary>A JSON value that is not an object.</summary>
    NotAnObject,

    /// <summary>An object names a member twice after unescaping: some readers take the first, others the last.</summary>
    DuplicateName,

    /// <summary>
    /// A name equals a protocol member but for case, width, style, or characters that are not seen: readers that ignore those would take it for that
    /// member.
    /// </summary>
    CaseVariantName,

    /// <summary>An escape names half of a surrogate pair: readers replace it, refuse it or carry it on.</summary>
    LoneSurrogate,

    /// <summary>A number beyond the range of IEEE 754 doubles: infinity to one reader, a huge integer or an error to another.</summary>
    NumberNotFinite,

    /// <summary>A number with more characters than <see cref="MessageLimits.MaxNumberBytes"/>: reading it can take quadratic time.</summary>
    NumberTooLong,

    /// <summary>Nested deeper than <see cref="MessageLimits.MaxDepth"/>: recursive readers run out of stack.</summary>
    TooDeep,

    /// <summary>An object with more members than <see cref="MessageLimits.MaxMembers"/>.</summary>
    TooManyMembers,

    /// <summary>More values than <see cref="MessageLimits.MaxValues"/>: small text that becomes large memory in a typed reader.</summary>
    TooManyValues,

    /// <summary>A member name longer than <see cref="MessageLimits.MaxNameBytes"/>.</summary>
    NameTooLong,

    /// <summary>The member <c>jsonrpc</c> is not exactly <c>"2.0"</c>, or the members fit no kind of message, or more than one.</summary>
    NotJsonRpc,

    /// <summary>
    /// The id is not a string or an integer that every reader holds exactly (magnitude below 2^53), or is too long, or null on a request.
    /// </summary>
    InvalidId,

    /// <summary>The method is not a string, or is empty.</summary>
    InvalidMethod,

    /// <summary>The params are not an object (MCP has no positional parameters).</summary>
    InvalidParams,

    /// <summary>The result is not an object, or the error is not an object with an integer code and a text message.</summary>
    InvalidResponse,
}
