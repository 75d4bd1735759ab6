using Gatehouse.Administration;
using Gatehouse.Gateway.Configurations;
using Gatehouse.Gateway.Hosting;

namespace Gatehouse.Gateway.Administration;

/// <summary>Reload and drain of a gateway. It is stopped by the system, not by an act.</summary>
internal sealed class GatewayLifecycle(GatewayCore core) : ILifecycleAdministration
{
    public long Generation => core.Snapshots.Current.Generation;

    public string? ConfigurationFile => core.Services.Configurations.InForce?.Main?.Path is { } path ? Path.GetFullPath(path) : null;

    public IReadOnlyList<string> Warnings =>
        [.. GatewayWarnings.Of(core.Snapshots.Current.Settings, core.Services.Options.Time.GetUtcNow()).Select(static warning => warning.ToString())];

    public bool Drains => true;

    public bool Stops => false;

    public Task<IReadOnlyList<string>> ReloadAsync(Administrator by) =>
        core.ReloadAsync(ConfigurationOrigin.Reload with { By = by });

    public Task<int> DrainAsync(TimeSpan patience) => core.DrainAsync(patience);

    public void Stop() => throw new NotSupportedException();
}
