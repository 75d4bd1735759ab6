using System.Buffers.Text;
using System.Text;
using System.Text.RegularExpressions;

namespace Gatehouse.Credentials;

/// <summary>The claims that a server of Entra demands in a challenge, in base64 (error <c>insufficient_claims</c>).</summary>
internal static partial class ClaimsChallenge
{
    private const int Longest = 4096;

    /// <summary>Returns the claims as JSON; null where a challenge demands no claims that can be read.</summary>
    /// <param name="challenge">The value of <c>WWW-Authenticate</c>, text of another party.</param>
    public static string? Of(string? challenge)
    {
        if (challenge is not { Length: <= Longest } || !challenge.Contains("insufficient_claims", StringComparison.Ordinal)
            || ClaimsForm().Match(challenge) is not { Success: true } match) return null;
        var text = match.Groups[1].Value.Replace('-', '+').Replace('_', '/').TrimEnd('=');
        var bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(text.Length + 3)];
        return Convert.TryFromBase64String(text + new string('=', (4 - (text.Length % 4)) % 4), bytes, out var length)
            ? Encoding.UTF8.GetString(bytes, 0, length) : null;
    }

    [GeneratedRegex("[ ,]claims=\"([A-Za-z0-9+/=_-]{1,3000})\"", RegexOptions.CultureInvariant)]
    private static partial Regex ClaimsForm();
}
