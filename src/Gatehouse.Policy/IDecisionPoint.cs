namespace Gatehouse.Policy;

/// <summary>
/// Answers whether a caller may do something: our own policy, or that and an external decision point (AZ-06). The enforcement
/// point asks through it and obeys.
/// </summary>
/// <remarks>
/// An implementation never throws for what an external decision point does: slow, lying or down is a denial that says so in
/// <see cref="PolicyDecision.External"/>. It throws <see cref="OperationCanceledException"/> when the caller of it gives up.
/// </remarks>
public interface IDecisionPoint
{
    /// <summary>Answers one question. Our own policy answers before it returns, without allocating.</summary>
    /// <param name="subject">Who asks to be let through.</param>
    /// <param name="request">What for.</param>
    /// <param name="cancellation">Ends the wait; a question under way for others goes on.</param>
    ValueTask<PolicyDecision> DecideAsync(PolicySubject subject, in PolicyRequest request, CancellationToken cancellation);

    /// <summary>Answers many questions about one caller at once: a list, or a message that names several things.</summary>
    /// <param name="subject">Who asks to be let through.</param>
    /// <param name="requests">What for.</param>
    /// <param name="decisions">Filled in the order of the questions; at least as long.</param>
    /// <param name="cancellation">Ends the wait.</param>
    ValueTask DecideManyAsync(
        PolicySubject subject, ReadOnlyMemory<PolicyRequest> requests, Memory<PolicyDecision> decisions, CancellationToken cancellation);
}
