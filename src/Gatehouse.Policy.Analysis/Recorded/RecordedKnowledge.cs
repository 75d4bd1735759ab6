using Gatehouse.Policy.PartialEvaluations;
using Gatehouse.Policy.Rules;
using Gatehouse.Policy.Vocabulary;
using Gatehouse.Policy.Writing;

namespace Gatehouse.Policy.Analysis.Recorded;

/// <summary>The known facts about recorded requests, given the policy that was in force.</summary>
internal sealed class RecordedKnowledge
{
    private readonly string digest;
    private readonly PolicyKnowledge asked, notAsked = PolicyKnowledge.AfterTheCall(null);
    private readonly Dictionary<string, string> scopes;

    public RecordedKnowledge(IReadOnlyList<PolicyRule> inForce)
    {
        digest = PolicyVocabulary.Digest(inForce);
        asked = PolicyKnowledge.AfterTheCall(inForce);
        scopes = inForce.Where(rule => !rule.Forbids).DistinctBy(rule => rule.Id)
            .ToDictionary(rule => rule.Id, PolicyWriter.Scope, StringComparer.Ordinal);
    }

    /// <summary>
    /// Returns the known facts of a request. A permit that decided has held, arguments and all. A rule with the same scope also holds.
    /// </summary>
    public PolicyKnowledge Of(RecordedRequest request)
    {
        var known = request.Vocabulary == digest ? asked : notAsked;
        return request is { Permitted: true, RuleId: { } id } && scopes.TryGetValue(id, out var scope) ? known with { Held = scope } : known;
    }
}
