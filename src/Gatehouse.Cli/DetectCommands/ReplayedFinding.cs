using Gatehouse.Detection.Findings;
using Gatehouse.Detection.Messages;
using Gatehouse.Settings;

namespace Gatehouse.Cli.DetectCommands;

/// <summary>Recorded findings that are alike, with what other rules would have done.</summary>
/// <param name="Finding">Id of the finding.</param>
/// <param name="Place">Place of the texts.</param>
/// <param name="Confidence">Their confidence.</param>
/// <param name="Server">The server.</param>
/// <param name="Tool">The called tool; null for other messages.</param>
/// <param name="Rule">The rule that decided; null where a suppression did.</param>
/// <param name="Action">Its action.</param>
/// <param name="Now">What the other rules would do.</param>
/// <param name="Count">The number of findings.</param>
/// <param name="Example">Id of an exchange.</param>
internal sealed record ReplayedFinding(string Finding, MessagePlace Place, Confidence Confidence, string? Server, string? Tool, string? Rule,
    InspectionAction Action, FindingDecision Now, int Count, string Example)
{
    /// <summary>True when the action is another one.</summary>
    public bool IsChanged => !Now.IsOpen && Now.Action != Action;
}
