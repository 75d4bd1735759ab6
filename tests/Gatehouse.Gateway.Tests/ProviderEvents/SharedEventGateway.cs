namespace Gatehouse.Gateway.Tests.ProviderEvents;

/// <summary>A gateway that takes events, for all tests of a class.</summary>
public sealed class SharedEventGateway : IAsyncLifetime
{
    internal EventGateway Site { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Site = await EventGateway.StartAsync();

    public ValueTask DisposeAsync() => Site.DisposeAsync();
}
