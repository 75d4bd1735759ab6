using System.Collections.Concurrent;
using Gatehouse.Identity.Bearer;
using Gatehouse.Policy;
using Gatehouse.Refusals;
using Gatehouse.Settings;
using Gatehouse.Upstreams;

namespace Gatehouse.Gateway.Tests.Upstreams;

/// <summary>Gives each caller a credential of its own, and notes who asked for which server.</summary>
internal sealed class CallerCredentials : IUpstreamCredentials
{
    /// <summary>Who asked for which server; the gateway itself has no name.</summary>
    public ConcurrentQueue<(string Caller, string Server)> Asked { get; } = new();

    /// <summary>What happens in the place of a credential.</summary>
    public Func<CancellationToken, ValueTask>? Fault { get; set; }

    /// <summary>True for a source that knows callers alone, and has nothing for the gateway itself.</summary>
    public bool RefusesTheGateway { get; init; }

    public async ValueTask<UpstreamCredential?> GetAsync(
        PolicySubject? caller, ServerSettings server, string? exchange, CancellationToken cancellation)
    {
        Asked.Enqueue((caller?.Subject ?? "", server.Name));
        if (RefusesTheGateway && caller is null) throw new RefusalException(Reasons.CredentialUnavailable, "callers alone");
        if (Fault is not null && caller is not null) await Fault(cancellation);
        return new UpstreamCredential("Authorization", "Bearer ", new SecretText(Of(caller?.Subject)));
    }

    /// <summary>The secret of a caller.</summary>
    public static string Of(string? caller) => $"upstream-secret-of-{caller ?? "the-gateway"}";
}
