using System.Collections.Concurrent;

namespace Gatehouse.Gateway.Upstreams;

/// <summary>
/// Sessions of a server declared stateless that it forgot and that were begun anew, by the id the client's handle holds
/// (EX-04). Bounded; a session's end takes its entry out.
/// </summary>
internal sealed class RenewedSessions : IDisposable
{
    private const int Most = 100_000;

    private readonly ConcurrentDictionary<string, string> current = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim renewing = new(1, 1);

    /// <summary>The id that the server knows now.</summary>
    public string Current(string id) => current.GetValueOrDefault(id, id);

    /// <summary>Begins a session anew, once for all requests that found it gone.</summary>
    /// <param name="id">The id that the client's handle holds.</param>
    /// <param name="gone">The id that the server did not know.</param>
    /// <param name="begin">Begins a session with the server; null when it does not.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>True when there is another id to try.</returns>
    public async ValueTask<bool> RenewAsync(string id, string gone, Func<CancellationToken, ValueTask<string?>> begin, CancellationToken cancellation)
    {
        await renewing.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (Current(id) != gone) return true;
            if (current.Count >= Most || await begin(cancellation).ConfigureAwait(false) is not { Length: > 0 } fresh) return false;
            current[id] = fresh;
            return true;
        }
        finally
        {
            renewing.Release();
        }
    }

    /// <summary>The session has ended.</summary>
    public void Forget(string id) => current.TryRemove(id, out _);

    public void Dispose() => renewing.Dispose();
}
