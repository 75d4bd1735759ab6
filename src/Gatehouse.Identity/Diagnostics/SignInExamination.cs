using System.Collections.Immutable;
using Gatehouse.Identity.Issuers;

namespace Gatehouse.Identity.Diagnostics;

/// <summary>The facts that the rules about a provider are judged by.</summary>
/// <param name="Kind">The profile of the provider.</param>
/// <param name="Metadata">Its metadata.</param>
/// <param name="Demands">The use that the gateway makes of it.</param>
internal readonly record struct SignInExamination(IssuerKind Kind, ProviderMetadata Metadata, SignInRequirements Demands)
{
    public bool HasNoCode => Metadata.Text("authorization_endpoint") is null || Metadata.Text("token_endpoint") is null
        || Lacks("response_types_supported", "code") || Lacks("grant_types_supported", "authorization_code");

    public bool AnnouncesPkce => Metadata.Lists("code_challenge_methods_supported", "S256");

    public bool AnnouncesIss => Metadata.IsTrue("authorization_response_iss_parameter_supported");

    public bool RequestsRefresh => Demands.Scopes.Contains("offline_access", StringComparer.Ordinal);

    public bool LeavesOutGroups => Metadata.Lists("scopes_supported", "groups") && !Demands.Scopes.Contains("groups", StringComparer.Ordinal);

    /// <summary>
    /// Scopes that the gateway requests and the metadata do not list. Metadata list no scopes of applications (with an address), and those of Entra
    /// list only the scopes of OpenID Connect. A missing <c>offline_access</c> has its own rule.
    /// </summary>
    public IEnumerable<string> UnknownScopes => Kind != IssuerKind.Entra && Metadata.Texts("scopes_supported") is { } listed
        ? Demands.Scopes.Where(scope => scope != "offline_access" && !scope.Contains("://", StringComparison.Ordinal)
            && !listed.Contains(scope, StringComparer.Ordinal))
        : [];

    /// <summary>True when the metadata have the list, and the item is not in it.</summary>
    public bool Lacks(string list, string item) => Metadata.Texts(list) is { } listed && !listed.Contains(item, StringComparer.Ordinal);

    /// <summary>True when the metadata have the list, and none of the items is in it.</summary>
    public bool LacksAll(string list, ImmutableArray<string> items) =>
        Metadata.Texts(list) is { } listed && !listed.Intersect(items, StringComparer.Ordinal).Any();
}
