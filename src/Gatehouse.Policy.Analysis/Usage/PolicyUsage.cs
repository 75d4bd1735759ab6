using Gatehouse.Policy.Analysis.Recorded;
using Gatehouse.Policy.Rules;

namespace Gatehouse.Policy.Analysis.Usage;

/// <summary>The use of a policy by recorded requests: the used parts, new uses, and a sufficient smaller policy.</summary>
public sealed class PolicyUsage
{
    /// <summary>Most different requests that are counted separately, and most first uses that are remembered.</summary>
    public const int MostDistinct = 50_000;

    private readonly Dictionary<string, FirstUsage> first = new(StringComparer.Ordinal);
    private readonly Dictionary<string, UsedRequest> distinct = new(StringComparer.Ordinal);
    private readonly IReadOnlyList<PolicyRule> rules;
    private readonly RecordedKnowledge knowledge;

    /// <summary>Begins with a policy and no requests.</summary>
    public PolicyUsage(IReadOnlyList<PolicyRule> rules)
    {
        ArgumentNullException.ThrowIfNull(rules);
        this.rules = rules;
        knowledge = new RecordedKnowledge(rules);
    }

    /// <summary>The number of permitted requests that were counted.</summary>
    public int Requests { get; private set; }

    /// <summary>Those of them that name no tool, prompt or resource: handshakes, pings, lists, notifications, tasks.</summary>
    public int WithoutTarget { get; private set; }

    /// <summary>False when there were more different requests than are counted separately. The proposal may refuse some then.</summary>
    public bool IsComplete { get; private set; } = true;

    /// <summary>Requests that were permitted and that this policy does not certainly permit: it, or what it asks for, was changed since.</summary>
    public int NotAdmitted => distinct.Values.Where(used => used.Rules.Count == 0).Sum(used => used.Count);

    /// <summary>Counts a request. Refused requests do not show a need.</summary>
    public void Add(RecordedRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (!request.Permitted) return;
        Requests++;
        if (RequestsWithoutTarget.Includes(request.Request)) WithoutTarget++;
        NoteFirst(request);
        var key = $"{request.Caller} {request.Vocabulary} {request.Request.Server} {request.Request.Method} {request.Request.Name} {request.RuleId}";
        if (!distinct.TryGetValue(key, out var used))
        {
            if (distinct.Count >= MostDistinct)
            {
                IsComplete = false;
                return;
            }

            distinct.Add(key, used = new UsedRequest(request, knowledge.Of(request), rules));
        }

        used.Note(request.At);
    }

    /// <summary>Returns every permit with its use.</summary>
    public IReadOnlyList<GrantUsage> Grants() => [.. rules.Where(rule => !rule.Forbids).Select(Of)];

    /// <summary>
    /// Returns the targets that a subject used for the first time since a moment. They are worth a look, because stolen credentials are used
    /// differently.
    /// </summary>
    public IReadOnlyList<FirstUsage> FirstUses(DateTimeOffset since) => [.. first.Values.Where(use => use.At >= since).OrderBy(use => use.At)];

    /// <summary>
    /// Returns a smaller policy that admits every counted request, and from which no permit, name or caller can be removed without refusing one.
    /// Forbids stay, and so do permits that ask a person, and permits of requests from servers and of approvals, which no event shows.
    /// </summary>
    public IReadOnlyList<PolicyRule> Propose() => new SmallerPolicy(rules, [.. distinct.Values.Where(used => used.Rules.Count > 0)]).Rules();

    private void NoteFirst(RecordedRequest request)
    {
        if (request.Request.Name is not { } name || first.Count >= MostDistinct) return;
        var (caller, asked) = (request.Caller, request.Request);
        first.TryAdd($"{caller.Issuer} {caller.Subject} {asked.Server} {asked.Method} {name}",
            new FirstUsage(request.At, caller.Issuer, caller.Subject, asked.Server, asked.Method, name, request.RuleId));
    }

    private GrantUsage Of(PolicyRule rule)
    {
        var admitted = distinct.Values.Where(used => used.Rules.Contains(rule.Id)).ToLookup(used => IsUse(rule, used.Request.Request));
        var (uses, others) = (admitted[true].ToList(), admitted[false]);
        var observable = SmallerPolicy.IsObservable(rule);
        return new GrantUsage(
            rule, uses.Sum(used => used.Count), others.Sum(used => used.Count), uses.Count == 0 ? null : uses.Max(used => used.Last),
            observable && uses.Count > 0
                ? [.. RuleNames.Of(rule).Where(name => !uses.Any(used => name.Serves(used.Request))).Select(name => name.ToString())]
                : [], observable);
    }

    private static bool IsUse(PolicyRule rule, in PolicyRequest request) =>
        !RequestsWithoutTarget.Includes(request) || RequestsWithoutTarget.AreUsesOf(rule, request);
}
