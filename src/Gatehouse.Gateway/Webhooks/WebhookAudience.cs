using Gatehouse.Gateway.Approvals;
using Gatehouse.Identity.Revocations;
using Gatehouse.Pipeline.Snapshots;
using Gatehouse.Policy;
using Gatehouse.Settings;

namespace Gatehouse.Gateway.Webhooks;

/// <summary>
/// Tells whether a webhook is notified of a question. Threat: a receiver learns who calls what although none of its people may answer for it.
/// </summary>
internal static class WebhookAudience
{
    /// <summary>
    /// Returns whether the webhook is about the server, and the policy lets one of its people answer who is neither revoked nor contained.
    /// </summary>
    /// <param name="webhook">The webhook.</param>
    /// <param name="snapshot">The configuration in force.</param>
    /// <param name="revocations">Revocations and containments; null where there are none.</param>
    /// <param name="facts">The question.</param>
    /// <param name="at">The moment, for conditions on time.</param>
    public static bool Includes(
        ApprovalWebhookSettings webhook, GatewaySnapshot snapshot, IRevocationList? revocations, ApprovalFacts facts, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(webhook);
        ArgumentNullException.ThrowIfNull(facts);
        if (!webhook.IsAbout(facts.Server)) return false;
        var people = PeopleOf(webhook, snapshot, revocations).ToList();
        return SignInsOf(snapshot).Any(strengths =>
            people.Any(one => ApprovalRights.MayAnswer(snapshot, Person(one.Entry, one.Subject, strengths), facts, at)));
    }

    /// <summary>Returns whether one of its people is neither revoked nor contained, whatever that person may answer.</summary>
    /// <param name="webhook">The webhook.</param>
    /// <param name="snapshot">The configuration in force.</param>
    /// <param name="revocations">Revocations and containments; null where there are none.</param>
    public static bool HasPerson(ApprovalWebhookSettings webhook, GatewaySnapshot snapshot, IRevocationList? revocations) =>
        PeopleOf(webhook, snapshot, revocations).Any();

    /// <summary>
    /// Returns whether a person of a webhook is contained, or was revoked since the configuration was read. Threat: whoever has the key of a revoked
    /// person signs with a later moment. The signer chooses the moment of the signature, so that it can make an answer older and never newer.
    /// </summary>
    /// <param name="revocations">Revocations and containments; null where there are none.</param>
    /// <param name="snapshot">The configuration in force, which names the person's keys.</param>
    /// <param name="issuer">Issuer of the person.</param>
    /// <param name="subject">The person at the issuer.</param>
    /// <param name="signedAt">The moment of a signature; null where there is none.</param>
    public static bool IsRevoked(
        IRevocationList? revocations, GatewaySnapshot snapshot, string issuer, string subject, DateTimeOffset? signedAt)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        var since = signedAt is { } signed && signed < snapshot.ConfiguredAt ? signed : snapshot.ConfiguredAt;
        return revocations?.IsPartyRevoked(issuer, subject, null, since) == true;
    }

    private static IEnumerable<(WebhookApprovers Entry, string Subject)> PeopleOf(
        ApprovalWebhookSettings webhook, GatewaySnapshot snapshot, IRevocationList? revocations) =>
        webhook.Approvers.SelectMany(static entry => entry.Subjects.Select(subject => (Entry: entry, Subject: subject)))
            .Where(one => !IsRevoked(revocations, snapshot, one.Entry.Issuer, one.Subject, null));

    private static PolicySubject Person(WebhookApprovers entry, string subject, IReadOnlyList<string> strengths) =>
        new(entry.Issuer, subject, null, [], entry.Roles, entry.Groups) { Strengths = strengths };

    // How a person signs in is known with the answer, and is judged there. A sign-in that no prohibition names is looked at first: otherwise one
    // that forbids weak sign-ins would keep the question from a webhook whose people sign in as they must.
    private static IEnumerable<IReadOnlyList<string>> SignInsOf(GatewaySnapshot snapshot)
    {
        var permitted = Names(forbids: false);
        yield return [.. permitted.Except(Names(forbids: true), StringComparer.Ordinal)];
        yield return permitted;
        yield return [];
        foreach (var one in permitted) yield return [one];

        List<string> Names(bool forbids) =>
            [.. snapshot.Policy.Rules.Where(rule => rule.Forbids == forbids && rule.Directions?.Contains(PolicyDirection.Approvals) == true)
                .SelectMany(static rule => rule.Who?.Strengths?.Exact ?? []).Distinct(StringComparer.Ordinal)];
    }
}
