using System.Text.Json;
using Gatehouse.Detection.Findings;
using Gatehouse.Pipeline.Inspection.Texts;
using Gatehouse.Settings;

namespace Gatehouse.Cli.DetectCommands;

/// <summary>A finding in a message, as the audit log has it.</summary>
/// <param name="Rule">Its kind.</param>
/// <param name="Action">What happened to the message because of it.</param>
/// <param name="Detail">Place, confidence, score and rule.</param>
/// <param name="Count">The number of equal findings.</param>
internal sealed record RecordedFinding(FindingRule Rule, InspectionAction Action, TextFindingDetail Detail, int Count)
{
    /// <summary>True for the finding itself. Each rule in shadow has a part of its own in addition.</summary>
    public bool IsDecided => Detail.ShadowAction is null;

    /// <summary>True for a count of near misses, about which no rule decides.</summary>
    public bool IsOfSource => Rule == DetectionRules.NearMisses;

    /// <summary>The confidence with which rules were asked; a text that was not read is sure.</summary>
    public Confidence Confidence => Detail.Confidence ?? Confidence.High;

    /// <summary>Returns the finding of a part; null for another opinion.</summary>
    public static RecordedFinding? Of(JsonElement part)
    {
        if (TextFindingDetail.RuleOf(RecordedExchange.Text(part, "reason")) is not { } rule) return null;
        if (!TextFindingDetail.TryParse(RecordedExchange.Text(part, "detail"), out var detail)) return null;
        return new RecordedFinding(rule, ActionOf(RecordedExchange.Text(part, "outcome")), detail, Math.Max(1, RecordedExchange.Number(part, "count")));
    }

    private static InspectionAction ActionOf(string? outcome) => outcome switch
    {
        "block" => InspectionAction.Block,
        "ask" => InspectionAction.Ask,
        "inserted" => InspectionAction.Annotate,
        _ => InspectionAction.Record,
    };
}
