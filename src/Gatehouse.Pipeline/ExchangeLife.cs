namespace Gatehouse.Pipeline;

/// <summary>
/// Why an exchange may end before it is answered: its deadline, the client that left, or a right that is gone.
/// </summary>
internal sealed class ExchangeLife(TimeProvider time) : IDisposable
{
    private CancellationTokenSource? source;
    private CancellationTokenRegistration client;
    private CancellationToken linked;
    private bool hasDeadline;
    private volatile bool withdrawn;

    /// <summary>The token that ends the exchange.</summary>
    public CancellationToken Begin(Exchange exchange, bool isStream, CancellationToken clientGone)
    {
        // H33: one hard limit for each request; progress does not extend it. A stream has none.
        hasDeadline = !isStream;
        source = hasDeadline ? new CancellationTokenSource(exchange.Server.Deadline, time) : new CancellationTokenSource();
        linked = clientGone;
        client = clientGone.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), source);
        return source.Token;
    }

    /// <summary>Ends the exchange because its right is gone.</summary>
    public void Withdraw()
    {
        withdrawn = true;
        try
        {
            source?.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It ended in the same moment.
        }
    }

    /// <summary>The refusal for a cancelled exchange; null when the client itself left.</summary>
    public Refusal? WhyEnded(CancellationToken clientGone)
    {
        if (withdrawn) return new Refusal(Reasons.RightWithdrawn);
        // A client that leaves ends only what was linked to it; its absence must not hide a deadline of the legacy era.
        if (!linked.IsCancellationRequested && hasDeadline && source is { IsCancellationRequested: true })
            return new Refusal(Reasons.UpstreamTimeout, "deadline");
        return clientGone.IsCancellationRequested ? null : new Refusal(Reasons.UpstreamEnded, "cancelled");
    }

    public void Dispose()
    {
        client.Dispose(); // waits for a cancellation under way, so that it never meets a disposed source
        source?.Dispose();
    }
}
