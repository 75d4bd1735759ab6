namespace Gatehouse.Pipeline;

/// <summary>
/// One stage. It sees the exchange and nothing of the transport, so that the same stage runs in the gateway, in the
/// wrapper and inside a filter of the official SDK.
/// </summary>
public interface IStage
{
    /// <summary>The stage's verb, also span name, metric label and docs page.</summary>
    string Name { get; }

    /// <summary>Continue, or the reason why the exchange ends here.</summary>
    ValueTask<StageOutcome> RunAsync(Exchange exchange, CancellationToken cancellation);
}
