using System.Buffers.Text;
using System.Text;
using Gatehouse.Protocol.Json;

namespace Gatehouse.Protocol;

/// <summary>The id of a request (JSON-RPC 2.0 section 4; MCP allows strings and integers): its raw token, compared by value.</summary>
/// <remarks>
/// <c>"a"</c> equals <c>"\u0061"</c>; <c>1</c> does not equal <c>"1"</c>. Integers are those that every reader holds exactly,
/// magnitude at most 2^53 - 1 and no minus before zero, so equal values have equal tokens.
/// The token refers to the message it was read from; <see cref="Detach"/> copies it.
/// </remarks>
public readonly struct JsonRpcId : IEquatable<JsonRpcId>
{
    private const long MaxSafeInteger = (1L << 53) - 1;

    private readonly ReadOnlyMemory<byte> token;

    internal JsonRpcId(ReadOnlyMemory<byte> token) => this.token = token;

    /// <summary>True when there is no id.</summary>
    public bool IsAbsent => token.IsEmpty;

    /// <summary>True when the id is JSON null, as an error response may have.</summary>
    public bool IsNull => token.Span.SequenceEqual("null"u8);

    /// <summary>True when the id is a string.</summary>
    public bool IsString => !IsAbsent && token.Span[0] == '"';

    /// <summary>The raw JSON token, quotes included. Empty when absent.</summary>
    public ReadOnlyMemory<byte> Raw => token;

    /// <summary>Makes an integer id of our own.</summary>
    /// <param name="value">At most 2^53 - 1 in magnitude.</param>
    /// <exception cref="ArgumentOutOfRangeException">The value is not a safe integer.</exception>
    public static JsonRpcId Of(long value)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, MaxSafeInteger);
        ArgumentOutOfRangeException.ThrowIfLessThan(value, -MaxSafeInteger);
        var token = new byte[17];
        Utf8Formatter.TryFormat(value, token, out var written);
        return new JsonRpcId(token.AsMemory(0, written));
    }

    /// <summary>Makes a string id of our own.</summary>
    public static JsonRpcId Of(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new JsonRpcId(JsonText.Encode(value));
    }

    /// <summary>Reads a raw token (an id, a progress token, a request id in params) as an id.</summary>
    /// <param name="token">A token of a validated message.</param>
    /// <param name="limits">Bounds its length.</param>
    /// <param name="id">The id when the answer is true.</param>
    /// <returns>False when the token is not a string or a safe integer.</returns>
    public static bool TryParse(ReadOnlyMemory<byte> token, MessageLimits limits, out JsonRpcId id)
    {
        ArgumentNullException.ThrowIfNull(limits);
        var valid = IsValid(token.Span, limits);
        id = valid ? new JsonRpcId(token) : default;
        return valid;
    }

    /// <summary>Returns the same id on memory of its own, which does not keep the message alive.</summary>
    public JsonRpcId Detach() => new(token.ToArray());

    /// <inheritdoc/>
    public bool Equals(JsonRpcId other)
    {
        var left = token.Span;
        var right = other.token.Span;
        if (left.SequenceEqual(right))
            return true;
        return IsString && other.IsString && JsonEscapes.DecodeEqual(left[1..^1], right[1..^1]);
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is JsonRpcId other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        if (!IsString)
            return NameHash.Of(token.Span).GetHashCode();
        var hash = new HashCode();
        var content = new JsonStringBytes(token.Span[1..^1]);
        for (var b = content.Next(); b >= 0; b = content.Next())
            hash.Add((byte)b);
        return hash.ToHashCode();
    }

    /// <summary>Returns the raw token as text: content of the message, to be escaped before a person sees it.</summary>
    public override string ToString() => Encoding.UTF8.GetString(token.Span);

    /// <summary>Returns whether two ids are the same value.</summary>
    public static bool operator ==(JsonRpcId left, JsonRpcId right) => left.Equals(right);

    /// <summary>Returns whether two ids are different values.</summary>
    public static bool operator !=(JsonRpcId left, JsonRpcId right) => !left.Equals(right);

    /// <summary>Returns whether a token of validated JSON is a string or a safe integer of bounded length.</summary>
    internal static bool IsValid(ReadOnlySpan<byte> token, MessageLimits limits) =>
        token.Length > 0 && token.Length <= limits.MaxIdBytes && (token[0] == '"' || IsSafeInteger(token));

    /// <summary>Returns whether a token is an integer without fraction, exponent or minus zero, exact as an IEEE double.</summary>
    internal static bool IsSafeInteger(ReadOnlySpan<byte> token) =>
        Utf8Parser.TryParse(token, out long value, out var used) && used == token.Length
        && value is >= -MaxSafeInteger and <= MaxSafeInteger && !token.SequenceEqual("-0"u8);
}
