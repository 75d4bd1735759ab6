using Gatehouse.Identity.Issuers;

namespace Gatehouse.Identity.Diagnostics;

/// <summary>The kinds of clients that can get tokens from an issuer.</summary>
internal static class SupportedGrantTypes
{
    /// <summary>Returns the kinds of clients.</summary>
    /// <param name="profile">The configuration of the issuer.</param>
    /// <param name="metadata">Its metadata.</param>
    /// <param name="obstacle">The reason that the gateway refuses every token of the issuer; null where it accepts them.</param>
    public static IEnumerable<GrantType> Of(IssuerProfile profile, ProviderMetadata metadata, string? obstacle) => obstacle is null
        ? Of(profile, metadata) : Of(profile, metadata).Select(way => way.IsPossible ? way with { IsPossible = false, Words = obstacle } : way);

    private static IEnumerable<GrantType> Of(IssuerProfile profile, ProviderMetadata metadata)
    {
        // MCP 2026-07-28, authorization: a client that cannot see S256 in the metadata must not continue.
        var hasPkce = metadata.Lists("code_challenge_methods_supported", "S256");
        var hasCode = metadata.Texts("grant_types_supported")?.Contains("authorization_code", StringComparer.Ordinal) != false
            && metadata.Text("authorization_endpoint") is not null;
        var canSignIn = hasPkce && hasCode;
        var lack = !hasCode ? "there is no authorization code grant" : "the metadata do not name S256";
        var hasDocuments = metadata.IsTrue("client_id_metadata_document_supported");
        var hasRegistration = metadata.Text("registration_endpoint") is not null;
        yield return new GrantType("clients with a metadata document (CIMD)", canSignIn && hasDocuments, !hasDocuments
            ? "the provider does not support such documents" : canSignIn ? "with only the URL of the server" : lack);
        yield return new GrantType("clients that register themselves (RFC 7591)", canSignIn && hasRegistration, !hasRegistration
            ? "the provider does not support registration" : canSignIn ? "with only the URL of the server" : lack);
        yield return new GrantType(
            "clients registered by hand", hasCode && (hasPkce || profile.Kind != IssuerKind.Strict),
            !hasCode ? lack : hasPkce ? "with a client id from the provider's administrator"
                : profile.Kind != IssuerKind.Strict ? "with a client id, if the client does not require S256 in the metadata" : lack);
        var services = metadata.Texts("grant_types_supported");
        var hasServices = services?.Contains("client_credentials", StringComparer.Ordinal) ?? profile.Kind != IssuerKind.Strict;
        yield return new GrantType(
            "services (client credentials)", hasServices,
            hasServices ? "with a client id and a secret, certificate or federated credential" : services is null
                ? "the metadata do not list the grant, but the provider may support it" : "the provider does not list the grant");
    }
}
