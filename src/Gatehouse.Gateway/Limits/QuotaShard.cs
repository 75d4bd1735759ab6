namespace Gatehouse.Gateway.Limits;

/// <summary>A part of the table with a lock of its own, so that callers on different cores seldom wait for each other.</summary>
internal sealed class QuotaShard
{
    public Lock Gate { get; } = new();

    public Dictionary<QuotaKey, QuotaBucket> Buckets { get; } = [];
}
