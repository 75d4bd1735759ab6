using System.Runtime.InteropServices;

namespace Gatehouse.AuthorizationServer.Tokens;

/// <summary>
/// Keeps grants of a person from beginning while the person is erased from the audit log. Safe for concurrent use.
/// </summary>
/// <remarks>
/// The threat: a person confirms a sign-in during the erasure. The entry of the grant is sealed under a key that is destroyed then, and each later
/// entry about its tokens has the identifier of the grant in clear, and the name of the person under a new key (DP-03). A sign-in that the person
/// began before the erasure is over with it, so that the store has no name that the erasure did not end.
/// </remarks>
/// <param name="time">The clock.</param>
internal sealed class GrantBar(TimeProvider time)
{
    /// <summary>The most persons whose erasure is remembered. Beyond it, sign-ins that are older than a forgotten erasure are over as well.</summary>
    public const int MostErasures = 1_000;

    private readonly Lock gate = new();
    private readonly Dictionary<string, int> making = new(StringComparer.Ordinal); // as many as requests that confirm a sign-in now
    private readonly Dictionary<string, TaskCompletionSource> barred = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTimeOffset> erased = new(StringComparer.Ordinal);
    private readonly Queue<(string Subject, DateTimeOffset At)> order = [];
    private DateTimeOffset forgotten = DateTimeOffset.MinValue;

    /// <summary>Begins the making of a grant. An erasure of the person waits until the result is disposed of.</summary>
    /// <param name="subject">The person.</param>
    /// <param name="signedInAt">When the person signed in.</param>
    /// <returns>Null where the person is being erased, or was erased since then.</returns>
    public IDisposable? TryEnter(string subject, DateTimeOffset signedInAt)
    {
        lock (gate)
        {
            if (barred.ContainsKey(subject) || signedInAt <= forgotten || (erased.TryGetValue(subject, out var at) && signedInAt <= at)) return null;
            CollectionsMarshal.GetValueRefOrAddDefault(making, subject, out _)++;
            return new Leave(() => LeaveMaking(subject));
        }
    }

    /// <summary>
    /// Keeps grants of a person from beginning until the result is disposed of, and waits for those that are being made. They write to the store and
    /// to the log only, as the erasure does, so the wait has no limit of its own.
    /// </summary>
    /// <param name="subject">The person. One erasure at a time.</param>
    public async Task<IDisposable> BarAsync(string subject)
    {
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            barred.Add(subject, gone);
            if (!making.ContainsKey(subject)) gone.SetResult();
        }

        await gone.Task.ConfigureAwait(false);
        return new Leave(() => EndBar(subject));
    }

    private void LeaveMaking(string subject)
    {
        lock (gate)
        {
            if (--CollectionsMarshal.GetValueRefOrNullRef(making, subject) > 0) return;
            making.Remove(subject);
            if (barred.TryGetValue(subject, out var waiting)) waiting.TrySetResult();
        }
    }

    private void EndBar(string subject)
    {
        var now = time.GetUtcNow();
        lock (gate)
        {
            barred.Remove(subject);
            erased[subject] = now;
            order.Enqueue((subject, now));
            if (order.Count <= MostErasures) return;
            var (oldest, at) = order.Dequeue();
            if (forgotten < at) forgotten = at;
            if (erased[oldest] == at) erased.Remove(oldest);
        }
    }

    private sealed class Leave(Action leave) : IDisposable
    {
        private Action? leaving = leave;

        public void Dispose() => Interlocked.Exchange(ref leaving, null)?.Invoke();
    }
}
