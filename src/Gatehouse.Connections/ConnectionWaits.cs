using System.Collections.Concurrent;
using Gatehouse.Pipeline.Forward;
using Gatehouse.Policy;
using Gatehouse.Settings;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Connections;

/// <summary>Calls that wait for a person who is on the page of a connection. Each belongs to an exchange, which counts for its caller.</summary>
/// <param name="register">Finds connections, also those that another gateway of this store made.</param>
/// <param name="services">The services.</param>
/// <param name="time">The clock.</param>
internal sealed class ConnectionWaits(ConnectionRegister register, ConnectedServices services, TimeProvider time) : IVisits
{
    /// <summary>The longest that one round waits: shorter than the time limits of clients.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(25);

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<(string Issuer, string Subject, string Server), TaskCompletionSource> waiting = new();

    /// <inheritdoc />
    public async ValueTask AwaitAsync(PolicySubject caller, ServerSettings server, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(caller);
        ArgumentNullException.ThrowIfNull(server);
        var key = (caller.Issuer, caller.Subject, server.Name);
        var began = time.GetTimestamp();
        while (time.GetElapsedTime(began) < LongestWait)
        {
            var source = waiting.GetOrAdd(key, static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            if (await IsThereAsync(caller, server, cancellation).ConfigureAwait(false)) return;
            try
            {
                await source.Task.WaitAsync(LookEvery, time, cancellation).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                // Another gateway may have the page.
            }
            finally
            {
                waiting.TryRemove(KeyValuePair.Create(key, source));
            }
        }
    }

    /// <summary>Lets the calls of a person for a server continue.</summary>
    public void Release(string issuer, string subject, string server)
    {
        if (waiting.TryRemove((issuer, subject, server), out var source)) source.TrySetResult();
    }

    private async ValueTask<bool> IsThereAsync(PolicySubject caller, ServerSettings server, CancellationToken cancellation)
    {
        if (server.Http?.Connection is not { } wanted || services.Find(wanted.Provider) is not { } service) return true; // nothing to wait for
        try
        {
            var found = await register.FindAsync(caller.Issuer, caller.Subject, server.Name, cancellation).ConfigureAwait(false);
            return found is not null && found.Serves(server, service);
        }
        catch (StoreException)
        {
            return true; // the request itself says that the store does not answer
        }
    }
}
