using Gatehouse.AuthorizationServer.Callers;
using Gatehouse.Identity.Issuers;
using Gatehouse.Outbound;
using Gatehouse.Settings;

namespace Gatehouse.ProviderEvents;

/// <summary>The events of one issuer: its validators and the ids that were seen.</summary>
internal sealed class EventSource : IDisposable
{
    private readonly MetadataFetcher? fetcher;
    private readonly JwksCache? transmitterKeys;

    /// <summary>Makes it. Nothing is fetched.</summary>
    /// <param name="issuer">An issuer with events.</param>
    /// <param name="current">The configuration that has it.</param>
    /// <param name="host">The host.</param>
    /// <param name="handlers">Handlers for outgoing requests.</param>
    /// <param name="time">The clock.</param>
    public EventSource(IssuerSettings issuer, GatewaySettings current, IEventHost host, OutboundHandlers handlers, TimeProvider time)
    {
        Issuer = issuer;
        var (settings, name) = (issuer.Events!, issuer.Issuer);
        if (settings.Transmitter is { } transmitter)
        {
            fetcher = new MetadataFetcher(handlers, new ConfiguredHosts([issuer with { Issuer = transmitter, Metadata = null }]));
            transmitterKeys = new JwksCache(transmitter, fetcher, time, new JwksCacheOptions
            {
                MetadataUri = MetadataOf(new Uri(transmitter)),
                StaleLimit = issuer.StaleKeys,
                PeerShare = () => host.Settings.Limits.CallerShare,
            });
        }

        Strangers = new StrangerRate(EventEndpoints.MostRefusedPerMinute, () => host.Settings.Limits.CallerShare, time);
        Transmissions = new StrangerRate(EventEndpoints.MostRefusedPerMinute, () => host.Settings.Limits.CallerShare, time);
        var audience = settings.Audience ?? current.Origin;
        Events = new EventTokens(settings.Transmitter ?? name, [audience], issuer.Algorithms, issuer.ClockSkew,
            () => transmitterKeys ?? host.KeysOf(name), time);
        Logouts = new EventTokens(name, ClientsOf(current), issuer.Algorithms, issuer.ClockSkew, () => host.KeysOf(name), time);
    }

    /// <summary>The issuer.</summary>
    public IssuerSettings Issuer { get; }

    /// <summary>The validator of security event tokens.</summary>
    public EventTokens Events { get; }

    /// <summary>The validator of logout tokens.</summary>
    public EventTokens Logouts { get; }

    /// <summary>The refused requests of strangers at its endpoints.</summary>
    public StrangerRate Strangers { get; }

    /// <summary>The refused requests with the token of its transmitter.</summary>
    public StrangerRate Transmissions { get; }

    /// <summary>The events that had their effect.</summary>
    public SeenEvents Seen { get; } = new();

    /// <inheritdoc />
    public void Dispose()
    {
        transmitterKeys?.Dispose();
        fetcher?.Dispose();
    }

    // SSF 1.0 §7.2: inserted before the path, as in RFC 8414 §3.
    private static Uri MetadataOf(Uri transmitter) =>
        new($"{transmitter.GetLeftPart(UriPartial.Authority)}/.well-known/ssf-configuration{transmitter.AbsolutePath.TrimEnd('/')}");

    // The gateway has one client for what it requests itself, and one with which people sign in.
    private string[] ClientsOf(GatewaySettings settings) =>
    [
        .. Issuer.Client is { } client ? [client.Id] : Array.Empty<string>(),
        .. settings.AuthorizationServer?.Providers.Where(one => one.Issuer == Issuer.Issuer).Select(static one => one.ClientId) ?? [],
    ];
}
