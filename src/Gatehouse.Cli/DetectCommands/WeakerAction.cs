using Gatehouse.Detection.Findings;
using Gatehouse.Detection.Messages;
using Gatehouse.Settings;
using Gatehouse.Text;

namespace Gatehouse.Cli.DetectCommands;

/// <summary>A kind of finding that gets less action than before.</summary>
/// <param name="Finding">Its id.</param>
/// <param name="Place">Place of the text.</param>
/// <param name="Confidence">Its confidence.</param>
/// <param name="Was">The action before.</param>
/// <param name="Now">The action of the printed rules.</param>
internal sealed record WeakerAction(string Finding, MessagePlace Place, Confidence Confidence, InspectionAction Was, InspectionAction Now)
{
    /// <summary>The server, as a rule names it; null for one that no rule names.</summary>
    public string? Server { get; init; }

    /// <summary>The called tool, as a rule names it; null for a message of no tool that a rule names.</summary>
    public string? Tool { get; init; }

    private string Where => Words.Of(Place) + (Server is null ? "" : $" of {Server}") + (Tool is null ? "" : $", tool {Tool}");

    /// <summary>Returns whether this is the case of the server and tool, or of any.</summary>
    public bool Covers(string? server, string? tool) => (Server is null || Server == server) && (Tool is null || Tool == tool);

    /// <summary>
    /// Returns a line for each finding, place, server and tool: <c>GHS9003 in result of mail: high block -> annotate, medium annotate -> record</c>.
    /// </summary>
    public static IEnumerable<string> Lines(IEnumerable<WeakerAction> all) => all.GroupBy(one => (one.Where, one.Finding)).Select(group =>
        $"  {group.Key.Finding} in {VisibleText.Escape(group.Key.Where)}: "
        + string.Join(", ", group.Select(one => $"{Words.Of(one.Confidence)} {Words.Of(one.Was)} -> {Words.Of(one.Now)}")));
}
