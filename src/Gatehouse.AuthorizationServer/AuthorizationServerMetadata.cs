using System.Text.Json;
using Gatehouse.AuthorizationServer.Protocol;
using Gatehouse.AuthorizationServer.SignIn;
using Gatehouse.Identity.Issuers;
using Gatehouse.Settings;

namespace Gatehouse.AuthorizationServer;

/// <summary>The metadata document of the authorization server (RFC 8414 §2, RFC 9207 §3, RFC 9449 §5.1; MCP rows A26, C18, C20).</summary>
internal static class AuthorizationServerMetadata
{
    /// <summary>Returns the document in UTF-8.</summary>
    /// <param name="settings">The configuration in force; it has an authorization server.</param>
    /// <param name="isOpenId">
    /// True for the document where OpenID Connect clients look. It has what OpenID Connect Discovery §3 demands of every document; ID tokens are not
    /// issued, and the scope <c>openid</c> is unknown here.
    /// </param>
    public static byte[] Write(GatewaySettings settings, bool isOpenId)
    {
        var server = settings.AuthorizationServer!;
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteString("issuer", settings.Origin);
            WriteEndpoints(writer, settings.Origin, server);
            Write(writer, "response_types_supported", "code");
            Write(writer, "response_modes_supported", "query");
            Write(writer, "grant_types_supported", "authorization_code", "refresh_token");
            Write(writer, "code_challenge_methods_supported", "S256");
            Write(writer, "token_endpoint_auth_methods_supported", "none", "client_secret_basic", "client_secret_post");
            Write(writer, "revocation_endpoint_auth_methods_supported", "none", "client_secret_basic", "client_secret_post");
            Write(writer, "introspection_endpoint_auth_methods_supported", "client_secret_basic", "client_secret_post");
            if (ScopesOf(settings) is { Count: > 0 } scopes) Write(writer, "scopes_supported", [.. scopes]); // RFC 8414 §3.2: none is left out
            Write(writer, "prompt_values_supported", [.. PromptValues.Accepted]); // Initiating User Registration via OpenID Connect 1.0 §4.1
            Write(writer, "dpop_signing_alg_values_supported", [.. IssuerProfile.AllAlgorithms]);
            writer.WriteBoolean("authorization_response_iss_parameter_supported", true);
            writer.WriteBoolean("client_id_metadata_document_supported", server.ClientDocuments);
            if (isOpenId) WriteOpenIdMembers(writer);
            writer.WriteEndObject();
        }

        return stream.ToArray();
    }

    private static HashSet<string> ScopesOf(GatewaySettings settings) =>
        settings.Servers.Where(server => server.TakesIssuer(settings.Origin)).SelectMany(server => server.Scopes).ToHashSet(StringComparer.Ordinal);

    private static void WriteOpenIdMembers(Utf8JsonWriter writer)
    {
        Write(writer, "subject_types_supported", "public");
        Write(writer, "id_token_signing_alg_values_supported", "RS256");
    }

    private static void WriteEndpoints(Utf8JsonWriter writer, string origin, AuthorizationServerSettings server)
    {
        writer.WriteString("authorization_endpoint", origin + Routes.Authorize);
        writer.WriteString("token_endpoint", origin + Routes.Token);
        writer.WriteString("revocation_endpoint", origin + Routes.Revoke);
        writer.WriteString("introspection_endpoint", origin + Routes.Introspect);
        writer.WriteString("jwks_uri", origin + Routes.Keys);
        if (server.Registration is not null) writer.WriteString("registration_endpoint", origin + Routes.Register);
    }

    private static void Write(Utf8JsonWriter writer, string name, params ReadOnlySpan<string> values)
    {
        writer.WriteStartArray(name);
        foreach (var value in values) writer.WriteStringValue(value);
        writer.WriteEndArray();
    }
}
