using Gatehouse.Detection.Findings;
using Gatehouse.Integrity.Definitions;
using Gatehouse.Protocol.Json;

namespace Gatehouse.Integrity.Inspection;

/// <summary>One fault of a definition.</summary>
/// <param name="Rule">Its kind.</param>
/// <param name="Confidence">The confidence of the finding.</param>
/// <param name="Kind">The kind of the definition.</param>
/// <param name="Name">The name of that; from outside.</param>
/// <param name="Pointer">JSON Pointer of the text within the definition; from outside.</param>
/// <param name="Span">The bytes of the definition's message that prove it.</param>
/// <param name="Message">The finding in words; holds no text from outside.</param>
public sealed record DefinitionFinding(FindingRule Rule, Confidence Confidence, DefinitionKind Kind, string Name, string Pointer, ByteRange Span,
    string Message)
{
    /// <summary>True when it blocks; the others ask a person. See <see cref="FindingRule.IsHard"/>.</summary>
    public bool IsHard => Rule.IsHard(Confidence);
}
