using Gatehouse.Audit;

namespace Gatehouse.Pipeline.Definitions;

/// <summary>The verdict of a definition policy on a definition.</summary>
public sealed record DefinitionVerdict
{
    /// <summary>The definition is visible.</summary>
    public static DefinitionVerdict Visible { get; } = new();

    /// <summary>Slug of the reason why it is withheld; null when it is visible.</summary>
    public string? Withheld { get; init; }

    /// <summary>The digest that represents it if some of its texts may change; null for the plain digest.</summary>
    public string? Digest { get; init; }

    /// <summary>Time at which a person approved exactly this definition; null when no person did.</summary>
    public DateTimeOffset? ApprovedAt { get; init; }

    /// <summary>End of the verdict's validity; after it the policy is asked again.</summary>
    public DateTimeOffset Until { get; init; } = DateTimeOffset.MaxValue;

    /// <summary>The permitted part of withheld capabilities, as a JSON object; empty for nothing. Other kinds have none.</summary>
    public ReadOnlyMemory<byte> Instead { get; init; }

    /// <summary>Parts to record whenever the definition is used or listed although it is visible; bounded by the policy. Default none.</summary>
    public IReadOnlyList<AuditPart> Notes { get; init; } = [];

    /// <summary>Creates a verdict that withholds.</summary>
    /// <param name="reason">Slug of the reason.</param>
    public static DefinitionVerdict Withhold(string reason) => new() { Withheld = reason };
}
