using System.Collections.Concurrent;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;

namespace Gatehouse.Range.Doubles;

/// <summary>A proxy that asks its list of revoked people once, at the beginning of a request.</summary>
internal sealed class StoredRevocations : IRevokingProxy
{
    private readonly SlowTool tool = new();
    private readonly SemaphoreSlim store = new(1, 1);
    private readonly ConcurrentDictionary<string, bool> revoked = new(StringComparer.Ordinal);

    private StoredRevocations()
    {
    }

    public Uri Endpoint { get; private set; } = new("http://127.0.0.1/");

    public Task Arrived => tool.Arrived;

    /// <summary>Starts the proxy in front of its server.</summary>
    public static async Task<IRevokingProxy> StartAsync(RangeFixture fixture)
    {
        var proxy = new StoredRevocations();
        proxy.Endpoint = await NaiveProxy.StartAsync(fixture, await proxy.tool.StartAsync(fixture).ConfigureAwait(false),
            (request, _) => !proxy.revoked.ContainsKey(NaiveTokens.Claim(request, "sub"))).ConfigureAwait(false);
        return proxy;
    }

    public void Answer() => tool.Answer();

    public async Task<IAsyncDisposable> HoldStoreAsync()
    {
        await store.WaitAsync().ConfigureAwait(false);
        return new Held(store);
    }

    public async Task RevokeAsync(string person)
    {
        revoked[person] = true;
        await store.WaitAsync().ConfigureAwait(false);
        store.Release();
    }

    private sealed class Held(SemaphoreSlim store) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            store.Release();
            return ValueTask.CompletedTask;
        }
    }
}
