
namespace Gatehouse.Conformance.Tests;

/// <summary>The fixture over HTTP, for the tests of one class.</summary>
public sealed class FixtureServer : IAsyncLifetime
{
    private HostedProcess? _process;

    public string Url => _process!.Address;

    public async ValueTask InitializeAsync() => _process = await Servers.FixtureAsync();

    public ValueTask DisposeAsync() => _process?.DisposeAsync() ?? ValueTask.CompletedTask;
}
