using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Settings;

namespace Gatehouse.Pipeline.Inspection.Texts;

/// <summary>The decision about the findings in one message.</summary>
/// <param name="Action">The strongest action of the rules that decide.</param>
/// <param name="Rule">Id of the rule that wants it.</param>
/// <param name="Finding">Id of the finding that it is about.</param>
internal readonly record struct TextDecision(InspectionAction Action, string Rule, string Finding)
{
    /// <summary>The findings about which a person is to be asked; empty for none.</summary>
    public IReadOnlyList<WithheldFinding> Asked { get; init; } = [];
}
