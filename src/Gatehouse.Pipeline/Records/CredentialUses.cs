using Gatehouse.Audit;

namespace Gatehouse.Pipeline.Records;

/// <summary>The uses of credentials of an exchange so far. It never changes.</summary>
/// <param name="Items">The uses, equal ones in one.</param>
/// <param name="IsClosed">True once an entry has them.</param>
internal sealed record CredentialUses(IReadOnlyList<CredentialUse> Items, bool IsClosed)
{
    private static readonly CredentialUses NoneClosed = new([], true);

    /// <summary>No use.</summary>
    public static CredentialUses None { get; } = new([], false);

    /// <summary>Returns the uses with one more.</summary>
    public CredentialUses With(CredentialUse use)
    {
        if (Items.Count == 0) return new CredentialUses([use], false);
        var tally = new CredentialTally();
        tally.Add(Items);
        tally.Add([use]);
        return new CredentialUses(tally.ToList(), false);
    }

    /// <summary>Returns the uses as those of an entry.</summary>
    public CredentialUses Closed() => Items.Count == 0 ? NoneClosed : this with { IsClosed = true };
}
