namespace Gatehouse.Audit.Search;

/// <summary>The reason why an index is made again from its log.</summary>
/// <param name="Why">
/// A word of a closed list: <see cref="Damaged"/>, <see cref="OtherFormat"/> or <see cref="OtherKeys"/>. It is in clear in the audit log.
/// </param>
/// <param name="Message">A sentence for the operator. It may have the path of the index.</param>
public sealed record IndexRebuild(string Why, string Message)
{
    /// <summary>The index is damaged, or the log is not the one that it was made from.</summary>
    public const string Damaged = "damaged";

    /// <summary>The index is of another build.</summary>
    public const string OtherFormat = "other-format";

    /// <summary>The index is of another key ring, or keys of persons were destroyed since.</summary>
    public const string OtherKeys = "other-keys";
}
