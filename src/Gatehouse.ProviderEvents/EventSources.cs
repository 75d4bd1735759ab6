using Gatehouse.Outbound;
using Gatehouse.Settings;

namespace Gatehouse.ProviderEvents;

/// <summary>
/// The sources of events of the configuration in force. A reload keeps those that it does not change, with the ids that were seen. Safe for
/// concurrent use.
/// </summary>
/// <param name="host">The host.</param>
/// <param name="handlers">Handlers for outgoing requests.</param>
/// <param name="time">The clock.</param>
internal sealed class EventSources(IEventHost host, OutboundHandlers handlers, TimeProvider time) : IDisposable
{
    private readonly Lock gate = new();
    private Dictionary<string, EventSource> known = new(StringComparer.Ordinal);

    /// <summary>Takes the issuers of a configuration, and returns the sources with events.</summary>
    public IReadOnlyList<EventSource> Use(GatewaySettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        lock (gate)
        {
            Dictionary<string, EventSource> next = new(StringComparer.Ordinal);
            foreach (var issuer in settings.Issuers.Where(static one => one.Events is not null))
            {
                var text = TextOf(issuer, settings);
                next[text] = known.Remove(text, out var kept) ? kept : new EventSource(issuer, settings, host, handlers, time);
            }

            foreach (var dropped in known.Values) dropped.Dispose();
            known = next;
            return [.. next.Values];
        }
    }

    /// <summary>Returns the source with the name of an issuer; null for none.</summary>
    public EventSource? Find(string name)
    {
        lock (gate) return known.Values.FirstOrDefault(one => one.Issuer.Name == name);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        lock (gate)
        {
            foreach (var source in known.Values) source.Dispose();
            known.Clear();
        }
    }

    // The audiences depend on the public URL and on the clients with which people sign in.
    private static string TextOf(IssuerSettings issuer, GatewaySettings settings) => string.Join('\n',
        [
            SettingsText.Of(issuer), settings.Origin,
            .. settings.AuthorizationServer?.Providers.Where(one => one.Issuer == issuer.Issuer).Select(static one => one.ClientId) ?? [],
        ]);
}
