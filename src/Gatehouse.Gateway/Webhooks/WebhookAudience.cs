using Gatehouse.Gateway.Approvals;
using Gatehouse.Pipeline.Snapshots;
using Gatehouse.Policy;
using Gatehouse.Settings;

namespace Gatehouse.Gateway.Webhooks;

/// <summary>
/// Tells whether a webhook is notified of a question. Threat: a receiver learns who calls what although none of its people may answer for it.
/// </summary>
internal static class WebhookAudience
{
    /// <summary>Returns whether the webhook is about the server, and the policy lets one of its people answer.</summary>
    /// <param name="webhook">The webhook.</param>
    /// <param name="snapshot">The configuration in force.</param>
    /// <param name="facts">The question.</param>
    /// <param name="at">The moment, for conditions on time.</param>
    public static bool Includes(ApprovalWebhookSettings webhook, GatewaySnapshot snapshot, ApprovalFacts facts, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(webhook);
        ArgumentNullException.ThrowIfNull(facts);
        return webhook.IsAbout(facts.Server) && People(webhook, StrengthsOf(snapshot)).Any(one => ApprovalRights.MayAnswer(snapshot, one, facts, at));
    }

    // How a person signs in is known with the answer, and is judged there.
    private static IReadOnlyList<string> StrengthsOf(GatewaySnapshot snapshot) =>
        [.. snapshot.Policy.Rules.SelectMany(static rule => rule.Who?.Strengths?.Exact ?? []).Distinct(StringComparer.Ordinal)];

    private static IEnumerable<PolicySubject> People(ApprovalWebhookSettings webhook, IReadOnlyList<string> strengths) =>
        webhook.Approvers.SelectMany(entry => entry.Subjects.Select(
            subject => new PolicySubject(entry.Issuer, subject, null, [], entry.Roles, entry.Groups) { Strengths = strengths }));
}
