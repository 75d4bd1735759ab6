using System.Buffers;
using Gatehouse.Protocol.Json;
using Gatehouse.Protocol.Validation;

namespace Gatehouse.Protocol.Canonical;

/// <summary>The one form of a JSON value for digests and signatures (RFC 8785, JSON Canonicalization Scheme).</summary>
public static class CanonicalJson
{
    /// <summary>Validates one JSON value and writes its canonical form.</summary>
    /// <param name="utf8">The bytes of the value.</param>
    /// <param name="limits">The bounds of the validation; they bound the work here as well.</param>
    /// <param name="output">The destination. Nothing is written when the answer is false.</param>
    /// <param name="failure">The fault and its position when the answer is false.</param>
    /// <returns>True when the bytes are one unambiguous JSON value (I-JSON, as RFC 8785 section 3.1 demands).</returns>
    public static bool TryWrite(ReadOnlyMemory<byte> utf8, MessageLimits limits, IBufferWriter<byte> output, out ValidationFailure failure)
    {
        if (!JsonValidator.TryValidate(utf8.Span, limits, out failure))
            return false;
        var start = JsonWalk.SkipSpace(utf8.Span, 0);
        WriteValidated(utf8, new ByteRange(start, JsonWalk.EndOfValue(utf8.Span, start) - start), output);
        return true;
    }

    /// <summary>Writes the canonical form of a value within validated bytes. On bytes that were never validated the result means nothing.</summary>
    /// <param name="validated">The message or document.</param>
    /// <param name="value">The value's range.</param>
    /// <param name="output">The destination, written in pieces of at most a few kilobytes or the length of a string.</param>
    /// <param name="numbers">The form of numbers that a double cannot hold.</param>
    public static void WriteValidated(ReadOnlyMemory<byte> validated, ByteRange value, IBufferWriter<byte> output,
        CanonicalNumbers numbers = CanonicalNumbers.Rfc8785)
    {
        ArgumentNullException.ThrowIfNull(output);
        new CanonicalWriter(validated, output, numbers, []).Value(value);
    }

    /// <summary>Writes the canonical form of a value without some of the members within it.</summary>
    /// <param name="validated">The message or document.</param>
    /// <param name="value">The value's range.</param>
    /// <param name="output">The destination.</param>
    /// <param name="numbers">The form of numbers that a double cannot hold.</param>
    /// <param name="omitted">The ranges of the values of members that are left out, name and all; a few.</param>
    public static void WriteValidated(ReadOnlyMemory<byte> validated, ByteRange value, IBufferWriter<byte> output, CanonicalNumbers numbers,
        IReadOnlyList<ByteRange> omitted)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(omitted);
        new CanonicalWriter(validated, output, numbers, omitted).Value(value);
    }
}
