using Gatehouse.Audit;

namespace Gatehouse.Pipeline.Definitions;

/// <summary>What a judge says of a definition.</summary>
public sealed record DefinitionVerdict
{
    /// <summary>It may be seen.</summary>
    public static DefinitionVerdict Visible { get; } = new();

    /// <summary>Slug of the reason why it is withheld; null when it may be seen.</summary>
    public string? Withheld { get; init; }

    /// <summary>The digest it stands under where texts of it may change; null for the plain one.</summary>
    public string? Digest { get; init; }

    /// <summary>When somebody approved exactly this; null where nobody did.</summary>
    public DateTimeOffset? ApprovedAt { get; init; }

    /// <summary>Until when the verdict holds; after that the judge is asked again.</summary>
    public DateTimeOffset Until { get; init; } = DateTimeOffset.MaxValue;

    /// <summary>Of withheld capabilities what may be said instead, as a JSON object; empty for nothing. Other kinds have none.</summary>
    public ReadOnlyMemory<byte> Instead { get; init; }

    /// <summary>
    /// What is to be noted whenever the definition is used or listed, though it may be seen; bounded by the judge. Default nothing.
    /// </summary>
    public IReadOnlyList<AuditPart> Notes { get; init; } = [];

    /// <summary>It is withheld.</summary>
    /// <param name="reason">Slug of the reason.</param>
    public static DefinitionVerdict Withhold(string reason) => new() { Withheld = reason };
}
