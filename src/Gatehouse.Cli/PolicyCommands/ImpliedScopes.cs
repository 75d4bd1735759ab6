using Gatehouse.Gateway.Hosting;
using Gatehouse.Identity.Issuers;
using Gatehouse.Policy.Analysis.Testing;
using Gatehouse.Settings;

namespace Gatehouse.Cli.PolicyCommands;

/// <summary>The scopes that an issuer's <c>scopeImplies</c> adds to a caller, as the gateway adds them when it verifies a token.</summary>
internal static class ImpliedScopes
{
    /// <summary>
    /// Returns the caller with the scopes that its own imply. A caller without an issuer has the only one of the configuration; of several it is not
    /// known which one, and nothing is added. The gateway's own authorization server is one of them, and its tokens have no implied scopes.
    /// </summary>
    /// <param name="caller">The caller.</param>
    /// <param name="settings">The configuration; null where the question has none.</param>
    public static PolicyCaller AddTo(PolicyCaller caller, GatewaySettings? settings) =>
        IssuerOf(caller, settings) is not { } issuer ? caller
            : caller with { Scopes = [.. IssuerProfiles.Of(issuer).ScopeHierarchy.Expand([.. caller.Scopes])] };

    /// <summary>
    /// Returns the scopes that tokens of the caller's issuer may have by one of two configurations and not by the other. Empty where the issuer is in
    /// one of them only, or one is not known.
    /// </summary>
    /// <param name="caller">The caller.</param>
    /// <param name="old">The one configuration.</param>
    /// <param name="next">The other configuration.</param>
    public static IEnumerable<string> Changed(PolicyCaller caller, GatewaySettings? old, GatewaySettings? next)
    {
        if (IssuerOf(caller, old) is not { } before || IssuerOf(caller, next) is not { } after) return [];
        var (one, other) = (IssuerProfiles.Of(before).ScopeHierarchy, IssuerProfiles.Of(after).ScopeHierarchy);
        var changed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var scope in before.ScopeImplies.Keys.Union(after.ScopeImplies.Keys, StringComparer.Ordinal))
        {
            var differs = one.Expand([scope]).ToHashSet(StringComparer.Ordinal);
            differs.SymmetricExceptWith(other.Expand([scope]));
            changed.UnionWith(differs);
        }

        return changed;
    }

    private static IssuerSettings? IssuerOf(PolicyCaller caller, GatewaySettings? settings)
    {
        if (settings is null) return null;
        return settings.Issuers.FirstOrDefault(issuer => IssuerMetadata.Names(IssuerProfiles.Of(issuer)).Contains(caller.Issuer))
            ?? (caller.Issuer == PolicyCaller.AnyIssuer && settings is { Issuers: [var only], AuthorizationServer: null } ? only : null);
    }
}
