using Gatehouse.Outbound;
using Gatehouse.Policy;
using Gatehouse.Settings;

namespace Gatehouse.Upstreams;

/// <summary>The credential that the configuration names for a server (<c>servers.*.credential</c>), the same for every caller.</summary>
internal sealed class ConfiguredCredentials(SecretResolver secrets) : IUpstreamCredentials
{
    public ValueTask<UpstreamCredential?> GetAsync(PolicySubject? caller, ServerSettings server, string? exchange, CancellationToken cancellation) =>
        ValueTask.FromResult(server.Http?.Credential is { } named
            ? new UpstreamCredential(named.Header, named.Prefix, secrets.Resolve(named.Value)) : null);
}
