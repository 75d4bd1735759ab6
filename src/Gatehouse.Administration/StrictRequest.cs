using Gatehouse.Protocol;
using Gatehouse.Protocol.Validation;

namespace Gatehouse.Administration;

/// <summary>The first check of a request for an act, on the socket and over HTTP.</summary>
internal static class StrictRequest
{
    /// <summary>
    /// Returns whether the bytes are one JSON value that every reader understands alike (RFC 8259, RFC 7493 §2.1). Threat: half a surrogate pair or
    /// bytes that are no UTF-8 make the reading fail in the midst of an act, so that the attempt leaves no entry (ID-08).
    /// </summary>
    public static bool IsPlain(ReadOnlySpan<byte> utf8) => JsonValidator.TryValidate(utf8, MessageLimits.Default, out _);
}
