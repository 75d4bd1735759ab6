using Gatehouse.Detection.Findings;
using Gatehouse.Policy;

namespace Gatehouse.Settings;

/// <summary>A secret or personal datum that was found, with its message.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Name">Kind and form, such as <c>secret/github-token</c>; equal to the kind without a form.</param>
/// <param name="Confidence">The confidence.</param>
/// <param name="Direction">The direction of the message.</param>
/// <param name="Server">The server; null where it is not known, and then rules that name servers do not apply.</param>
/// <param name="Tool">The called tool; null for another message.</param>
/// <param name="Caller">The caller; null without one.</param>
public readonly record struct ProtectionCase(
    string Kind, string Name, Confidence Confidence, ProtectionDirection Direction, string? Server, string? Tool, PolicySubject? Caller)
{
    /// <summary>The rank of a label, the highest number for an unknown label; null for anything else.</summary>
    public int? LabelRank { get; init; }
}
