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
    public async ValueTask RemoveAsync(string uid) => await store.OpenSessions.RemoveAsync(uid).ConfigureAwait(false);
}
