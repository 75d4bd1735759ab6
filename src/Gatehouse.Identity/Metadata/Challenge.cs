using System.Text;
using Gatehouse.Identity.Tokens;

namespace Gatehouse.Identity.Metadata;

/// <summary>Builds the value of <c>WWW-Authenticate</c> (RFC 6750 §3; RFC 9728 §5.1). Equal needs give equal bytes.</summary>
public static class Challenge
{
    /// <summary>The one text for every bad token: a stranger learns nothing of the cause (MCP row A21).</summary>
    public const string InvalidTokenDescription = "The access token is not valid for this resource.";

    /// <summary>Returns the challenge for a request without a token, status 401: no error code (RFC 6750 §3.1).</summary>
    /// <param name="resourceMetadataUrl">The URL of the resource's metadata document.</param>
    /// <param name="scopes">The scopes that this request needs (MCP row A05); null or empty names none.</param>
    public static string ForMissingToken(string resourceMetadataUrl, IEnumerable<string>? scopes = null) =>
        Build(null, null, scopes, resourceMetadataUrl);

    /// <summary>Returns the challenge for a bad token of any kind, status 401: the same bytes for every cause.</summary>
    /// <param name="resourceMetadataUrl">The URL of the resource's metadata document.</param>
    /// <param name="scopes">The scopes that this request needs (MCP row A05); null or empty names none.</param>
    public static string ForInvalidToken(string resourceMetadataUrl, IEnumerable<string>? scopes = null) =>
        Build("invalid_token", InvalidTokenDescription, scopes, resourceMetadataUrl);

    /// <summary>Returns the challenge for a malformed request, such as two tokens, status 400 (RFC 6750 §3.1).</summary>
    /// <param name="resourceMetadataUrl">The URL of the resource's metadata document.</param>
    public static string ForInvalidRequest(string resourceMetadataUrl) => Build("invalid_request", null, null, resourceMetadataUrl);

    /// <summary>Returns the challenge for a good token whose scopes do not suffice, status 403 (MCP rows A14 to A16).</summary>
    /// <param name="resourceMetadataUrl">The URL of the resource's metadata document.</param>
    /// <param name="requiredScopes">Every scope that the operation needs, in any order.</param>
    /// <param name="missingScopes">Those of them that the token lacks; they are named in the description. Null names none.</param>
    /// <param name="isBoundToKey">True for a token bound to a key, whose challenge is of scheme DPoP (RFC 9449 §7.1).</param>
    public static string ForInsufficientScope(
        string resourceMetadataUrl, IEnumerable<string> requiredScopes, IEnumerable<string>? missingScopes = null, bool isBoundToKey = false)
    {
        var description = JoinedScopes(missingScopes) is { } missing ? "The token lacks: " + missing : null;
        return isBoundToKey
            ? Build("insufficient_scope", description, requiredScopes, resourceMetadataUrl, "DPoP ", DPoPChallenge.Algorithms)
            : Build("insufficient_scope", description, requiredScopes, resourceMetadataUrl);
    }

    /// <summary>Returns the challenge for a person who must authenticate more strongly or more recently, status 401 (RFC 9470 §3).</summary>
    /// <param name="resourceMetadataUrl">The URL of the resource's metadata document.</param>
    /// <param name="acrValues">The contexts of which one is needed, separated by spaces; null for any.</param>
    /// <param name="maxAge">The longest time in seconds since the authentication; null for any.</param>
    public static string ForInsufficientAuthentication(string resourceMetadataUrl, string? acrValues, int? maxAge)
    {
        ArgumentException.ThrowIfNullOrEmpty(resourceMetadataUrl);
        var value = new StringBuilder("Bearer ");
        Append(value, "error", "insufficient_user_authentication");
        Append(value, "error_description", "A stronger or more recent authentication is required.");
        Append(value, "acr_values", acrValues);
        Append(value, "max_age", maxAge?.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Append(value, "resource_metadata", resourceMetadataUrl);
        return value.ToString(0, value.Length - ", ".Length);
    }

    /// <summary>Returns the challenge that answers a refusal with status 401.</summary>
    /// <param name="refusal">The reason for the refusal. Only a missing token is distinguished from a bad one.</param>
    /// <param name="resourceMetadataUrl">The URL of the resource's metadata document.</param>
    /// <param name="scopes">The scopes that this request needs; null or empty names none.</param>
    public static string For(TokenRefusal refusal, string resourceMetadataUrl, IEnumerable<string>? scopes = null) =>
        refusal == TokenRefusal.Missing ? ForMissingToken(resourceMetadataUrl, scopes) : ForInvalidToken(resourceMetadataUrl, scopes);

    /// <summary>Returns the challenge for a request whose sender must prove a key, status 401 (RFC 9449 §7.1, §9).</summary>
    /// <param name="error">The error code, or null for a request without a token.</param>
    /// <param name="resourceMetadataUrl">The URL of the resource's metadata document.</param>
    /// <param name="scopes">The scopes that this request needs; null or empty names none.</param>
    public static string ForDPoP(string? error, string resourceMetadataUrl, IEnumerable<string>? scopes = null) =>
        Build(error, null, scopes, resourceMetadataUrl, "DPoP ", DPoPChallenge.Algorithms);

    private static string Build(
        string? error, string? description, IEnumerable<string>? scopes, string resourceMetadataUrl, string scheme = "Bearer ",
        string? algorithms = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(resourceMetadataUrl);
        var value = new StringBuilder(scheme);
        Append(value, "algs", algorithms);
        Append(value, "error", error);
        Append(value, "error_description", description);
        Append(value, "scope", JoinedScopes(scopes));
        Append(value, "resource_metadata", resourceMetadataUrl);
        return value.ToString(0, value.Length - ", ".Length);
    }

    private static string? JoinedScopes(IEnumerable<string>? scopes)
    {
        var canonical = ScopeSet.Canonical(scopes ?? []);
        return canonical.Count == 0 ? null : string.Join(' ', canonical);
    }

    /// <summary>Appends a parameter as a quoted-string with its escapes (RFC 9110 §5.6.4), and the separator.</summary>
    private static void Append(StringBuilder value, string name, string? text)
    {
        if (text is null)
            return;
        value.Append(name).Append("=\"");
        foreach (var character in text)
            AppendEscaped(value, character);
        value.Append("\", ");
    }

    private static void AppendEscaped(StringBuilder value, char character)
    {
        // Threat: response splitting. A line break can never come from configuration into the header.
        if (character is < ' ' or > '~')
            throw new ArgumentException("A challenge holds printable ASCII only.", nameof(character));
        if (character is '"' or '\\')
            value.Append('\\');
        value.Append(character);
    }
}
