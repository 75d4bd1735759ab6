using Gatehouse.Administration;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Gateway.Sessions;
using Gatehouse.Identity.Revocations;

namespace Gatehouse.Gateway.Administration;

/// <summary>Revocations of a gateway. In force in this process when the act is done, open streams included (ID-07).</summary>
internal sealed class RevocationAdministration(GatewayHost host) : IRevocationAdministration
{
    public IReadOnlyCollection<string> Issuers => [.. host.Issuers.Known];

    public async ValueTask<int> RevokeAsync(RevocationKind kind, string issuer, string value, string reason)
    {
        await host.Revocations.RevokeAsync(kind, issuer, value, reason).ConfigureAwait(false);
        return host.EndRevoked();
    }

    public async ValueTask<SubjectRevoked> RevokeSubjectAsync(string subject, string reason)
    {
        foreach (var issuer in host.Issuers.Known) await host.Revocations.RevokeSubjectAsync(issuer, subject, reason).ConfigureAwait(false);
        var sessions = host.Sessions.Entries.Where(entry => entry.Subject == subject).ToList();
        foreach (var entry in sessions) await host.Sessions.EndAsync(entry.Binding).ConfigureAwait(false);
        return new SubjectRevoked(subject, sessions.Count, host.Registry.End(exchange => exchange.Subject?.Subject == subject));
    }
}
