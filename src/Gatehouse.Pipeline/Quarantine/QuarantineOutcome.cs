namespace Gatehouse.Pipeline.Quarantine;

/// <summary>The outcome of keeping a result.</summary>
/// <param name="Id">The id, random and not a secret; null where nothing was kept.</param>
/// <param name="WhyNot">The cause for which nothing was kept, as a slug for the record; null where it was kept.</param>
internal readonly record struct QuarantineOutcome(string? Id, string? WhyNot)
{
    /// <summary>The result is kept.</summary>
    public static QuarantineOutcome Kept(string id) => new(id, null);

    /// <summary>Nothing is kept; the result is blocked.</summary>
    public static QuarantineOutcome NotKept(string why) => new(null, why);
}
