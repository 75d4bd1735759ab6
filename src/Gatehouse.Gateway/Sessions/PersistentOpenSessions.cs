using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Gateway.Sessions;

/// <summary>
/// Keeps the open sessions in a store, so that a restart finds them and nothing else. Where the store refuses, the operator learns it.
/// </summary>
internal sealed class PersistentOpenSessions(ISessionStore store, Action<string> diagnostics)
{
    /// <summary>
    /// Keeps a session; returns when it is durable. One that cannot be kept is lost with this process, and its handle with it; nothing is thrown.
    /// </summary>
    public async ValueTask AddAsync(OpenSessionRow session)
    {
        ArgumentNullException.ThrowIfNull(session);
        try
        {
            await store.AddAsync(session).ConfigureAwait(false);
        }
        catch (StoreException e)
        {
            diagnostics($"a session could not be stored; after a restart its handle is unknown: {e.Message}");
        }
    }

    /// <summary>
    /// Forgets a session for good; returns when a restart cannot bring it back. Nobody waits for many of these, so nothing is thrown.
    /// </summary>
    public async ValueTask RemoveAsync(string uid)
    {
        try
        {
            await store.RemoveAsync(uid).ConfigureAwait(false);
        }
        catch (Exception e) when (e is StoreException or ObjectDisposedException)
        {
            // The threat: what a client or an administrator has ended is open again after a restart, and nobody knows (ST-01).
            diagnostics($"a session that has ended could not be taken out of the store; after a restart its handle is good again until it expires: {e.Message}");
        }
    }
}
