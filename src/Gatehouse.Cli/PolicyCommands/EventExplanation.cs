using System.CommandLine;
using System.Text.Json.Nodes;
using Gatehouse.Cli.AuditCommands;
using Gatehouse.Cli.Output;
using Gatehouse.Policy;
using Gatehouse.Policy.Analysis.Recorded;
using Gatehouse.Policy.Conditions;
using Gatehouse.Policy.PartialEvaluations;
using Gatehouse.Policy.Rules;
using Gatehouse.Policy.Vocabulary;
using Gatehouse.Text;

namespace Gatehouse.Cli.PolicyCommands;

/// <summary>The explanation of a recorded exchange: its content in the log, and the present policy's verdict.</summary>
internal static class EventExplanation
{
    public static int Run(PolicyOptions options, ParseResult parsed, string id, string? log)
    {
        if (options.Load(parsed) is not { } input) return ExitCodes.Usage;
        if (AuditFolder.Of(input.Settings, log) is not { } folder) return ExitCodes.Unavailable;
        var events = new RecordedEvents(folder, default);
        if (events.Read().FirstOrDefault(request => request.Id == id) is not { } found)
        {
            Terminal.Fault($"the log has no decision with the id {id} that says who made the request");
            events.Warn();
            return ExitCodes.No;
        }

        var same = found.Vocabulary == PolicyVocabulary.Digest(input.Rules);
        var known = PolicyKnowledge.AfterTheCall(same ? input.Rules : null);
        var policy = input.Compile();
        var evaluation = PartialEvaluation.Of(policy, found.Caller.ToSubject(), found.Request, known);
        var now = found.IsPermittedBy(policy, known) switch { true => "permit", false => Refusal(evaluation), null => null };
        if (parsed.GetValue(options.Json)) JsonOutput.Write("event", Json(found, now, evaluation));
        else foreach (var line in Lines(found, now, evaluation)) Terminal.Row(line);
        return ExitCodes.Done;
    }

    private static IEnumerable<string> Lines(RecordedRequest found, string? now, PartialEvaluation evaluation)
    {
        var request = found.Request;
        yield return $"{found.Id}, {Moments.Words(request.At)}: {found.Caller} asked {request.Server} for {request.Method} {request.Name}";
        yield return $"  then: {(found.Permitted ? "permit" : "refused")}{(found.RuleId is null ? "" : $", by {found.RuleId}")}{Cause(found)}";
        yield return $"  by this policy: {now ?? "undecidable from the event"}";
        foreach (var rule in evaluation.Rules)
        {
            yield return $"    {(rule.Forbids ? "forbid" : "permit")} {rule.Id}{(rule.Place is null ? "" : $" ({rule.Place})")}{(rule.Description is null ? "" : $": {rule.Description}")}";
            foreach (var condition in rule.When) yield return $"      when {condition}";
            if (rule is { Forbids: false, Approval: { } terms }) yield return $"      with {ExplanationText.Asked(terms)}";
        }

        yield return "  The event has no arguments and no claims. It has only the roles, groups and scopes that the policy in force at that time used.";
    }

    private static string Refusal(PartialEvaluation evaluation) => evaluation.Effect == PolicyEffect.Forbid ? "forbid" : "deny";

    private static string Cause(RecordedRequest found) =>
        found.OtherReason is { } reason ? $", for another reason than a rule: {reason}" : found.WasChallenged ? ", with a challenge for scopes" : "";

    private static JsonObject Json(RecordedRequest found, string? now, PartialEvaluation evaluation) => new JsonFields
    {
        ["id"] = found.Id,
        ["at"] = found.At,
        ["permitted"] = found.Permitted,
        ["rule"] = found.RuleId,
        ["otherReason"] = found.OtherReason,
        ["now"] = now ?? "undecidable",
        ["rules"] = evaluation.Rules.Select(rule => rule.Id).ToJsonArray(),
        ["asks"] = evaluation.MustAsk ? "yes" : evaluation.CanAsk ? "maybe" : "no",
    };
}
