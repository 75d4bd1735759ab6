namespace Gatehouse.Audit;

/// <summary>Counts of uses of credentials. The configuration names them, so their number is bounded. Not safe for concurrent use.</summary>
public sealed class CredentialTally
{
    /// <summary>The most counts in one entry: 24. Further credentials are counted as one of the kind <c>others</c>.</summary>
    public const int MostCounts = 24;

    /// <summary>The kind of credentials that are counted together.</summary>
    public const string Others = "others";

    private readonly Dictionary<CredentialUse, long> counts = [];

    /// <summary>Counts uses.</summary>
    public void Add(IReadOnlyList<CredentialUse> uses)
    {
        ArgumentNullException.ThrowIfNull(uses);
        for (var i = 0; i < uses.Count; i++)
        {
            var one = uses[i] with { Count = 1 };
            if (counts.Count >= MostCounts && !counts.ContainsKey(one)) one = new CredentialUse(Others);
            counts[one] = counts.GetValueOrDefault(one) + uses[i].Count;
        }
    }

    /// <summary>Returns the counts.</summary>
    public IReadOnlyList<CredentialUse> ToList() => counts.Count == 0 ? [] : [.. counts.Select(static one => one.Key with { Count = one.Value })];
}
