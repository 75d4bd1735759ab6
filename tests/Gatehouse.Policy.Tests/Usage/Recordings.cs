using Gatehouse.Policy.Analysis.Recorded;
using Gatehouse.Policy.Analysis.Testing;
using Gatehouse.Policy.Decisions;
using Gatehouse.Policy.Tests.Oracle;

namespace Gatehouse.Policy.Tests.Usage;

/// <summary>Requests as the audit log would have them.</summary>
internal static class Recordings
{
    /// <summary>What an event keeps of a request: names that rules ask for, no arguments, no claims.</summary>
    public static RecordedRequest Of(PolicyDecisionPoint policy, Caller caller, Question question, int number)
    {
        var (subject, request) = (caller.ToSubject(), question.ToRequest());
        var (decision, asked) = (policy.Decide(subject, request), policy.AskedOf(subject));
        return new RecordedRequest
        {
            Id = $"e{number}",
            At = request.At,
            Caller = new PolicyCaller
            {
                Issuer = "https://issuer",
                Subject = caller.Subject,
                Client = caller.Client,
                Roles = asked.Roles,
                Groups = asked.Groups,
                Scopes = asked.Scopes,
                MoreGroups = caller.GroupsAreIncomplete
            },
            Request = request with { Arguments = default },
            Permitted = decision.IsPermitted,
            RuleId = decision.RuleId,
            Reason = decision.Reason,
            Vocabulary = asked.Digest,
        };
    }

    public static IEnumerable<(Caller Caller, Question Question)> Traffic(Generator generator, int count) =>
        Enumerable.Range(0, count).Select(_ => (generator.Caller(), generator.Question() with { Direction = PolicyDirection.Calls }));
}
