using Gatehouse.Diagnostics;
using Gatehouse.Storage.Abstractions;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Gateway.Sessions;

/// <summary>
/// Keeps the open sessions in a store, so that a restart finds these and no others. When the store refuses, the operator learns it.
/// </summary>
internal sealed class PersistentOpenSessions(ISessionStore store, ILogger log)
{
    /// <summary>
    /// Stores a session. Returns when it is durable. A session that cannot be stored is lost with this process, and its handle with it. Nothing is
    /// thrown.
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
    /// Removes a session for good. Returns when a restart cannot bring it back. Many of these calls are not awaited, so nothing is thrown.
    /// </summary>
    public async ValueTask RemoveAsync(string uid)
    {
        try
        {
            await store.RemoveAsync(uid).ConfigureAwait(false);
        }
        catch (Exception e) when (e is StoreException or ObjectDisposedException)
        {
            // The threat: a session that a client or an administrator has ended is open again after a restart, unnoticed (ST-01).
            log.Write(OperatorEvents.SessionEndNotStored, LogValue.Cause(e));
        }
    }
}
