using Gatehouse.Administration;

namespace Gatehouse.Connections;

/// <summary>Runs the acts about connections.</summary>
/// <param name="register">The connections.</param>
/// <param name="seals">Opens their rows.</param>
/// <param name="host">The host.</param>
internal sealed class ConnectionAdministration(ConnectionRegister register, ConnectionSeals seals, IConnectionHost host) : IConnectionAdministration
{
    /// <inheritdoc />
    public IReadOnlyList<string> Servers =>
        [.. host.Settings.Servers.Where(static one => one.Http?.Connection is not null).Select(static one => one.Name)];

    /// <inheritdoc />
    public async Task<IReadOnlyList<CredentialView>> ListAsync(string? server, string? subject)
    {
        var rows = await register.ListAsync(null, IConnectionAdministration.MostListed).ConfigureAwait(false);
        return [.. rows.Where(row => (server is null || row.Server == server) && (subject is null || row.Subject == subject)).Select(row =>
        {
            var opened = seals.Open(row);
            return new CredentialView(row.Server, "connection", row.Provider, row.Issuer, row.Subject, null, row.At, row.Until,
                opened is null ? null : string.Join(' ', opened.Facts.Scopes), opened is null ? "the row cannot be opened" : null);
        })];
    }

    /// <inheritdoc />
    public async Task<bool?> DisconnectAsync(string server, string issuer, string subject)
    {
        var (isFound, isRevoked) = await register.DisconnectAsync(issuer, subject, server, ConnectionCauses.Administrator).ConfigureAwait(false);
        return isFound ? isRevoked : null;
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<string>> IssuersOfAsync(string server, string subject)
    {
        List<string> found = [];
        foreach (var one in host.Settings.Issuers.Select(static one => one.Issuer).Prepend(host.Settings.Origin).Distinct(StringComparer.Ordinal))
        {
            if (await register.FindAsync(one, subject, server).ConfigureAwait(false) is not null) found.Add(one);
        }

        return found;
    }
}
