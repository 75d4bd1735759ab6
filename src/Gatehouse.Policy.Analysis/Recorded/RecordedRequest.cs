using System.Text.Json;
using Gatehouse.Policy.Analysis.Testing;
using Gatehouse.Policy.Decisions;
using Gatehouse.Policy.PartialEvaluations;

namespace Gatehouse.Policy.Analysis.Recorded;

/// <summary>A request as the audit log has it: caller, method, target, time and verdict; no arguments and no claims.</summary>
public sealed record RecordedRequest
{
    private const int LongestRecordedUri = 512;
    private const string CutMark = "…sha256:";
    private const string MaskedText = "(token removed)";
    private const string Contained = "contained:";

    // Refusals by the lists of servers, by containments and by external decision points: no rule gives one of these reasons.
    private static readonly string[] OtherReasons =
    [
        DecisionReasons.NotInTheCatalogue, DecisionReasons.Contained, DecisionReasons.DeniedByDecisionPoint, DecisionReasons.DecisionPointObligation,
        DecisionReasons.DecisionPointDown, DecisionReasons.DecisionPointSlow, DecisionReasons.DecisionPointFault,
    ];

    // GH40..: the codes of the stage authorize; GH4004: the revision of the message has no such message.
    private const string CodesOfAuthorize = "GH40", UnknownMethod = "GH4004";

    /// <summary>Id of the exchange.</summary>
    public required string Id { get; init; }

    /// <summary>The moment of the entry; of an ended entry the end of the exchange. The request has its arrival.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The caller, with roles, groups, scopes and strengths as far as the policy in force asked for them.</summary>
    public required PolicyCaller Caller { get; init; }

    /// <summary>The request.</summary>
    public required PolicyRequest Request { get; init; }

    /// <summary>True when it was permitted.</summary>
    public required bool Permitted { get; init; }

    /// <summary>The rule that decided, or null when none did.</summary>
    public string? RuleId { get; init; }

    /// <summary>The recorded reason of the verdict, such as <c>no-rule-permits</c>; null where the event has none.</summary>
    public string? Reason { get; init; }

    /// <summary>
    /// The reasons why permits about the target did not hold, as the event has them: the id of the rule and the kind of check, such as
    /// <c>analysts:condition-1</c>.
    /// </summary>
    public IReadOnlyList<string> FailedPermits { get; init; } = [];

    /// <summary>
    /// Why it was refused, where no rule did that: the server has no such name, a containment, an external decision point. No policy changes such a
    /// refusal. Null for every other request.
    /// </summary>
    public string? OtherReason { get; init; }

    /// <summary>True when it was refused with a challenge for scopes, for which a rule or the server can ask.</summary>
    public bool WasChallenged { get; init; }

    /// <summary>Digest of the names the policy in force asked for; null in events of older versions.</summary>
    public string? Vocabulary { get; init; }

    /// <summary>True when a name of the request or of its caller was cut or left out, so that no policy can be asked about it.</summary>
    public bool IsCutShort { get; init; }

    /// <summary>True when a rule permitted it and the obligation of the permit was not fulfilled. The event does not tell a permit then.</summary>
    public bool IsUnfulfilled { get; init; }

    /// <summary>True when the verdict is about one thing only, and the event names it.</summary>
    internal bool IsOneQuestion => !NamesLess(Request) && !HasTwoQuestions;

    private bool HasTwoQuestions => !Request.KnownMethod
        && (Request.Target != PolicyTarget.None || PolicyRequests.DirectionOf(Request.Method) != PolicyDirection.Calls);

    /// <summary>Reads an event. Returns null for one that is no decision on a request of a client.</summary>
    public static RecordedRequest? Of(JsonElement entry)
    {
        if (entry.ValueKind != JsonValueKind.Object || Text(entry, "kind") is not ("begun" or "ended")) return null;
        if (Text(entry, "server") is not { } server || Text(entry, "method") is not { } method || Text(entry, "sub") is not { } subject) return null;
        if (Text(entry, "id") is not { } id || MomentOf(entry) is not { } moment) return null;
        if (Decision(entry) is not { } decision) return null;
        var (caller, request) = (CallerOf(entry, subject), RequestOf(entry, server, method) with { At = ArrivalOf(entry, moment) });
        return new RecordedRequest
        {
            Id = id,
            At = moment,
            Caller = caller,
            Request = request,
            Permitted = decision.Permitted,
            RuleId = decision.IsOfRule ? decision.Rule : null,
            Reason = decision.Reason,
            FailedPermits = FailedOf(entry),
            OtherReason = decision.IsOther ? decision.IsContained ? DecisionReasons.Contained : decision.Reason : null,
            WasChallenged = decision.WasChallenged,
            Vocabulary = Text(entry, "asked"),
            IsCutShort = IsCut(entry, caller, request),
            // The rule permits, and no part of the gateway fulfils the obligation of the permit.
            IsUnfulfilled = decision is { Permitted: false, Reason: DecisionReasons.Permitted },
        };
    }

