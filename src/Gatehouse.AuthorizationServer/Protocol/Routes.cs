namespace Gatehouse.AuthorizationServer.Protocol;

/// <summary>The closed list of the authorization server's endpoints (ID-01). Each is open to strangers and has rates and bounds of its own.</summary>
internal static class Routes
{
    /// <summary>Metadata (RFC 8414 §3).</summary>
    public const string Metadata = "/.well-known/oauth-authorization-server";

    /// <summary>
    /// The same metadata and what OpenID Connect demands beside them, where OpenID Connect clients look (OpenID Connect Discovery §4).
    /// </summary>
    public const string OpenIdMetadata = "/.well-known/openid-configuration";

    /// <summary>Prefix of all other endpoints.</summary>
    public const string Prefix = "/oauth/";

    public const string Authorize = "/oauth/authorize";
    public const string Consent = "/oauth/consent";

    /// <summary>
    /// Where a provider returns browsers, with the name of the provider after it: each has its own address (RFC 9700 §4.4.2.2).
    /// </summary>
    public const string Callback = "/oauth/callback/";

    public const string Confirm = "/oauth/confirm";
    public const string Token = "/oauth/token";
    public const string Revoke = "/oauth/revoke";
    public const string Introspect = "/oauth/introspect";
    public const string Register = "/oauth/register";
    public const string Keys = "/oauth/jwks";
    public const string Grants = "/oauth/grants";
    public const string Style = "/oauth/style.css";

    /// <summary>The page on which a person connects a third-party service, and the connections of a person.</summary>
    public const string Connect = "/connect";

    /// <summary>Where such a service returns browsers, with its name after it: each has its own address (RFC 9700 §4.4.2.2).</summary>
    public const string ConnectCallback = "/connect/callback/";

    /// <summary>Every route, with the methods that it answers. <see cref="Callback"/> and <see cref="ConnectCallback"/> are
    /// the routes of the addresses of all providers.</summary>
    public static IReadOnlyList<(string Path, string[] Methods)> All { get; } =
    [
        (Metadata, ["GET"]), (OpenIdMetadata, ["GET"]), (Authorize, ["GET"]), (Consent, ["POST"]), (Callback, ["GET"]), (Confirm, ["GET", "POST"]),
        (Token, ["POST"]), (Revoke, ["POST"]), (Introspect, ["POST"]), (Register, ["POST"]), (Keys, ["GET"]), (Grants, ["GET", "POST"]),
        (Style, ["GET"]), (Connect, ["GET", "POST"]), (ConnectCallback, ["GET"]),
    ];

    /// <summary>Routes that a program in a browser may use from a named origin.</summary>
    public static IReadOnlyList<string> ForPrograms { get; } = [Metadata, OpenIdMetadata, Token, Revoke, Register, Keys];

    /// <summary>
    /// Returns the route of a path: <see cref="Callback"/> or <see cref="ConnectCallback"/> for the address of any provider, otherwise the path.
    /// </summary>
    public static string Of(string path) => new[] { Callback, ConnectCallback }.FirstOrDefault(
        route => path.StartsWith(route, StringComparison.Ordinal)) ?? path;

    /// <summary>Returns whether a path belongs to the authorization server.</summary>
    public static bool Has(string path) =>
        path is Metadata or OpenIdMetadata or Connect || path.StartsWith(Prefix, StringComparison.Ordinal)
        || path.StartsWith(ConnectCallback, StringComparison.Ordinal);
}
