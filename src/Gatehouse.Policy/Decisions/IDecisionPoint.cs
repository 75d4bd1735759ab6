namespace Gatehouse.Policy.Decisions;

/// <summary>
/// A decision point for callers and targets: our own policy, or that and an external decision point (AZ-06). The enforcement point asks through it
/// and obeys.
/// </summary>
/// <remarks>
/// An implementation never throws for a fault of an external decision point: slow, lying or down is a denial, with the cause in
/// <see cref="PolicyDecision.External"/>. It throws <see cref="OperationCanceledException"/> when its caller gives up.
/// </remarks>
public interface IDecisionPoint
{
    /// <summary>Answers one question. Our own policy answers before it returns, without allocating.</summary>
    /// <param name="subject">The caller.</param>
    /// <param name="request">The request.</param>
    /// <param name="cancellation">Ends the wait. A question under way for others continues.</param>
    ValueTask<PolicyDecision> DecideAsync(PolicySubject subject, in PolicyRequest request, CancellationToken cancellation);

    /// <summary>Answers many questions about one caller together: a list, or a message that names several targets.</summary>
    /// <param name="subject">The caller.</param>
    /// <param name="requests">The requests.</param>
    /// <param name="decisions">Filled in the order of the questions; at least as long.</param>
    /// <param name="cancellation">Ends the wait.</param>
    ValueTask DecideManyAsync(
        PolicySubject subject, ReadOnlyMemory<PolicyRequest> requests, Memory<PolicyDecision> decisions, CancellationToken cancellation);
}
