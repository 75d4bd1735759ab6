using Gatehouse.Integrity.Inspection;

namespace Gatehouse.Settings;

/// <summary>
/// What becomes of findings. Hard ones always withhold; there is no setting that lets them pass but a suppression of the single one.
/// </summary>
public sealed record InspectionSettings
{
    /// <summary>
    /// True when definitions with soft findings are withheld as well; else they are seen, and each use records the finding. Default false.
    /// </summary>
    public bool WithholdsSoft { get; init; }

    /// <summary>Findings that a person looked at and let be.</summary>
    public FindingSuppressions Suppressions { get; init; } = FindingSuppressions.None;
}
