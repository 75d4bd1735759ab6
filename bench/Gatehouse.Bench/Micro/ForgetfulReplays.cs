using Gatehouse.Identity.ProofOfPossession;

namespace Gatehouse.Bench.Micro;

/// <summary>Takes each proof for a new one, so that one proof can be judged over and over; the cost of remembering is measured by itself.</summary>
internal sealed class ForgetfulReplays : IDPoPReplayCache
{
    public ValueTask<ReplayCheckResult> UseAsync(DPoPProofUse use, CancellationToken cancellationToken) =>
        ValueTask.FromResult(ReplayCheckResult.First);
}
