using Gatehouse.Identity.Bearer;
using Gatehouse.Outbound;
using Gatehouse.Settings;

namespace Gatehouse.Gateway.Access.Entra;

/// <summary>
/// The connections to Microsoft Graph of the configuration in force, one for each issuer that has one. A connection is kept while its settings stay
/// the same. The one before it is kept for checks that are still in progress.
/// </summary>
/// <param name="handlers">Handlers for outgoing requests.</param>
/// <param name="secrets">Reads secrets.</param>
/// <param name="time">The clock.</param>
internal sealed class EntraConnections(OutboundHandlers handlers, Func<SecretReference, SecretText> secrets, TimeProvider time) : IDisposable
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, EntraGraph> current = new(StringComparer.Ordinal);
    private readonly Dictionary<string, EntraGraph> before = new(StringComparer.Ordinal);

    /// <summary>Returns the connection of an issuer; null where it has none.</summary>
    public EntraGraph? Of(GatewaySettings settings, string issuer)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var named = settings.Issuers.FirstOrDefault(one => one.Issuer == issuer && one is { Profile: IssuerProfileName.Entra, Graph: not null });
        if (named is null || EntraPerson.TenantOf(issuer) is not { } tenant) return null;
        lock (gate)
        {
            if (current.TryGetValue(issuer, out var graph))
            {
                if (graph.Settings == named.Graph && graph.Client == named.Client) return graph;
                if (before.Remove(issuer, out var older)) older.Dispose();
                before.Add(issuer, graph);
            }

            return current[issuer] = new EntraGraph(named, tenant, handlers, secrets, time);
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        lock (gate)
        {
            foreach (var graph in current.Values.Concat(before.Values)) graph.Dispose();
            current.Clear();
            before.Clear();
        }
    }
}
