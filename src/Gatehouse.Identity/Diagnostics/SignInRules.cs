using System.Collections.Immutable;
using System.Text.Json;
using Gatehouse.Identity.Issuers;

namespace Gatehouse.Identity.Diagnostics;

/// <summary>
/// The rules about providers at which people sign in: what a provider lacks, what the gateway supplies in its place, and what an administrator has to
/// do.
/// </summary>
public static class SignInRules
{
    private static readonly ImmutableArray<string> Algorithms = ["ES256", "ES384", "PS256", "RS256"];

    /// <summary>All rules, in the order of the findings.</summary>
    public static IReadOnlyList<SignInRule> All { get; } = [.. Needed(), .. Supplied(), .. Protection(), .. Tokens()];

    /// <summary>Returns the rules that apply to a provider.</summary>
    /// <param name="kind">The profile of the provider.</param>
    /// <param name="metadata">Its metadata, a JSON object.</param>
    /// <param name="demands">The use that the gateway makes of it.</param>
    public static IEnumerable<SignInRule> Of(IssuerKind kind, JsonElement metadata, SignInRequirements demands) =>
        Of(new SignInExamination(kind, new ProviderMetadata(metadata), demands));

    internal static IEnumerable<IssuerFinding> Findings(SignInExamination one) => Of(one).Select(rule => rule.For(one));

    private static IEnumerable<SignInRule> Of(SignInExamination one) => All.Where(rule => rule.Applies(one));

    private static IEnumerable<SignInRule> Needed() =>
    [
        new("no-code-flow", "code", IssuerFindingStatus.Fails,
            "the metadata name no authorization or token endpoint, or list response types or grant types without the authorization code",
            "The provider has no authorization code flow, so no person can sign in through the gateway.", "Ask the provider's administrator to enable it.")
        { Applies = static one => one.HasNoCode },
        new("no-usable-signature", "signature", IssuerFindingStatus.Fails,
            "`id_token_signing_alg_values_supported` has none of ES256, ES384, PS256 and RS256",
            "The gateway can verify none of the signatures that the provider lists for ID tokens.", "Let the provider sign ID tokens with ES256, PS256 or RS256.")
        { Applies = static one => one.LacksAll("id_token_signing_alg_values_supported", Algorithms) },
    ];

    private static IEnumerable<SignInRule> Supplied() =>
    [
        new("no-registration", "registration", IssuerFindingStatus.Works, "there is no `registration_endpoint`",
            "The provider has no dynamic registration. Clients need none there: the gateway is its only client, and clients register at the gateway.",
            "Register the gateway at the provider by hand, with the redirect URI {redirect}.")
        { Applies = static one => one.Metadata.Text("registration_endpoint") is null },
        new("no-client-documents", "documents", IssuerFindingStatus.Works, "`client_id_metadata_document_supported` is not true",
            "The provider does not support client id metadata documents. The gateway accepts them in its place, unless 'clientDocuments' is false.",
            null)
        { Applies = static one => !one.Metadata.IsTrue("client_id_metadata_document_supported") },
        new("no-resource-indicators", "resource", IssuerFindingStatus.Works, "the profile is `entra` or `adfs`",
            "The provider takes the resource from the scope and not from resource indicators (RFC 8707). Clients send theirs to the gateway, which issues each "
                + "token for one server.", null)
        { Applies = static one => one.Kind != IssuerKind.Strict },
        new("resource-not-shown", "resource", IssuerFindingStatus.Works, "the profile is `strict`",
            "The metadata do not show whether the provider knows resource indicators (RFC 8707). Clients send theirs to the gateway, which issues each token for "
                + "one server.", null)
        { Applies = static one => one.Kind == IssuerKind.Strict },
    ];

    private static IEnumerable<SignInRule> Protection() =>
    [
        new("no-s256", "PKCE", IssuerFindingStatus.Fails, "the profile is `strict`, and `code_challenge_methods_supported` does not list S256",
            "The metadata do not list S256, so the gateway signs no person in there.",
            "Let the provider list S256 in code_challenge_methods_supported. For Entra ID or AD FS, write 'profile: entra' or 'profile: adfs'.")
        { Applies = static one => one.Kind == IssuerKind.Strict && !one.AnnouncesPkce },
        new("pkce-not-announced", "PKCE", IssuerFindingStatus.Works,
            "the profile is `entra` or `adfs`, and `code_challenge_methods_supported` does not list S256",
            "The metadata do not list S256. The product supports it, and the gateway always uses it. MCP clients see the metadata of the gateway, which list it.",
            null)
        { Applies = static one => one.Kind != IssuerKind.Strict && !one.AnnouncesPkce },
        new("iss-not-announced", "iss", IssuerFindingStatus.Works, "`authorization_response_iss_parameter_supported` is not true",
            "The provider does not announce 'iss' in its answers (RFC 9207). It returns browsers to a redirect URI of its own, by which the gateway tells "
                + "whose answer it is.",
            null)
        { Applies = static one => !one.AnnouncesIss },
    ];

    private static IEnumerable<SignInRule> Tokens() =>
    [
        new("no-refresh-requested", "refresh", IssuerFindingStatus.Works, "`scopes` has no `offline_access`",
            "The gateway requests no refresh token from the provider. Clients get refresh tokens from the gateway nevertheless, until 'grantLife' is over.",
            null)
        { Applies = static one => !one.RequestsRefresh },
        new("no-refresh", "refresh", IssuerFindingStatus.Limits,
            "`scopes` has `offline_access`, and `scopes_supported` does not list it or `grant_types_supported` has no refresh_token",
            "The gateway requests a refresh token that the provider does not offer. Some providers refuse a sign-in with an unknown scope.",
            "Remove offline_access from 'scopes', or let the provider offer it.")
        {
            Applies = static one => one.RequestsRefresh
                && (one.Lacks("scopes_supported", "offline_access") || one.Lacks("grant_types_supported", "refresh_token")),
        },
        new("groups-not-requested", "groups", IssuerFindingStatus.Limits, "`scopes_supported` lists `groups`, and `scopes` does not have it",
            "The provider has a scope 'groups', and the gateway does not request it. People then have no groups, and rules that permit groups refuse them.",
            "Add groups to 'scopes' of the provider, such as [openid, profile, groups].")
        { Applies = static one => one.LeavesOutGroups },
        new("scope-unknown", "scopes", IssuerFindingStatus.Limits,
            "`scopes` has one that `scopes_supported` does not list. The rule leaves out `offline_access`, scopes with an address such as `api://…`, and the "
                + "profile `entra`",
            "The gateway requests scopes that the provider does not list: {scopes}. Some providers ignore an unknown scope, others refuse the sign-in.",
            "Define the scopes at the provider, correct their spelling, or remove them from 'scopes'.")
        { Applies = static one => one.UnknownScopes.Any() },
        new("only-id-token", "claims", IssuerFindingStatus.Works, "the profile is `entra`, and there is no `audience`",
            "Roles and groups come from the ID token. The provider's scopes (scp) are not carried over.",
            "To let Entra limit scopes, expose a scope of the application, request it in 'scopes', and write the application id in 'audience'.")
        { Applies = static one => one.Kind == IssuerKind.Entra && !one.Demands.HasAudience },
    ];
}
