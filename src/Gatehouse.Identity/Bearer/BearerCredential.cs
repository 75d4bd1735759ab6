using System.Buffers;
using Gatehouse.Identity.Tokens;

namespace Gatehouse.Identity.Bearer;

/// <summary>Reads the bearer credential of a request (RFC 6750 §2.1; RFC 9110 §11.6.2).</summary>
public static class BearerCredential
{
    /// <summary>The longest token that is looked at, in characters: 16 KiB.</summary>
    public const int MaxTokenLength = 16 * 1024;

    private const string Bearer = "Bearer";
    private const string DPoP = "DPoP";

    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/");

    /// <summary>Finds the one bearer token among the values of the <c>Authorization</c> header.</summary>
    /// <param name="authorizationHeaderValues">Every value of the header, in order. Empty when it is absent.</param>
    /// <param name="token">The token when the outcome is <see cref="BearerOutcome.Present"/>, else empty.</param>
    /// <returns>The outcome. Only <see cref="BearerOutcome.Present"/> gives a token.</returns>
    public static BearerOutcome TryParse(IReadOnlyList<string?> authorizationHeaderValues, out AccessTokenValue token)
    {
        ArgumentNullException.ThrowIfNull(authorizationHeaderValues);
        token = default;
        return authorizationHeaderValues.Count switch
        {
            0 => BearerOutcome.Missing,
            1 => TryParse(authorizationHeaderValues[0], out token),

            // Threat: two readers of one request choose different headers. A single-valued header that occurs twice is refused.
            _ => BearerOutcome.Malformed,
        };
    }

    /// <summary>Reads the only value of the <c>Authorization</c> header, where the scheme must be Bearer.</summary>
    /// <param name="authorizationHeaderValue">The value; null or empty when the header is absent.</param>
    /// <param name="token">The token when the outcome is <see cref="BearerOutcome.Present"/>, else empty.</param>
    /// <returns>The outcome. Only <see cref="BearerOutcome.Present"/> gives a token.</returns>
    public static BearerOutcome TryParse(string? authorizationHeaderValue, out AccessTokenValue token)
    {
        var outcome = TryParse(authorizationHeaderValue, out token, out var scheme);
        if (scheme == TokenScheme.Bearer)
            return outcome;
        token = default;
        return BearerOutcome.Malformed;
    }

    /// <summary>Reads the only value of the <c>Authorization</c> header, under either scheme.</summary>
    /// <param name="authorizationHeaderValue">The value; null or empty when the header is absent.</param>
    /// <param name="token">The token when the outcome is <see cref="BearerOutcome.Present"/>, else empty.</param>
    /// <param name="scheme">The scheme; Bearer where none was read.</param>
    /// <returns>The outcome. Only <see cref="BearerOutcome.Present"/> gives a token.</returns>
    public static BearerOutcome TryParse(string? authorizationHeaderValue, out AccessTokenValue token, out TokenScheme scheme)
    {
        token = default;
        scheme = TokenScheme.Bearer;
        if (string.IsNullOrEmpty(authorizationHeaderValue))
            return BearerOutcome.Missing;
        var start = TokenStart(authorizationHeaderValue, Bearer);
        if (start < 0 && (start = TokenStart(authorizationHeaderValue, DPoP)) > 0)
            scheme = TokenScheme.DPoP;
        if (start < 0)
            return BearerOutcome.Malformed;
        var text = authorizationHeaderValue.AsMemory(start);
        if (text.Length > MaxTokenLength)
            return BearerOutcome.TooLarge;
        if (!IsB64Token(text.Span))
            return BearerOutcome.Malformed;
        token = new AccessTokenValue(text);
        return BearerOutcome.Present;
    }

    /// <summary>Returns the refusal for an outcome other than <see cref="BearerOutcome.Present"/>.</summary>
    /// <param name="outcome">An outcome without a token.</param>
    /// <exception cref="ArgumentOutOfRangeException">The outcome is <see cref="BearerOutcome.Present"/>.</exception>
    public static TokenRefusal ToRefusal(BearerOutcome outcome) => outcome switch
    {
        BearerOutcome.Missing => TokenRefusal.Missing,
        BearerOutcome.Malformed => TokenRefusal.Malformed,
        BearerOutcome.TooLarge => TokenRefusal.TooLarge,
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "A present credential is not refused here."),
    };

    /// <summary>Returns the index at which the token begins after the scheme (compared without case, RFC 9110 §11.1) and its spaces, or -1.</summary>
    private static int TokenStart(string value, string scheme)
    {
        if (value.Length <= scheme.Length || value[scheme.Length] != ' ' || !value.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
            return -1;
        var afterSpaces = value.AsSpan(scheme.Length).IndexOfAnyExcept(' ');
        return afterSpaces < 0 ? -1 : scheme.Length + afterSpaces;
    }

    /// <summary>b64token = 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"=" (RFC 6750 §2.1).</summary>
    private static bool IsB64Token(ReadOnlySpan<char> text)
    {
        var body = text.TrimEnd('=');
        return !body.IsEmpty && !body.ContainsAnyExcept(TokenCharacters);
    }
}
