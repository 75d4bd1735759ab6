using Microsoft.Extensions.Hosting;

namespace Gatehouse.Gateway.Hosting;

/// <summary>The lifetime of a web host inside the command. The command owns the process's signals; a host inside it must not.</summary>
internal sealed class NoLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
