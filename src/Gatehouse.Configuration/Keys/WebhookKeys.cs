using System.Globalization;
using Gatehouse.Settings;
using static Gatehouse.Configuration.Keys.KeyKind;

namespace Gatehouse.Configuration.Keys;

/// <summary>The keys of webhooks for questions to people.</summary>
internal static class WebhookKeys
{
    /// <summary>All rows.</summary>
    public static IEnumerable<ConfigurationKey> All =>
    [
        new("approvals.webhooks", SectionList,
            "Programs that are notified of questions about calls, and that send signed answers of people to the administration interface. "
                + $"They need `administration.http`. At most {Text(ApprovalWebhookSettings.Most)}.") { Hosts = KeyHosts.Shared },
        new("approvals.webhooks[].name", KeyKind.Text,
            "Name of the webhook: a part of the address of its answers, of entries of the audit log and of metrics.") { Required = true },
        new("approvals.webhooks[].url", Url,
            "Address that receives the notifications. Use https, or http on loopback. The gateway follows no redirect.") { Required = true },
        new("approvals.webhooks[].secret", Secret,
            $"Source of the secret with which the gateway authenticates notifications (Standard Webhooks): {SecretSources.Text}. The "
                + "value is `whsec_` and the base64 of 24 to 64 random bytes.") { Required = true },
        new("approvals.webhooks[].region", KeyKind.Text,
            "Region of the receiver, which receives facts about callers. It must be that of audit.region."),
        new("approvals.webhooks[].servers", TextList, "Only questions about these servers. With an empty list: all.") { Default = "[]" },
        new("approvals.webhooks[].arguments", Switch,
            "True sends the arguments of the call in full. Only then people can grant by this webhook. With false they can only deny.")
                { Default = "false" },
        new("approvals.webhooks[].alarms", Switch,
            "True also notifies when a person uses a tool or prompt for the first time, and gets a right for a time for the first time, as far as the "
                + "audit log knows.") { Default = "false" },
        new("approvals.webhooks[].approvers", SectionList,
            "People who may answer by this webhook, with the keys that sign for them. The policy decides in addition "
                + $"(`directions: [approvals]`). At most {Text(ApprovalWebhookSettings.MostApprovers)} entries.") { Required = true },
        new("approvals.webhooks[].approvers[].issuer", KeyKind.Text,
            "Issuer of the people, the same that their tokens have.") { Required = true },
        new("approvals.webhooks[].approvers[].subjects", TextList,
            $"Subjects at the issuer, compared exactly. At most {Text(ApprovalWebhookSettings.MostSubjects)}.") { Required = true },
        new("approvals.webhooks[].approvers[].groups", TextList,
            "Groups of each of these people, for rules of the policy that name groups. An answer cannot name groups.") { Default = "[]" },
        new("approvals.webhooks[].approvers[].roles", TextList,
            "Roles of each of these people, for rules of the policy that name roles. An answer cannot name roles.") { Default = "[]" },
        new("approvals.webhooks[].approvers[].keys", TextList,
            "Public keys that sign answers of these people, each as the base64 of its SubjectPublicKeyInfo (the lines of a PEM file joined) or as a JSON Web "
                + $"Key: EC on P-256, P-384 or P-521, or RSA. At most {Text(ApprovalWebhookSettings.MostKeys)}. A key is in one entry only.") { Required = true },
    ];

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