    /// <summary>Returns the id of the exchange whose decision is recorded without its caller; null for every other entry.</summary>
    /// <remarks>Facts about persons are sealed. Where a person was erased, or the keys are absent, they cannot be read.</remarks>
    public static string? IdWithoutCaller(JsonElement entry) =>
        entry.ValueKind == JsonValueKind.Object && Text(entry, "kind") is "begun" or "ended" && Text(entry, "sub") is null
            && Text(entry, "server") is not null && Text(entry, "method") is not null && Decision(entry) is not null ? Text(entry, "id") : null;

    private static PolicyCaller CallerOf(JsonElement entry, string subject) => new()
    {
        Issuer = Text(entry, "iss") ?? PolicyCaller.AnyIssuer,
        Subject = subject,
        Client = Text(entry, "client"),
        Roles = Texts(entry, "roles"),
        Groups = Texts(entry, "groups"),
        Scopes = Texts(entry, "scopes"),
        Strengths = Texts(entry, "strengths"),
        MoreGroups = entry.TryGetProperty("moreGroups", out var more) && more.ValueKind == JsonValueKind.True,
    };

    private static PolicyRequest RequestOf(JsonElement entry, string server, string method)
    {
        var (name, uri) = (Text(entry, "name"), Text(entry, "uri"));
        var (target, named) = method switch
        {
            "tools/call" when name is not null => (PolicyTarget.Tool, name),
            "prompts/get" when name is not null => (PolicyTarget.Prompt, name),
            "completion/complete" when name is not null && uri is null => (PolicyTarget.Prompt, name),
            "completion/complete" when name is not null => (PolicyTarget.None, null),
            _ when uri is not null && PolicyRequests.NamesTarget(method) => (PolicyTarget.Resource, uri),
            _ => (PolicyTarget.None, (string?)null),
        };
        var isKnown = PolicyRequests.ClientMethods.Contains(method) && Text(entry, "code") != UnknownMethod;
        return new PolicyRequest(server, method, target, named, isKnown)
        {
            OpenArguments = method == "completion/complete",
            IsTemplate = method == "completion/complete" && target == PolicyTarget.Resource && uri!.Contains('{', StringComparison.Ordinal),
            Direction = isKnown ? PolicyRequests.DirectionOf(method) : PolicyDirection.Calls,
        };
    }

    /// <summary>
    /// Returns whether a policy permits the request; null where the event does not tell it. A refusal is certain although it may be open whether a
    /// rule forbids or none permits.
    /// </summary>
    /// <param name="policy">The policy.</param>
    /// <param name="known">The facts that the event has.</param>
    public bool? IsPermittedBy(PolicyDecisionPoint policy, PolicyKnowledge known)
    {
        if (IsCutShort) return null;
        var isCertain = !IsUnfulfilled && !NamesLess(Request);
        foreach (var request in Requests())
        {
            var evaluation = PartialEvaluation.Of(policy, Caller.ToSubject(), request, known);
            if (evaluation.IsRefusal) return false;
            isCertain &= evaluation.Effect is not null;
        }

        return isCertain ? true : null;
    }

    /// <summary>Returns the facts that a verdict of the policy needs and that the event does not have.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="known">The facts that the event has.</param>
    public IReadOnlyList<string> UnknownTo(PolicyDecisionPoint policy, PolicyKnowledge known)
    {
        if (IsCutShort) return [Request is { Target: PolicyTarget.Resource, Name: [.., '?' or '#'] } ? "the query or fragment of the URI" : "the whole name"];
        var subject = Caller.ToSubject();
        var facts = Requests().SelectMany(request => UnknownFacts.Of(policy, subject, request, known));
        if (NamesLess(Request)) facts = facts.Append(Request.Method == "subscriptions/listen" ? "the resources of the subscription" : "the tool of the task");
        if (IsUnfulfilled) facts = facts.Append("the obligation of the permit");
        return [.. facts.Distinct(StringComparer.Ordinal)];
    }

