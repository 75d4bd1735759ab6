using Gatehouse.Administration;
using Gatehouse.Settings;

namespace Gatehouse.Credentials;

/// <summary>What the acts about credentials do.</summary>
/// <param name="table">The credentials in memory.</param>
/// <param name="host">The host.</param>
internal sealed class CredentialAdministration(CredentialTable table, CredentialHost host) : ICredentialAdministration
{
    /// <inheritdoc />
    public IReadOnlyList<CredentialView> List(string? server, string? subject)
    {
        var issued = host.Settings().Servers.Where(static one => one.Http?.Issued is not null).ToDictionary(static one => one.Name, static one => one.Http!.Issued!);
        return [.. table.All().Where(one => (server is null || one.Server == server) && (subject is null || one.Subject == subject))
            .Select(one => View(one, issued[one.Server]))
            .OrderBy(static one => one.Server, StringComparer.Ordinal).ThenBy(static one => one.Subject, StringComparer.Ordinal)];
    }

    /// <inheritdoc />
    public int? Forget(string server, string? subject) => host.Settings().Server(server)?.Http?.Issued is null ? null
        : table.Forget(one => one.Server == server && (subject is null || one.Subject == subject));

    private static CredentialView View(CallerCredential one, IssuedCredentialSettings issued)
    {
        var held = one.Cell.Held;
        return new CredentialView(one.Server, CredentialWords.KindOf(issued.Kind), issued.Issuer.Issuer, one.Issuer, one.Subject, one.Client,
            held?.IssuedAt, held?.Until, held?.Scope, one.Cell.LastFault?.Message);
    }
}
