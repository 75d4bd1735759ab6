using System.Collections.Concurrent;

namespace Gatehouse.Upstreams;

/// <summary>
/// Replacements of sessions that a server declared stateless no longer knows, by the id in the client's handle (EX-04). Bounded; the end of a session
/// removes its entry.
/// </summary>
/// <remarks>
/// The threat: one caller's session takes long to begin again, because the server or the caller's credential is slow, and the sessions of all other
/// callers wait for it (CWE-770). So each session has its own lock, which is kept while a request waits for it.
/// </remarks>
internal sealed class ReestablishedSessions
{
    private const int Most = 100_000;

    private readonly ConcurrentDictionary<string, string> current = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Turn> turns = new(StringComparer.Ordinal); // with the lock that guards it

    /// <summary>Returns the id that the server knows now.</summary>
    public string Current(string id) => current.GetValueOrDefault(id, id);

    /// <summary>Begins a session again, once for all requests that found it gone.</summary>
    /// <param name="id">The id in the client's handle.</param>
    /// <param name="gone">The id that the server did not know.</param>
    /// <param name="begin">Begins a session with the server; null when that fails.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>True when there is another id to try.</returns>
    public async ValueTask<bool> RenewAsync(string id, string gone, Func<CancellationToken, ValueTask<string?>> begin, CancellationToken cancellation)
    {
        var turn = Enter(id);
        try
        {
            await turn.Gate.WaitAsync(cancellation).ConfigureAwait(false);
            try
            {
                if (Current(id) != gone) return true;
                if (current.Count >= Most || await begin(cancellation).ConfigureAwait(false) is not { Length: > 0 } fresh) return false;
                current[id] = fresh;
                return true;
            }
            finally
            {
                turn.Gate.Release();
            }
        }
        finally
        {
            Leave(id, turn);
        }
    }

    /// <summary>Removes the entry of a session that has ended.</summary>
    public void Forget(string id) => current.TryRemove(id, out _);

    private Turn Enter(string id)
    {
        lock (turns)
        {
            if (!turns.TryGetValue(id, out var turn)) turns.Add(id, turn = new Turn());
            turn.Users++;
            return turn;
        }
    }

    private void Leave(string id, Turn turn)
    {
        lock (turns)
        {
            if (--turn.Users == 0) turns.Remove(id);
        }
    }

    private sealed class Turn
    {
        public SemaphoreSlim Gate { get; } = new(1, 1); // holds nothing that must be released

        public int Users { get; set; }
    }
}
