using Gatehouse.Policy.Decisions;
using Gatehouse.Policy.Rules;

namespace Gatehouse.Policy.Analysis.Recorded;

/// <summary>The verdicts of a new policy on recorded requests.</summary>
/// <param name="Requests">The number of replayed requests.</param>
/// <param name="Same">Those with the same verdict, permitted or refused.</param>
/// <param name="Undecidable">Those whose verdict needs arguments, claims or names that were not kept.</param>
/// <param name="Changes">Those with another verdict, equal ones together, the most frequent first.</param>
/// <param name="Open">The undecidable ones, equal ones together, the most frequent first.</param>
public sealed record PolicyReplay(int Requests, int Same, int Undecidable, IReadOnlyList<ReplayedChange> Changes, IReadOnlyList<ReplayedChange> Open)
{
    /// <summary>Most different changes that are listed separately.</summary>
    public const int MostChanges = 10_000;

    /// <summary>
    /// The facts that the log does not hold and that verdicts need, such as <c>argument amount</c>, each with the number of requests that it keeps
    /// undecidable, the most frequent first.
    /// </summary>
    public IReadOnlyList<KeyValuePair<string, int>> Unknown { get; init; } = [];

    /// <summary>
    /// Number of requests that were left out, because the configuration in force does not have their server, or does not accept their issuer there.
    /// </summary>
    public int LeftOut { get; init; }

    /// <summary>True when a request that was refused would be permitted.</summary>
    public bool PermitsMore => Changes.Any(change => change.NowPermitted == true);

    /// <summary>True when a request that was permitted would be refused.</summary>
    public bool PermitsLess => Changes.Any(change => change.NowPermitted == false);

    /// <summary>Replays requests.</summary>
    /// <param name="next">The new policy.</param>
    /// <param name="inForce">The rules that were in force. Empty when they are not known, and more is undecidable then.</param>
    /// <param name="requests">The requests, oldest first.</param>
    /// <param name="inForceSince">The moment since which they were in force. Nothing is concluded from the verdict of an earlier request.</param>
    /// <param name="configurations">The configurations of both policies; null where only rules are compared.</param>
    public static PolicyReplay Of(
        PolicyDecisionPoint next, IReadOnlyList<PolicyRule> inForce, IEnumerable<RecordedRequest> requests, DateTimeOffset inForceSince = default,
        IReplayedConfigurations? configurations = null)
    {
        ArgumentNullException.ThrowIfNull(next);
        ArgumentNullException.ThrowIfNull(requests);
        var judge = new ReplayJudge(next, inForce, inForceSince, configurations);
        int all = 0, same = 0, undecidable = 0, leftOut = 0;
        var changes = new Dictionary<string, ReplayedChange>(StringComparer.Ordinal);
        var unknown = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var request in requests)
        {
            if (judge.IsLeftOut(request))
            {
                leftOut++;
                continue;
            }

            all++;
            var (permitted, facts) = judge.Judge(request);
            foreach (var fact in facts) unknown[fact] = unknown.GetValueOrDefault(fact) + 1;
            if (permitted == request.Permitted) same++;
            else Add(changes, request, permitted, facts);
            if (permitted is null) undecidable++;
        }

        var sorted = changes.Values.OrderByDescending(change => change.Count).ToList();
        return new PolicyReplay(all, same, undecidable, [.. sorted.Where(change => change.NowPermitted is not null)],
            [.. sorted.Where(change => change.NowPermitted is null)])
        { LeftOut = leftOut, Unknown = [.. unknown.OrderByDescending(fact => fact.Value).ThenBy(fact => fact.Key, StringComparer.Ordinal)] };
    }

    private static void Add(Dictionary<string, ReplayedChange> changes, RecordedRequest request, bool? permitted, IReadOnlyList<string> facts)
    {
        var key = $"{permitted} {string.Join(',', facts)} {request.Caller.Issuer} {request.Caller.Subject} {request.Request.Server} {request.Request.Method} {request.Request.Name}";
        if (changes.TryGetValue(key, out var known)) changes[key] = known with { Count = known.Count + 1 };
        else if (changes.Count < MostChanges) changes.Add(key, new ReplayedChange(request, permitted, 1) { Unknown = facts });
    }
}
