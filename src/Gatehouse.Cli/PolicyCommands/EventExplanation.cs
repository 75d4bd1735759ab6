using System.CommandLine;
using System.Text.Json.Nodes;
using Gatehouse.Cli.AuditCommands;
using Gatehouse.Cli.Output;
using Gatehouse.Policy;
using Gatehouse.Policy.Analysis.Recorded;
using Gatehouse.Policy.Decisions;
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
        if (AuditFolder.WithLog(input.Settings, log) is not { } folder) return ExitCodes.Unavailable;
        var events = new RecordedEvents(folder, default);
        if (events.Read().FirstOrDefault(request => request.Id == id) is not { } found)
        {
            MissingDecision.Print(folder, id);
            events.Warn();
            return ExitCodes.No;
        }

        var inForce = input.Settings?.Rules ?? input.Rules;
        var known = PolicyKnowledge.AfterTheCall(found.Vocabulary == PolicyVocabulary.Digest(inForce) ? inForce : null);
        var policy = input.Compile();
        var evaluation = PartialEvaluation.Of(policy, found.Caller.ToSubject(), found.Request, known);
        var requirements = new ServerRequirements(input.Settings, found.Request.Server);
        var refusal = requirements.RefusalOf(found);
        var (permitted, unknown) = refusal is not null ? (false, [])
            : input.Settings is not null && found.OtherReason is null ? Replayed(input, inForce, found, folder) : Judged(policy, known, found);
        if (input.Settings is not null && permitted == false && refusal is null && found.WasChallenged && evaluation.Effect == PolicyEffect.Permit)
        {
            // The rules permit it, so the server asked for the scope. It may have stopped asking since.
            refusal = requirements.ChallengeOf(found);
            if (refusal is null) (permitted, unknown) = (null, ["whether the server or a rule asked for the scope"]);
        }

        var verdict = permitted switch
        {
            true => "permit",
            false => refusal is null ? WordOfRefusal(evaluation, found) : "deny",
            null => null,
        };
        var explained = new ExplainedEvent(found, input.Rules, permitted, verdict, unknown, evaluation) { Refusal = refusal };
        if (parsed.GetValue(options.Json)) JsonOutput.Write("event", Json(explained));
        else foreach (var line in Lines(explained)) Terminal.Row(line);
        return permitted == true && found.OtherReason is null ? ExitCodes.Done : ExitCodes.No;
    }

    // The same conclusions as those of a replay: a rule that is as before gives what it gave.
    private static (bool? Permitted, IReadOnlyList<string> Unknown) Replayed(
        PolicyInput input, IReadOnlyList<PolicyRule> inForce, RecordedRequest found, string folder)
    {
        var configurations = new ReplayedConfigurations(input, input with { Rules = inForce });
        var replay = PolicyReplay.Of(input.Compile(), inForce, [found], RecordedEvents.LastChange(folder), configurations);
        if (replay.Open is [var open]) return (null, open.Unknown);
        return (replay.Same == 1 ? found.Permitted : replay.Changes[0].NowPermitted, []);
    }

    private static (bool? Permitted, IReadOnlyList<string> Unknown) Judged(PolicyDecisionPoint policy, PolicyKnowledge known, RecordedRequest found)
    {
        var permitted = found.IsPermittedBy(policy, known);
        return (permitted, permitted is null ? found.UnknownTo(policy, known) : []);
    }

    private static IEnumerable<string> Lines(ExplainedEvent explained)
    {
        var (found, request) = (explained.Found, explained.Found.Request);
        yield return $"{found.Id}, {Moments.Words(request.At)}: {found.Caller} asked {request.Server} for {request.Method}{(request.Name is null ? "" : " " + request.Name)}";
        yield return $"  then: {(found.Permitted ? "permit" : "refused")}{(found.RuleId is { } id ? $", by {explained.NameOf(id)}" : "")}{Cause(found)}";
        // Without this, a failed check of a group looks like a group that the caller does not have.
        if (found.Caller.MoreGroups)
            yield return "    the token left out groups of the caller (group overage): no rule about groups could be decided; see docs/operators/identity-providers.md";
        foreach (var failed in explained.Failed()) yield return $"    permit {explained.NameOf(failed.Id)} did not hold: {failed.Text}";
        yield return $"  by this policy: {explained.Verdict ?? "undecidable"}"
            + (explained.Refusal is { } refusal ? $": {refusal.Text}" : "")
            + (explained.Unknown.Count == 0 ? "" : $", because the event does not have {string.Join(", ", explained.Unknown)}");
        foreach (var rule in explained.Evaluation.Rules)
        {
            yield return $"    {(rule.Forbids ? "forbid" : "permit")} {rule.Id}{(rule.Place is null ? "" : $" ({rule.Place})")}{(rule.Description is null ? "" : $": {rule.Description}")}";
            foreach (var condition in rule.When) yield return $"      when {condition}";
            if (rule is { Forbids: false, Approval: { } terms }) yield return $"      with {ExplanationText.Asked(terms)}";
        }

        yield return "  The event has no arguments and no claims. It has only the roles, groups and scopes that the policy in force at that time used.";
    }

    // A forbid whose condition the event cannot decide has held, if it is the one that decided then.
    private static string WordOfRefusal(PartialEvaluation evaluation, RecordedRequest found) =>
        evaluation.Effect == PolicyEffect.Forbid || evaluation.Rules.Any(rule => rule.Forbids && !found.Permitted && rule.Id == found.RuleId)
            ? "forbid" : "deny";

    private static string Cause(RecordedRequest found) =>
        found.OtherReason is { } reason ? $", for another reason than a rule: {reason}" : found.WasChallenged ? ", with a challenge for scopes"
            : found.Reason == DecisionReasons.NoRulePermits ? ": no rule permits this" : "";

    private static JsonObject Json(ExplainedEvent explained) => new JsonFields
    {
        ["id"] = explained.Found.Id,
        ["at"] = explained.Found.At,
        ["permitted"] = explained.Found.Permitted,
        ["rule"] = explained.Found.RuleId,
        ["place"] = explained.Rule(explained.Found.RuleId)?.Place,
        ["reason"] = explained.Found.Reason,
        ["otherReason"] = explained.Found.OtherReason,
        ["moreGroups"] = explained.Found.Caller.MoreGroups,
        ["failed"] = explained.Failed().Select(failed => new JsonFields
        {
            ["rule"] = failed.Id,
            ["place"] = explained.Rule(failed.Id)?.Place,
            ["check"] = failed.Check,
            ["text"] = failed.Text,
        }).ToJsonArray(),
        ["now"] = explained.Verdict ?? "undecidable",
        ["refusedBy"] = explained.Refusal?.Key,
        ["unknown"] = explained.Unknown.ToJsonArray(),
        ["rules"] = explained.Evaluation.Rules.Select(rule => rule.Id).ToJsonArray(),
        ["asks"] = explained.Evaluation.MustAsk ? "yes" : explained.Evaluation.CanAsk ? "maybe" : "no",
    };
}
