using Gatehouse.Identity;

namespace Gatehouse.Bench.Micro;

/// <summary>Takes each proof for a new one, so that one proof can be judged over and over; the cost of remembering is measured by itself.</summary>
internal sealed class ForgetfulReplays : IProofReplays
{
    public ValueTask<ProofReplayAnswer> UseAsync(ProofUse use, CancellationToken cancellationToken) =>
        ValueTask.FromResult(ProofReplayAnswer.First);
}
