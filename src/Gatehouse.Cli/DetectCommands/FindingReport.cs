using System.Text.Json.Nodes;
using Gatehouse.Cli.Output;
using Gatehouse.Detection.Findings;
using Gatehouse.Detection.Messages;
using Gatehouse.Detection.Text;
using Gatehouse.Protocol.Json;
using Gatehouse.Settings;
using Gatehouse.Text;

namespace Gatehouse.Cli.DetectCommands;

/// <summary>The findings of one text, as lines and as JSON.</summary>
/// <param name="text">The text.</param>
/// <param name="configured">The rules of a configuration; null without one.</param>
/// <param name="server">The server that the person named.</param>
/// <param name="tool">The tool that the person named.</param>
internal sealed class FindingReport(InspectedText text, MessageInspectionSettings? configured, string? server, string? tool)
{
    private readonly DateTimeOffset now = TimeProvider.System.GetUtcNow();

    /// <summary>The findings; a text that was not read is one of them.</summary>
    public IReadOnlyList<MessageFinding> Findings { get; } = text.Judgement.IsUnread
        ? [.. text.Judgement.Findings, new MessageFinding(DetectionRules.Unread, Confidence.High, default, "a part of it was not read", null)]
        : text.Judgement.Findings;

    /// <summary>Returns the lines about a finding, escaped.</summary>
    public IEnumerable<string> Lines(MessageFinding finding)
    {
        var rule = finding.Rule;
        yield return Terminal.Emphasis($"{rule.Id}  {rule.Name}")
            + $"  (severity {Words.Of(rule.Severity)}, confidence {Words.Of(finding.Confidence)})";
        yield return $"  says:        {finding.Message}{(finding.IsQuoted ? "; words around it say that it is quoted, so the confidence is a step lower" : "")}";
        if (!finding.Span.IsAbsent)
        {
            var (line, column) = text.At(finding.Span);
            yield return $"  where:       line {line}, column {column}: {text.Shown(finding.Span)}";
        }

        yield return $"  read as:     {Reading(finding.Reading)}";
        if (finding.Score is { } score) yield return $"  score:       {Words.Score(score)}; {Thresholds(text.Place)}";
        foreach (var (name, verdict) in Verdicts(finding))
        {
            yield return $"  {name + ":",-12} {VisibleText.Escape(verdict.Text())}";
            foreach (var remark in verdict.Remarks()) yield return $"               {VisibleText.Escape(remark)}";
        }

        yield return $"  what to do:  {MessageRemedy.Of(rule)}";
        yield return $"               If it is harmless in messages of a server, name {rule.Id} in inspection.messages.suppressions, with a reason and a last "
            + "day.";
    }

    /// <summary>Returns the sentence for a text without a finding.</summary>
    public static string NothingFound(MessageJudgement judgement, MessagePlace place)
    {
        if (double.IsNegativeInfinity(judgement.Score))
            return $"nothing found as {Words.Of(place)}. The text is too short for the learned model; rules found nothing.";
        var distance = MessageJudge.ThresholdsOf(place).Low - judgement.Score;
        return $"nothing found as {Words.Of(place)}. The highest score of the learned model is {Words.Score(judgement.Score)}, "
            + $"{Words.Score(distance)} below the lowest threshold; {Thresholds(place)}.";
    }

    /// <summary>Returns a finding as JSON has it.</summary>
    public JsonFields Json(MessageFinding finding)
    {
        var (line, column) = text.At(finding.Span);
        return new JsonFields
        {
            ["id"] = finding.Rule.Id,
            ["name"] = finding.Rule.Name,
            ["severity"] = Words.Of(finding.Rule.Severity),
            ["confidence"] = Words.Of(finding.Confidence),
            ["place"] = Words.Of(text.Place),
            ["score"] = finding.Score,
            ["message"] = finding.Message,
            ["quoted"] = finding.IsQuoted,
            ["reading"] = finding.Reading is { } reading ? Words.Of(reading) : null,
            ["line"] = line,
            ["column"] = column,
            ["span"] = finding.Span.IsAbsent ? null : text.Bare(finding.Span),
            ["remedy"] = MessageRemedy.Of(finding.Rule),
            ["actions"] = new JsonObject(Verdicts(finding).Select(one => KeyValuePair.Create(one.Name, (JsonNode?)Json(one.Verdict)))),
        };
    }

    /// <summary>Returns the thresholds of a place in words.</summary>
    public static string Thresholds(MessagePlace place)
    {
        var (low, medium, high) = MessageJudge.ThresholdsOf(place);
        return double.IsPositiveInfinity(low) ? "the learned model does not judge this place"
            : $"thresholds: low {Words.Score(low)}, medium {Words.Score(medium)}, high {Words.Score(high)}";
    }

    /// <summary>Returns the thresholds of a place as JSON has them; null where no model judges.</summary>
    public static JsonNode? ThresholdsJson(MessagePlace place) =>
        MessageJudge.ThresholdsOf(place) is { Low: < double.PositiveInfinity } thresholds
            ? JsonValue.Create(thresholds, OutputJson.Default.MessageThresholds) : null;

    /// <summary>Returns what each preset would do with a finding, and the configuration where there is one.</summary>
    public IEnumerable<(string Name, FindingDecision Verdict)> Verdicts(MessageFinding finding)
    {
        var found = new FindingCase(text.Place, finding.Rule.Id, finding.Confidence) { Server = server, Tool = tool, IsToolKnown = tool is not null };
        foreach (var preset in InspectionPreset.All)
            yield return (preset.Name, found.Decide(new MessageInspectionSettings { Preset = preset }, now));
        if (configured is not null) yield return ("config", found.Decide(configured, now));
    }

    private static JsonObject Json(FindingDecision verdict) => new JsonFields
    {
        ["action"] = Words.Of(verdict.Action),
        ["rule"] = verdict.Rule,
        ["open"] = verdict.Open.Count == 0 ? null : verdict.Open.Select(Json).ToJsonArray(),
        ["shadow"] = verdict.Shadows.Count == 0 ? null : verdict.Shadows.Select(Json).ToJsonArray(),
    };

    private static JsonFields Json(MessageInspectionRule rule) => new() { ["id"] = rule.Id, ["action"] = Words.Of(rule.Action) };

    private static string Reading(ViewKind? reading) => reading switch
    {
        null => "plain text",
        ViewKind.InvisibleBits => "bits in invisible characters",
        ViewKind.Selectors => "variation selectors",
        ViewKind.Tags => "tag characters",
        ViewKind.QuotedPrintable => "quoted-printable",
        ViewKind.Leet => "digits and signs as letters",
        ViewKind.Joined => "letters that spaces separate",
        ViewKind.Markup => "markup, without its tags",
        ViewKind.Mirrored => "text written backwards",
        { } other => Words.Of(other),
    };
}
