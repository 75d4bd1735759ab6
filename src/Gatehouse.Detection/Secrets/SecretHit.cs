using Gatehouse.Detection.Findings;

namespace Gatehouse.Detection.Secrets;

/// <summary>A secret in a text.</summary>
/// <param name="Kind">Kind, as in <c>github-token</c>.</param>
/// <param name="Start">First character.</param>
/// <param name="Length">Characters.</param>
/// <param name="Confidence">High where the format is unmistakable or its checksum is right.</param>
internal readonly record struct SecretHit(string Kind, int Start, int Length, Confidence Confidence)
{
    /// <summary>Characters at the beginning that every secret of the format has, and that may be shown.</summary>
    public int Shown { get; init; }
}
