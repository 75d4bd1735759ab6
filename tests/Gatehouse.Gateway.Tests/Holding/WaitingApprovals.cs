using System.Collections.Concurrent;
using Gatehouse.Pipeline.Approve;
using Gatehouse.Pipeline.Exchanges;

namespace Gatehouse.Gateway.Tests.Holding;

/// <summary>A person who answers when the test does.</summary>
internal sealed class WaitingApprovals : IApprovals
{
    private readonly ConcurrentQueue<ApprovalRequest> asked = new();
    private readonly TaskCompletionSource<ApprovalAnswer> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int ended;

    /// <summary>What the person was asked.</summary>
    public IReadOnlyList<ApprovalRequest> Asked => [.. asked];

    /// <summary>Questions that nobody waits for any more.</summary>
    public int Ended => Volatile.Read(ref ended);

    /// <summary>True for an asker that does not notice that nobody waits any more.</summary>
    public bool IsDeaf { get; init; }

    public void Answer(ApprovalOutcome outcome) => answer.SetResult(new ApprovalAnswer(outcome, "carol"));

    public ValueTask<ApprovalOutcome> SpendAsync(ApprovalRequest now, ApprovalAnswer answer, CancellationToken cancellation) =>
        new(ApprovalOutcome.Approved);

    public async ValueTask<ApprovalAnswer> AskAsync(ApprovalRequest request, CancellationToken cancellation)
    {
        asked.Enqueue(request);
        if (IsDeaf)
        {
            await using var gone = cancellation.Register(() => Interlocked.Increment(ref ended));
            return await answer.Task;
        }

        try
        {
            return await answer.Task.WaitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            Interlocked.Increment(ref ended);
            throw;
        }
    }
}
