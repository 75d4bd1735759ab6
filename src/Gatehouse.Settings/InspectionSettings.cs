using Gatehouse.Integrity.Inspection;

namespace Gatehouse.Settings;

/// <summary>The handling of findings. A hard finding always withholds. Only a suppression of that single finding lets it pass.</summary>
public sealed record InspectionSettings
{
    /// <summary>
    /// True withholds definitions with soft findings as well. Otherwise callers see them, and each use records the finding. Default false.
    /// </summary>
    public bool WithholdsSoft { get; init; }

    /// <summary>Findings that a person reviewed and accepted.</summary>
    public FindingSuppressions Suppressions { get; init; } = FindingSuppressions.None;

    /// <summary>The handling of findings in messages.</summary>
    public MessageInspectionSettings Messages { get; init; } = new();
}
