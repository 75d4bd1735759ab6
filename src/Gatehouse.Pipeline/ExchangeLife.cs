namespace Gatehouse.Pipeline;

/// <summary>
/// Why an exchange may end before it is answered: its deadline, the client that left, or a right that is gone.
/// </summary>
internal sealed class ExchangeLife(TimeProvider time) : IDisposable
{
    private CancellationTokenSource? source;
    private CancellationTokenSource? deadline;
    private volatile bool withdrawn;

    /// <summary>The token that ends the exchange.</summary>
    public CancellationToken Begin(Exchange exchange, bool isStream, CancellationToken clientGone)
    {
        if (isStream)
        {
            source = CancellationTokenSource.CreateLinkedTokenSource(clientGone);
            return source.Token;
        }

        // H33: one hard limit for each request; progress does not extend it.
        deadline = new CancellationTokenSource(exchange.Server.Deadline, time);
        source = clientGone.CanBeCanceled
            ? CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, clientGone)
            : CancellationTokenSource.CreateLinkedTokenSource(deadline.Token);
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
        if (deadline is { IsCancellationRequested: true }) return new Refusal(Reasons.UpstreamTimeout, "deadline");
        return clientGone.IsCancellationRequested ? null : new Refusal(Reasons.UpstreamEnded, "cancelled");
    }

    public void Dispose()
    {
        source?.Dispose();
        deadline?.Dispose();
    }
}
