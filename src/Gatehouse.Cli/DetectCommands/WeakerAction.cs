using Gatehouse.Detection.Findings;
using Gatehouse.Detection.Messages;
using Gatehouse.Settings;

namespace Gatehouse.Cli.DetectCommands;

/// <summary>A kind of finding that gets less action than before.</summary>
/// <param name="Finding">Its id.</param>
/// <param name="Place">Place of the text.</param>
/// <param name="Confidence">Its confidence.</param>
/// <param name="Was">The action before.</param>
/// <param name="Now">The action of the printed rules.</param>
internal sealed record WeakerAction(string Finding, MessagePlace Place, Confidence Confidence, InspectionAction Was, InspectionAction Now)
{
    /// <summary>Returns a line for each finding and place: <c>GHS9003 in result: high block -> annotate, medium annotate -> record</c>.</summary>
    public static IEnumerable<string> Lines(IEnumerable<WeakerAction> all) => all.GroupBy(one => (one.Place, one.Finding)).Select(group =>
        $"  {group.Key.Finding} in {Words.Of(group.Key.Place)}: "
        + string.Join(", ", group.Select(one => $"{Words.Of(one.Confidence)} {Words.Of(one.Was)} -> {Words.Of(one.Now)}")));
}
