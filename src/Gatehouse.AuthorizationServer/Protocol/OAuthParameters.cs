using System.Globalization;
using System.Text;

namespace Gatehouse.AuthorizationServer.Protocol;

/// <summary>
/// The parameters of a query or form, <c>application/x-www-form-urlencoded</c> in UTF-8, each at most once (RFC 6749 §3.1, §3.2). Values can be
/// secret, so nothing prints them.
/// </summary>
internal sealed class OAuthParameters
{
    /// <summary>The most parameters.</summary>
    public const int MostParameters = 64;

    /// <summary>Parameters that could not be read.</summary>
    public static readonly OAuthParameters Unreadable = new([], []);

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly Dictionary<string, string> values;

    private OAuthParameters(Dictionary<string, string> values, HashSet<string> repeated) => (this.values, Repeated) = (values, repeated);

    /// <summary>The names that occur more than once. They are texts of a stranger.</summary>
    public IReadOnlySet<string> Repeated { get; }

    /// <summary>Returns whether the parameters could be read, each has one value, and no value is longer than so many characters.</summary>
    public bool ArePlain(int longest) => this != Unreadable && Repeated.Count == 0 && values.Values.All(value => value.Length <= longest);

    /// <summary>Returns the value of a parameter; null when it is absent, empty, which is the same (RFC 6749 §3.1), or repeated.</summary>
    public string? this[string name] =>
        !Repeated.Contains(name) && values.TryGetValue(name, out var value) && value.Length > 0 ? value : null;

    /// <summary>Reads parameters.</summary>
    /// <param name="encoded">The query without its question mark, or the body.</param>
    /// <param name="parameters">The parameters; <see cref="Unreadable"/> with a fault.</param>
    /// <returns>The fault; null when the parameters could be read. Repeated ones are no fault yet.</returns>
    public static OAuthError? Read(ReadOnlySpan<byte> encoded, out OAuthParameters parameters)
    {
        parameters = Unreadable;
        var (values, repeated) = (new Dictionary<string, string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        var count = 0;
        foreach (var range in encoded.Split((byte)'&'))
        {
            if (encoded[range].IsEmpty)
                continue;
            if (count++ == MostParameters)
                return OAuthError.InvalidRequest($"There are more than {MostParameters} parameters.");
            if (!TryReadPair(encoded[range], out var name, out var value))
                return OAuthError.InvalidRequest("The parameters are not encoded as application/x-www-form-urlencoded in UTF-8.");
            if (!values.TryAdd(name, value))
                repeated.Add(name);
        }

        parameters = new OAuthParameters(values, repeated);
        return null;
    }

    /// <summary>Decodes one half of a pair, strictly.</summary>
    /// <returns>False for an incomplete escape, or bytes that are not UTF-8.</returns>
    public static bool TryDecode(ReadOnlySpan<byte> encoded, out string text)
    {
        text = "";
        var bytes = new byte[encoded.Length];
        var length = 0;
        for (var index = 0; index < encoded.Length; index++)
        {
            var next = encoded[index];
            if (next == (byte)'%' && !TryReadEscape(encoded[index..], out next))
                return false;
            index += encoded[index] == (byte)'%' ? 2 : 0;
            bytes[length++] = encoded[index] == (byte)'+' ? (byte)' ' : next;
        }

        return TryReadText(bytes.AsSpan(0, length), out text);
    }

    /// <summary>Nothing of it: values can be secret.</summary>
    public override string ToString() => "parameters of a client";

    private static bool TryReadPair(ReadOnlySpan<byte> pair, out string name, out string value)
    {
        value = "";
        var equals = pair.IndexOf((byte)'=');
        return TryDecode(equals < 0 ? pair : pair[..equals], out name) && (equals < 0 || TryDecode(pair[(equals + 1)..], out value));
    }

    private static bool TryReadEscape(ReadOnlySpan<byte> escape, out byte value)
    {
        value = 0;
        return escape.Length >= 3 && byte.TryParse(escape[1..3], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }

    private static bool TryReadText(ReadOnlySpan<byte> bytes, out string text)
    {
        text = "";
        try
        {
            text = Strict.GetString(bytes);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }
}
