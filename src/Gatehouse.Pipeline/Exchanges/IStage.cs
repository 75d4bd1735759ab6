namespace Gatehouse.Pipeline.Exchanges;

/// <summary>
/// One stage. It sees the exchange and nothing of the transport, so that the same stage runs in the gateway, in the wrapper and inside a filter of
/// the official SDK.
/// </summary>
public interface IStage
{
    /// <summary>The stage's verb, also used as span name, metric label and page of the documentation.</summary>
    string Name { get; }

    /// <summary>Runs the stage. Returns continue, or the reason why the exchange ends here.</summary>
    ValueTask<StageOutcome> RunAsync(Exchange exchange, CancellationToken cancellation);
}
