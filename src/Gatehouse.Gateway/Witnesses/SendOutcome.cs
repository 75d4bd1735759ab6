namespace Gatehouse.Gateway.Witnesses;

/// <summary>The result of one checkpoint that was sent.</summary>
/// <param name="Size">The size that the place has now, as far as it said.</param>
/// <param name="Fault">A word for the operator; null where the place has the checkpoint.</param>
internal readonly record struct SendOutcome(long Size, string? Fault)
{
    /// <summary>The fault of a place that does not know the log.</summary>
    public const string UnknownLog = "unknown-log";

    /// <summary>The fault of a witness that saw other entries than the log has.</summary>
    public const string Inconsistent = "inconsistent";

    /// <summary>The fault of a witness that saw more entries than the log has.</summary>
    public const string SawMore = "saw-more-entries";

    /// <summary>True where asking again is of no use before the place or the log changes.</summary>
    public bool IsFinal { get; init; }
}