    // A message that the revision does not have is judged by its method, and as a request with its target.
    private IEnumerable<PolicyRequest> Requests()
    {
        yield return Request;
        if (HasTwoQuestions) yield return Request with { KnownMethod = true, Direction = PolicyRequests.DirectionOf(Request.Method) };
    }

    private static bool NamesLess(in PolicyRequest request) => request.Target == PolicyTarget.None
        && request.Method is "subscriptions/listen" or "tasks/get" or "tasks/result" or "tasks/cancel" or "tasks/update";

    // An ended entry is written at the end of its exchange, which may be hours after the decision.
    private static DateTimeOffset ArrivalOf(JsonElement entry, DateTimeOffset written) =>
        Text(entry, "kind") == "ended" && entry.TryGetProperty("us", out var taken) && taken.ValueKind == JsonValueKind.Number
            && taken.TryGetInt64(out var microseconds) && microseconds > 0 && microseconds < (written - DateTimeOffset.MinValue).TotalMicroseconds
            ? written.AddMicroseconds(-microseconds) : written;

    private static bool IsCut(JsonElement entry, PolicyCaller caller, in PolicyRequest request)
    {
        if (entry.TryGetProperty("cut", out var cut) && cut.ValueKind == JsonValueKind.True) return true;
        if (request.Target == PolicyTarget.None && PolicyRequests.NamesTarget(request.Method)) return true;
        if (request is { Target: PolicyTarget.Resource, Name: [.., var last] uri } && (uri.Length >= LongestRecordedUri || last is '?' or '#'))
            return true;
        string?[] names =
            [request.Name, caller.Issuer, caller.Subject, caller.Client, .. caller.Roles, .. caller.Groups, .. caller.Scopes, .. caller.Strengths];
        return names.Any(static name => name == MaskedText || name?.Contains(CutMark, StringComparison.Ordinal) == true);
    }

    // The last verdict counts: a message that asks for several things is permitted when all are. A refusal after the permit belongs to a request of
    // the server, or to a containment. If the exchange ended with a code of the stage authorize, it was decided again.
    private static Verdict? Decision(JsonElement entry)
    {
        if (!entry.TryGetProperty("parts", out var parts) || parts.ValueKind != JsonValueKind.Array) return null;
        var isRefused = Text(entry, "code")?.StartsWith(CodesOfAuthorize, StringComparison.Ordinal) == true;
        Verdict? found = null;
        foreach (var part in parts.EnumerateArray())
        {
            if (Text(part, "kind") != "decision" || Text(part, "outcome") is not (("permit" or "deny") and var outcome)) continue;
            if (outcome == "permit" || isRefused || found is not { Permitted: true })
                found = new Verdict(outcome == "permit", Text(part, "reason"), Text(part, "detail"));
        }

        return found;
    }

    private static IReadOnlyList<string> FailedOf(JsonElement entry) =>
    [
        .. entry.GetProperty("parts").EnumerateArray()
            .Where(static part => Text(part, "kind") == "decision" && Text(part, "outcome") == "failed" && Text(part, "reason") == DecisionReasons.PermitDidNotHold)
            .Select(static part => Text(part, "detail")).OfType<string>(),
    ];

    // A line of a log that was changed by hand may have any JSON value in any place.
    private static string? Text(JsonElement entry, string name) =>
        entry.ValueKind == JsonValueKind.Object && entry.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString() : null;

    private static DateTimeOffset? MomentOf(JsonElement entry) =>
        entry.TryGetProperty("at", out var at) && at.ValueKind == JsonValueKind.String && at.TryGetDateTimeOffset(out var moment) ? moment : null;

    private static IReadOnlyList<string> Texts(JsonElement entry, string name) =>
        entry.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array
            ? [.. value.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!)]
            : [];

    private readonly record struct Verdict(bool Permitted, string? Reason, string? Rule)
    {
        public bool WasChallenged => !Permitted && Reason == DecisionReasons.InsufficientScope;

        public bool IsOfRule => Permitted || (!WasChallenged && !IsOther);

        // A reason that is not known counts as one of the rules: a permit that is new would not be reported otherwise.
        public bool IsOther => !Permitted && (IsContained || Array.IndexOf(OtherReasons, Reason) >= 0);

        public bool IsContained => Rule?.StartsWith(Contained, StringComparison.Ordinal) == true;
    }
}
