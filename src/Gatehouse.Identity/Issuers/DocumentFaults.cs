using System.Globalization;

namespace Gatehouse.Identity.Issuers;

/// <summary>
/// The words of faults in the documents of an issuer. <c>doctor identity</c> and <c>status</c> have them in common, so that an operator can compare
/// both.
/// </summary>
internal static class DocumentFaults
{
    /// <summary>The largest number of characters of an address in a fault. Metadata can name an address of any length.</summary>
    public const int LongestAddress = 256;

    /// <summary>The metadata have no <c>jwks_uri</c> that the gateway fetches.</summary>
    public const string NoKeysAddress = "The metadata contain no https address of the keys";

    /// <summary>The metadata have another issuer for access tokens.</summary>
    public const string OtherTokenIssuer = "Access tokens have another issuer than the configuration names";

    /// <summary>
    /// Returns an address as a fault names it: escaped as in a request, and cut. Threat: an address of the metadata with encoded spaces, which
    /// <see cref="Uri.ToString"/> decodes, reads like a sentence of the gateway in the operator's log (CWE-117).
    /// </summary>
    /// <param name="address">The address.</param>
    public static string Address(Uri address)
    {
        var text = address.AbsoluteUri;
        return text.Length <= LongestAddress ? text
            : string.Create(CultureInfo.InvariantCulture, $"{text.AsSpan(0, LongestAddress)}... ({text.Length - LongestAddress} more characters)");
    }

    /// <summary>Returns an answer, or a fault in place of one, with its address.</summary>
    /// <param name="address">The address.</param>
    /// <param name="words">The observation.</param>
    public static string At(Uri address, string words) => $"{Address(address)}: {words}";

    /// <summary>Returns that the metadata do not name the configured issuer.</summary>
    /// <param name="named">The name in the metadata; null for none.</param>
    public static string OtherIssuer(string? named) => $"The metadata name {(named is null ? "no issuer" : "another issuer")}";

    /// <summary>Returns that a key set has no key.</summary>
    /// <param name="address">The address of the set.</param>
    public static string EmptyKeySet(Uri address) => $"The key set at {Address(address)} is empty";

    /// <summary>Returns that no key of a set can verify a token.</summary>
    /// <param name="keys">The number of keys of the set.</param>
    public static string NoUsableKey(int keys) => string.Create(CultureInfo.InvariantCulture, $"Keys that can verify a token: 0 of {keys}");
}
