using Gatehouse.Administration;
using Gatehouse.Gateway.Sessions;

namespace Gatehouse.Gateway.Administration;

/// <summary>Sessions of a gateway. The handles are not shown.</summary>
internal sealed class SessionAdministration(SessionTable sessions) : ISessionAdministration
{
    public IReadOnlyList<SessionView> List(string? server, string? subject) =>
    [
        .. sessions.Entries
            .Where(entry => server is null || entry.Server == server)
            .Where(entry => subject is null || entry.Subject == subject)
            .OrderBy(entry => entry.Binding.CreatedAt).Select(View),
    ];

    public async ValueTask<string?> EndAsync(string id)
    {
        if (sessions.Entries.FirstOrDefault(entry => entry.Binding.Uid == id) is not { } entry) return null;
        await sessions.EndAsync(entry.Binding).ConfigureAwait(false);
        return entry.Subject;
    }

    private static SessionView View(SessionEntry entry) => new(
        entry.Binding.Uid, entry.Server, entry.Issuer, entry.Subject, entry.ClientId, entry.Binding.Revision.Text,
        entry.Binding.CreatedAt, entry.LastSeen, entry.Binding.ExpiresAt, entry.Binding.Live.UnderWay);
}
