using Gatehouse.Identity.Redirects;

namespace Gatehouse.Configuration.Rules;

/// <summary>
/// What an administrator reads about a redirect URI that the authorization server would not accept (MCP row C12). The judgement is that of the
/// authorization server itself, so that what passes here works there.
/// </summary>
internal static class RedirectUriRemedies
{
    /// <summary>Returns what is wrong with a redirect URI and the remedy; null when it is acceptable.</summary>
    public static (string Message, string Remedy)? Find(string text)
    {
        if (RedirectUri.TryParse(text, out _, out var fault)) return null;
        return fault == RedirectUriFault.Scheme && !text.Contains(':', StringComparison.Ordinal) ? Of(RedirectUriFault.Characters) : Of(fault);
    }

    private static (string Message, string Remedy) Of(RedirectUriFault fault) => fault switch
    {
        RedirectUriFault.Wildcard =>
            ("a redirect URI is compared character by character, so '*' has no special meaning", "write each redirect URI in full"),
        RedirectUriFault.Fragment => ("a redirect URI has no fragment (OAuth 2.1 section 2.3.1)", "remove '#' and the text after it"),
        RedirectUriFault.UserInfo => ("the redirect URI holds a user name, which hides the host from people", "remove the text before '@'"),
        RedirectUriFault.PlainHttp => ("off loopback, the code would travel without TLS",
            "write https://, or http:// with 127.0.0.1, [::1] or localhost for a program on the person's machine"),
        RedirectUriFault.Host => ("the host of this redirect URI is no host name, and no address in its usual form", "write https:// and a host"),
        RedirectUriFault.Port => ("the port of this redirect URI is no number from 1 to 65535", "write the port without leading zeros, or none"),
        RedirectUriFault.Scheme => ("with this scheme the code would not go to the client",
            "use https, http on loopback, or a private-use scheme with a dot and a slash such as com.example.app:/callback"),
        RedirectUriFault.Length => ($"a redirect URI has 1 to {RedirectUri.LongestText} characters", "write a shorter one"),
        _ => ("this is not an absolute URI", "write it in full, without spaces, e.g. https://app.example.com/callback"),
    };
}
