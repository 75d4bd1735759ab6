namespace Gatehouse.Pipeline;

/// <summary>
/// Why an exchange may end before it is answered: its deadline, a silent server, the client that left, or a right that is
/// gone.
/// </summary>
internal sealed class ExchangeLife(TimeProvider time) : IDisposable
{
    private CancellationTokenSource? source;
    private CancellationTokenRegistration client;
    private CancellationToken linked;
    private ITimer? silence;
    private bool hasDeadline;
    private volatile bool withdrawn;
    private volatile string? expected;
    private volatile string? silent;

    /// <summary>The token that ends the exchange.</summary>
    public CancellationToken Begin(Exchange exchange, bool isStream, CancellationToken clientGone)
    {
        // H33: one hard limit for each request; progress does not extend it. A stream has none.
        hasDeadline = !isStream;
        source = hasDeadline ? new CancellationTokenSource(exchange.Server.DeadlineOf(CalledTool(exchange)), time) : new CancellationTokenSource();
        linked = clientGone;
        client = clientGone.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), source);
        return source.Token;
    }

    /// <summary>
    /// The server must be heard within the time from now, or the exchange ends; what was expected before is met. Within the
    /// deadline, which it never moves.
    /// </summary>
    /// <param name="within">The time; zero expects nothing.</param>
    /// <param name="name">The setting, for the event.</param>
    public void Expect(TimeSpan within, string name = "")
    {
        if (!hasDeadline || (within == TimeSpan.Zero && silence is null)) return;
        var due = within == TimeSpan.Zero ? Timeout.InfiniteTimeSpan : within;
        expected = name;
        if (silence is null) silence = time.CreateTimer(static life => ((ExchangeLife)life!).EndSilence(), this, due, Timeout.InfiniteTimeSpan);
        else silence.Change(due, Timeout.InfiniteTimeSpan);
    }

    /// <summary>True once the server may have got the message.</summary>
    public bool HasSent { get; set; }

    /// <summary>True when the gateway gave up, so that the server may still work on it.</summary>
    public bool LeavesServerWaiting(Refusal why) =>
        HasSent && hasDeadline && (why.Reason == Reasons.UpstreamTimeout || why.Reason == Reasons.RightWithdrawn);

    /// <summary>
    /// The server was heard: nothing is expected of it while the client gets what it said, and then that it is heard again.
    /// </summary>
    public Heard Hear(TimeSpan idle)
    {
        Expect(TimeSpan.Zero);
        return new Heard(this, idle);
    }

    /// <summary>Ends the exchange because its right is gone.</summary>
    public void Withdraw()
    {
        withdrawn = true;
        Cancel();
    }

    /// <summary>The refusal for a cancelled exchange; null when the client itself left.</summary>
    public Refusal? WhyEnded(CancellationToken clientGone)
    {
        if (withdrawn) return new Refusal(Reasons.RightWithdrawn);
        if (silent is { } name) return new Refusal(Reasons.UpstreamTimeout, name);
        // A client that leaves ends only what was linked to it; its absence must not hide a deadline of the legacy era.
        if (!linked.IsCancellationRequested && hasDeadline && source is { IsCancellationRequested: true })
            return new Refusal(Reasons.UpstreamTimeout, "deadline");
        return clientGone.IsCancellationRequested ? null : new Refusal(Reasons.UpstreamEnded, "cancelled");
    }

    public void Dispose()
    {
        client.Dispose(); // waits for a cancellation under way, so that it never meets a disposed source
        silence?.Dispose();
        source?.Dispose();
    }

    private void EndSilence()
    {
        silent = expected;
        Cancel();
    }

    private void Cancel()
    {
        try
        {
            source?.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It ended in the same moment.
        }
    }

    /// <summary>The time in which the client gets what the server said.</summary>
    internal readonly struct Heard(ExchangeLife life, TimeSpan idle) : IDisposable
    {
        public void Dispose() => life.Expect(idle, "limits.idle");
    }

    private static string? CalledTool(Exchange exchange) => exchange.Message?.Method == "tools/call" ? exchange.Record.Name : null;
}
