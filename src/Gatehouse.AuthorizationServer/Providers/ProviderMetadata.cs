using System.Text.Json;
using Gatehouse.Settings;

namespace Gatehouse.AuthorizationServer.Providers;

/// <summary>Reads and judges the metadata of a provider (RFC 8414 §2; OpenID Connect Discovery §3).</summary>
internal sealed class ProviderMetadata(SignInProviderSettings settings, SignInFaults faults)
{
    // The parameters of our own request. An authorization endpoint that has one of them already would make a request with two values.
    private static readonly HashSet<string> OwnParameters = new(StringComparer.Ordinal)
    {
        "response_type", "response_mode", "client_id", "redirect_uri", "scope", "state", "nonce", "code_challenge", "code_challenge_method", "prompt",
        "max_age", "acr_values", "claims",
    };

    /// <summary>Reads the facts.</summary>
    /// <exception cref="SignInException">The metadata are not of this provider, or no sign-in is possible with them.</exception>
    public ProviderEndpoints Read(JsonElement root)
    {
        // Threat: metadata of one issuer served for another (mix-up). The names are compared character by character (RFC 8414 §3.3; MCP row B05).
        if (Text(root, "issuer") != settings.Issuer) throw new SignInException(faults.MetadataIssuer());
        if (!SupportsS256(root)) throw new SignInException(faults.MetadataPkce());
        var authorization = Address(root, "authorization_endpoint");
        if (HasOwnParameter(authorization)) throw new SignInException(faults.MetadataEndpoint());
        var methods = Texts(root, "token_endpoint_auth_methods_supported");
        return new ProviderEndpoints
        {
            Authorization = authorization,
            Token = Address(root, "token_endpoint"),
            Keys = Address(root, "jwks_uri"),
            Revocation = Optional(root, "revocation_endpoint"),
            NamesItself = root.TryGetProperty("authorization_response_iss_parameter_supported", out var names) && names.ValueKind == JsonValueKind.True,

            // RFC 8414 §2: metadata that name no method mean client_secret_basic.
            TakesBasic = methods is null || methods.Contains("client_secret_basic"),
            TakesPost = methods?.Contains("client_secret_post") == true,
            AccessTokenIssuer = settings.Profile == IssuerProfileName.AdFs ? Text(root, "access_token_issuer") : null,
        };
    }

    /// <summary>
    /// MCP row B17: no sign-in without S256. The metadata of Entra and AD FS do not list it although both support it (Microsoft identity platform,
    /// "OAuth 2.0 authorization code flow", parameter <c>code_challenge_method</c>; AD FS since Windows Server 2019, "What's new in AD FS", PKCE). An
    /// administrator who names the profile vouches for the product, and the gateway sends S256 always.
    /// </summary>
    private bool SupportsS256(JsonElement root) => settings.Profile is IssuerProfileName.Entra or IssuerProfileName.AdFs
        || Texts(root, "code_challenge_methods_supported")?.Contains("S256") == true;

    private Uri Address(JsonElement root, string name) =>
        Uri.TryCreate(Text(root, name), UriKind.Absolute, out var address) && SignInProfile.IsFetchable(settings, address)
            ? address : throw new SignInException(faults.MetadataEndpoint());

    private Uri? Optional(JsonElement root, string name) =>
        Uri.TryCreate(Text(root, name), UriKind.Absolute, out var address) && SignInProfile.IsFetchable(settings, address) ? address : null;

    private static bool HasOwnParameter(Uri address) => address.Query.TrimStart('?').Split('&')
        .Any(pair => OwnParameters.Contains(Uri.UnescapeDataString(pair.Split('=')[0])));

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static HashSet<string>? Texts(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array
            ? [.. value.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!)]
            : null;
}
