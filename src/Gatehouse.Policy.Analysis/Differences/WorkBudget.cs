namespace Gatehouse.Policy.Analysis.Differences;

/// <summary>The remaining work, so that no pair of policies takes hours.</summary>
internal sealed class WorkBudget(int steps)
{
    private long left = steps;

    public bool IsSpent => left < 0;

    /// <summary>Takes one step. Returns false when none is left.</summary>
    public bool Take(int count = 1) => (left -= count) >= 0;
}
