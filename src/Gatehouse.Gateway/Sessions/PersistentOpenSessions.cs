using Gatehouse.Diagnostics;
using Gatehouse.Storage.Abstractions;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Gateway.Sessions;

/// <summary>
/// Keeps the open sessions in a store, so that a restart finds them and nothing else. Where the store refuses, the operator learns it.
/// </summary>
internal sealed class PersistentOpenSessions(ISessionStore store, ILogger log)
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
            log.Write(OperatorEvents.SessionNotStored, LogValue.Cause(e));
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
            log.Write(OperatorEvents.SessionEndNotStored, LogValue.Cause(e));
        }
    }
}
