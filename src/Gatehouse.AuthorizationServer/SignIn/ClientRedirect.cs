using System.Text;

namespace Gatehouse.AuthorizationServer.SignIn;

/// <summary>Addresses that take an answer back to a client (RFC 6749 §4.1.2, RFC 9207).</summary>
internal static class ClientRedirect
{
    /// <summary>Returns the redirect URI with the parameters of the answer. A query that it has stays (RFC 6749 §3.1.2).</summary>
    /// <param name="redirectUri">A registered redirect URI, without fragment.</param>
    /// <param name="parameters">The parameters; those without a value are left out.</param>
    public static string With(string redirectUri, params ReadOnlySpan<(string Name, string? Value)> parameters)
    {
        var address = new StringBuilder(redirectUri);
        var separator = redirectUri.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        foreach (var (name, value) in parameters)
        {
            if (value is null) continue;
            address.Append(separator).Append(name).Append('=').Append(Uri.EscapeDataString(value));
            separator = '&';
        }

        return address.ToString();
    }

    /// <summary>Returns the address that takes an error back.</summary>
    /// <param name="error">The error.</param>
    /// <param name="issuer">This server; a client of several servers knows by it which one answered (MCP row C18).</param>
    public static string With(ClientError error, string issuer) => With(error.RedirectUri,
        ("error", error.Code), ("error_description", error.Description), ("state", error.State), ("iss", issuer));
}
