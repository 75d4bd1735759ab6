using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;

namespace Gatehouse.Range.Doubles;

/// <summary>A proxy that keeps what is out of service in a file, and believes the file that it finds at its start.</summary>
internal sealed class ListedBlocks : IContainingProxy
{
    private bool isBlocked;

    private ListedBlocks(string store) => Store = store;

    public Uri Endpoint { get; private set; } = new("http://127.0.0.1/");

    public string Store { get; }

    public string? Record => null;

    /// <summary>Starts a proxy in front of a server of its own.</summary>
    public static async Task<IContainingProxy> OpenAsync(RangeFixture fixture)
    {
        var server = await CanaryServer.StartAsync(fixture).ConfigureAwait(false);
        var proxy = new ListedBlocks(Path.Combine(fixture.AnotherFolder("proxy"), "blocked.txt"));
        await File.WriteAllTextAsync(proxy.Store, "").ConfigureAwait(false);
        proxy.Endpoint = await NaiveProxy.StartAsync(fixture, server.Url, (_, _) => !proxy.isBlocked).ConfigureAwait(false);
        return proxy;
    }

    public async Task ContainAsync()
    {
        isBlocked = true;
        await File.WriteAllTextAsync(Store, Endpoint.AbsolutePath).ConfigureAwait(false);
    }

    public Task StopAsync() => Task.CompletedTask;

    public async Task StartAsync() =>
        isBlocked = File.Exists(Store) && await File.ReadAllTextAsync(Store).ConfigureAwait(false) == Endpoint.AbsolutePath;

    public Task<bool> IsReportedAsync() => Task.FromResult(false);
}
