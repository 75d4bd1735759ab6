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
    /// <summary>The longest wait for one issuer.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Examines each issuer, or the one that is named.</summary>
    /// <param name="settings">The configuration.</param>
    /// <param name="issuer">Only this one, or null for all. One that is not configured is examined as a strict one.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">Ends the examination.</param>
    public static async Task<IReadOnlyList<IssuerDiagnosticsReport>> ExamineAsync(GatewaySettings settings, string? issuer, TimeProvider time,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var chosen = settings.Issuers.Where(found => issuer is null || found.Issuer == issuer).ToList();
        if (issuer is not null && chosen.Count == 0) chosen.Add(new IssuerSettings { Issuer = issuer });
        using var fetcher = new MetadataFetcher(new OutboundHandlers(new SystemNameResolver()), new ConfiguredHosts(chosen));
        var examiner = new IssuerDiagnostics(fetcher, time);
        var examinations = new List<IssuerDiagnosticsReport>();
        foreach (var one in chosen)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            limit.CancelAfter(Patience);
            examinations.Add(await examiner.ExamineAsync(IssuerProfiles.Of(one), Demands(settings, one), limit.Token).ConfigureAwait(false));
        }

        return examinations;
    }

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
