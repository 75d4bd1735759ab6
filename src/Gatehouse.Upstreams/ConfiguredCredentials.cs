using System.Runtime.CompilerServices;
using Gatehouse.Audit;
using Gatehouse.Outbound;
using Gatehouse.Policy;
using Gatehouse.Settings;

namespace Gatehouse.Upstreams;

/// <summary>The credential that the configuration names for a server (<c>servers.*.credential</c>), the same for every caller.</summary>
internal sealed class ConfiguredCredentials(SecretResolver secrets) : IUpstreamCredentials
{
    private readonly ConditionalWeakTable<CredentialSettings, CredentialUse> uses = [];

    public ValueTask<UpstreamCredential?> GetAsync(PolicySubject? caller, ServerSettings server, string? exchange, CancellationToken cancellation)
    {
        if (server.Http?.Credential is not { } named) return ValueTask.FromResult<UpstreamCredential?>(null);
        var value = secrets.Read(named.Value);
        return ValueTask.FromResult<UpstreamCredential?>(
            new UpstreamCredential(named.Header, named.Prefix, value.Value) { Use = UseOf(named, value.Version) });
    }

    private CredentialUse UseOf(CredentialSettings named, string? version)
    {
        if (uses.TryGetValue(named, out var known) && known.Version == version) return known;
        var use = new CredentialUse("value") { Reference = named.Value.ToString(), Version = version };
        uses.AddOrUpdate(named, use);
        return use;
    }
}
