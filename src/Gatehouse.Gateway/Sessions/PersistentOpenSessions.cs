using Gatehouse.Storage;

namespace Gatehouse.Gateway.Sessions;

/// <summary>Open sessions in the store.</summary>
public sealed class PersistentOpenSessions(Store store, Action<string> diagnostics) : IOpenSessions
{
    /// <inheritdoc />
    public IReadOnlyList<OpenSessionRow> All(DateTimeOffset now) => store.OpenSessions.All(now);

    /// <inheritdoc />
    public async ValueTask AddAsync(OpenSessionRow session)
    {
        ArgumentNullException.ThrowIfNull(session);
        try
        {
            await store.OpenSessions.AddAsync(session.SessionUid, session.Owner, session.Until).ConfigureAwait(false);
        }
        catch (StoreException e)
        {
            diagnostics($"a session could not be stored; after a restart its handle is unknown: {e.Message}");
        }
    }

    /// <inheritdoc />
    public async ValueTask RemoveAsync(string uid)
    {
        try
        {
            await store.OpenSessions.RemoveAsync(uid).ConfigureAwait(false);
        }
        catch (Exception e) when (e is StoreException or ObjectDisposedException)
        {
            // The threat: what a client or an administrator has ended is open again after a restart, and nobody knows (ST-01).
            diagnostics($"a session that has ended could not be taken out of the store; after a restart its handle is good again until it expires: {e.Message}");
        }
    }
}
