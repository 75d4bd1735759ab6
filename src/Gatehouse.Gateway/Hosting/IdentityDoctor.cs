using Gatehouse.AuthorizationServer.Protocol;
using Gatehouse.Identity.Diagnostics;
using Gatehouse.Identity.ProofOfPossession;
using Gatehouse.Outbound;
using Gatehouse.Settings;

namespace Gatehouse.Gateway.Hosting;

/// <summary>
/// Examines the issuers of a configuration with the gateway's own fetcher, so an issuer that it cannot reach is out of reach for the gateway too.
/// </summary>
public static class IdentityDoctor
{
    /// <summary>Examines each issuer and each provider at which people sign in, or the one that is named.</summary>
    /// <param name="settings">The configuration.</param>
    /// <param name="issuer">Only this one, or null for all. One that is not configured is examined as a strict one.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">Ends the examination.</param>
    public static async Task<IReadOnlyList<IssuerDiagnosticsReport>> ExamineAsync(GatewaySettings settings, string? issuer, TimeProvider time,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var chosen = settings.Issuers.Where(found => issuer is null || found.Issuer == issuer).ToList();
        var providers = Providers(settings, issuer);
        if (issuer is not null && chosen.Count + providers.Count == 0) chosen.Add(new IssuerSettings { Issuer = issuer });
        using var fetcher = new MetadataFetcher(
            new OutboundHandlers(new SystemNameResolver()), new ConfiguredHosts([.. chosen, .. providers.Select(one => one.Issuer)]));
        var examiner = new IssuerDiagnostics(fetcher, time);
        var examinations = new List<IssuerDiagnosticsReport>();
        foreach (var one in chosen)
            examinations.Add(await examiner.ExamineAsync(IssuerProfiles.Of(one), Demands(settings, one), cancellation).ConfigureAwait(false));
        foreach (var (provider, demands) in providers)
            examinations.Add(await examiner.ExamineSignInAsync(IssuerProfiles.Of(provider), demands, cancellation).ConfigureAwait(false));

        return examinations;
    }

    private static List<(IssuerSettings Issuer, SignInRequirements Demands)> Providers(GatewaySettings settings, string? issuer)
    {
        if (settings.AuthorizationServer is not { } server) return [];
        var chosen = server.Providers.Where(found => issuer is null || found.Issuer == issuer);
        return [.. chosen.Select(found => (Issuer(found), Demands(settings, server, found)))];
    }

    private static IssuerSettings Issuer(SignInProviderSettings provider) =>
        new() { Issuer = provider.Issuer, Profile = provider.Profile, Metadata = provider.Metadata, Hosts = provider.Hosts };

    private static SignInRequirements Demands(GatewaySettings settings, AuthorizationServerSettings server, SignInProviderSettings provider) => new()
    {
        Provider = provider.Name,
        RedirectUri = settings.Origin + Routes.Callback + provider.Name,
        HasAudience = provider.Audience is not null,
        Scopes = [.. provider.Scopes],
        MetadataUri = provider.Metadata,
        AcceptsDocuments = server.ClientDocuments,
        DocumentHosts = [.. server.ClientDocumentHosts],
        RegistrationHosts = server.Registration is { } registration ? [.. registration.RedirectHosts] : null,
        ConfiguredClients = server.Clients.Count,
    };

    private static IssuerRequirements Demands(GatewaySettings settings, IssuerSettings issuer) => new()
    {
        NeedsDPoP = settings.Servers.Any(server => server.SenderConstraint == SenderConstraintRequirement.DPoP),
        NeedsMutualTls = settings.Servers.Any(server => server.SenderConstraint == SenderConstraintRequirement.MutualTls),
        Introspects = issuer.Introspection is not null,
        IntrospectionEndpoint = issuer.Introspection?.Endpoint,
        Scopes = [.. settings.Servers.SelectMany(server => server.Scopes).Distinct(StringComparer.Ordinal)],
        ServersWithoutScopes = [.. settings.Servers.Where(server => server.Scopes.Count == 0).Select(server => server.Name)],
        MetadataUri = issuer.Metadata,
    };
}
