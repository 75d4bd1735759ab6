using Gatehouse.Settings;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Quarantine;

/// <summary>The server, the address and the state folder that a gateway has over restarts.</summary>
internal sealed class WithholdingSite : IAsyncDisposable
{
    private GatewaySettings? first;

    private WithholdingSite(RecordingUpstream upstream) => Upstream = upstream;

    public RecordingUpstream Upstream { get; }

    public static async Task<WithholdingSite> StartAsync() => new(await RecordingUpstream.StartAsync());

    /// <summary>The settings of each start: those of the first one, with the server of the site.</summary>
    public GatewaySettings Settle(GatewaySettings given)
    {
        if (first is not null && given.StateDirectory != first.StateDirectory) Directory.Delete(given.StateDirectory, recursive: true);
        return first ??= given with { Servers = [given.Servers[0] with { Http = new HttpUpstreamSettings { Url = Upstream.Url } }] };
    }

    public async ValueTask DisposeAsync()
    {
        await Upstream.DisposeAsync();
        if (first is not null && Directory.Exists(first.StateDirectory)) Directory.Delete(first.StateDirectory, recursive: true);
    }
}
