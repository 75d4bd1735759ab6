using System.Collections.Concurrent;
using Gatehouse.Policy;
using Gatehouse.Settings;
using Gatehouse.Upstreams;

namespace Gatehouse.Range.Doubles;

/// <summary>Obtains a credential for the first caller of a server, and uses it for all.</summary>
internal sealed class SharedCredential(IUpstreamCredentials real) : IUpstreamCredentials
{
    private readonly ConcurrentDictionary<string, UpstreamCredential> kept = new(StringComparer.Ordinal);

    public async ValueTask<UpstreamCredential?> GetAsync(
        PolicySubject? caller, ServerSettings server, string? exchange, CancellationToken cancellation)
    {
        if (kept.TryGetValue(server.Name, out var found)) return found;
        var obtained = await real.GetAsync(caller, server, exchange, cancellation).ConfigureAwait(false);
        if (caller is not null && obtained is not null) kept[server.Name] = obtained;
        return obtained;
    }
}
