
namespace Gatehouse.Conformance.Tests;

/// <summary>The fixture over HTTP, for the tests of one class.</summary>
public sealed class FixtureServer : IAsyncLifetime
{
    private HostedProcess? process;

    public string Url => process!.Address;

    public async ValueTask InitializeAsync() => process = await Servers.FixtureAsync();

    public ValueTask DisposeAsync() => process?.DisposeAsync() ?? ValueTask.CompletedTask;
}
