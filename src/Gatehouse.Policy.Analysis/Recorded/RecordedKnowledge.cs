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
    private readonly Dictionary<string, string> meanings;

    public RecordedKnowledge(IReadOnlyList<PolicyRule> inForce)
    {
        digest = PolicyVocabulary.Digest(inForce);
        asked = PolicyKnowledge.AfterTheCall(inForce);
        meanings = inForce.Where(rule => !rule.Forbids).DistinctBy(rule => rule.Id)
            .ToDictionary(rule => rule.Id, PolicyWriter.Meaning, StringComparer.Ordinal);
    }

    /// <summary>
    /// Returns the known facts of a request. A permit that decided has held, arguments and all. A rule with the same meaning also holds.
    /// </summary>
    public PolicyKnowledge Of(RecordedRequest request)
    {
        var known = request.Vocabulary == digest ? asked : notAsked;
        return request is { Permitted: true, RuleId: { } id } && meanings.TryGetValue(id, out var meaning) ? known with { Held = meaning } : known;
    }
}
