using Gatehouse.Administration;
using Gatehouse.Settings;

namespace Gatehouse.Credentials;

/// <summary>Runs the acts about credentials.</summary>
/// <param name="table">The credentials in memory.</param>
/// <param name="host">The host.</param>
internal sealed class CredentialAdministration(CredentialTable table, CredentialHost host) : ICredentialAdministration
{
    /// <inheritdoc />
    public IReadOnlyList<string> Servers => [.. host.Settings().Servers.Where(IsIssued).Select(static one => one.Name)];

    /// <inheritdoc />
    public IReadOnlyList<CredentialView> List(string? server, string? subject)
    {
        var servers = host.Settings().Servers.ToDictionary(static one => one.Name, StringComparer.Ordinal);
        return [.. table.All().Where(one => (server is null || one.Server == server) && (subject is null || one.Subject == subject))
            .Select(one => View(one, servers[one.Server].Http!))
            .OrderBy(static one => one.Server, StringComparer.Ordinal).ThenBy(static one => one.Subject, StringComparer.Ordinal)];
    }

    /// <inheritdoc />
    public int? Forget(string server, string? subject) => host.Settings().Server(server) is { } named && IsIssued(named)
        ? table.Forget(one => one.Server == server && (subject is null || one.Subject == subject)) : null;

    private static bool IsIssued(ServerSettings server) => server.Http is { Issued: not null } or { Azure: not null };

    private static CredentialView View(CallerCredential one, HttpUpstreamSettings server)
    {
        var held = one.Cell.Held;
        return new CredentialView(
            one.Server, CredentialWords.KindOf(server)!, server.Issued?.Issuer.Issuer ?? server.Azure!.Resource, one.Issuer, one.Subject, one.Client,
            held?.IssuedAt, held?.Until, held?.Scope, one.Cell.LastFault?.Message);
    }
}
