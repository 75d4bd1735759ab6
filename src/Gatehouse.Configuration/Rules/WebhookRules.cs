using System.Text.RegularExpressions;
using Gatehouse.Configuration.Reading;
using Gatehouse.Identity.Keys;
using Gatehouse.Settings;

namespace Gatehouse.Configuration.Rules;

/// <summary>
/// Webhooks for questions to people: their answers have a way to come, each key signs for the people of one entry, and each person is one that
/// callers and administrators can be.
/// </summary>
internal static partial class WebhookRules
{
    public static void Check(ConfigurationSection root, bool development, FaultList faults)
    {
        var webhooks = root.Part("approvals").Parts("webhooks");
        foreach (var over in webhooks.Skip(ApprovalWebhookSettings.Most).Take(1))
            faults.Add(over, $"there are more than {ApprovalWebhookSettings.Most} webhooks", "remove some");
        if (webhooks is [var first, ..] && !root.Part("administration").Part("http").IsGiven)
            faults.Add(first, "answers come to the administration interface over HTTP, which is not configured",
                "add 'administration.http' with its listener, or remove the webhooks");
        var (names, keys) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        foreach (var webhook in webhooks)
        {
            CheckName(webhook, names, faults);
            CheckUrl(webhook, faults);
            CheckServers(root, webhook, faults);
            CheckApprovers(root, webhook, keys, development, faults);
        }
    }

    private static void CheckName(ConfigurationSection webhook, HashSet<string> names, FaultList faults)
    {
        if (webhook.Find("name") is not { } name) return;
        if (!NameForm().IsMatch(name.Text))
            faults.Add(name, "the name is not made of lower-case letters, digits and '-', at most 63, beginning with a letter", "choose another name");
        else if (!names.Add(name.Text)) faults.Add(name, "another webhook has this name already", "give each a different name");
    }

    // Notifications name people and calls, and the signature keeps no one from reading them.
    private static void CheckUrl(ConfigurationSection webhook, FaultList faults)
    {
        if (webhook.Find("url") is not { } url) return;
        if (!UrlText.IsProtected((Uri)url.Content)) faults.Add(url, "notifications would leave this machine without TLS", "use https, or a receiver on loopback");
        // A key in an address ends up in logs of proxies and receivers (RFC 6750 section 5.3).
        if (((Uri)url.Content).Query.Length > 0)
            faults.Add(url, "the address has a query", "remove it: the receiver checks the signature of a notification, and needs no key in the address");
    }

    private static void CheckServers(ConfigurationSection root, ConfigurationSection webhook, FaultList faults)
    {
        var known = root.Parts("servers").Select(static server => server.Name).ToList();
        foreach (var server in webhook.Items("servers").Where(server => !known.Contains(server.Text, StringComparer.Ordinal)))
            faults.Add(server, "no server has this name", $"use one of: {string.Join(", ", known.Order(StringComparer.Ordinal))}");
    }

    private static void CheckApprovers(
        ConfigurationSection root, ConfigurationSection webhook, HashSet<string> keys, bool development, FaultList faults)
    {
        var entries = webhook.Parts("approvers");
        if (entries.Count == 0 && webhook.Wrote("approvers"))
            faults.Add(webhook.At, webhook.Path + ".approvers", "there is no entry, so no person could answer", "add one with 'issuer', 'subjects' and 'keys'");
        foreach (var over in entries.Skip(ApprovalWebhookSettings.MostApprovers).Take(1))
            faults.Add(over, $"there are more than {ApprovalWebhookSettings.MostApprovers} entries", "join people who have the same keys and groups");
        var people = new HashSet<(string Issuer, string Subject)>();
        foreach (var entry in entries)
        {
            CheckIssuer(root, entry, development, faults);
            CheckPeople(entry, people, faults);
            CheckKeys(entry, keys, faults);
        }
    }

    // Threat: a person of an issuer that no token has is another person than the same one with a token, and could grant twice or grant the own call.
    private static void CheckIssuer(ConfigurationSection root, ConfigurationSection entry, bool development, FaultList faults)
    {
        if (development || entry.Find("issuer") is not { } issuer) return; // with --dev there is also an issuer of the gateway's own
        var known = IssuerNames.Of(root);
        if (known.Count > 0 && !known.Contains(issuer.Text, StringComparer.Ordinal))
            faults.Add(issuer, "this is not an issuer of this configuration, so that its people would be other people than those with tokens",
                $"use one of: {string.Join(", ", known)}");
    }

    private static void CheckPeople(ConfigurationSection entry, HashSet<(string Issuer, string Subject)> people, FaultList faults)
    {
        if (entry.Find("subjects") is { Items.Count: 0 or > ApprovalWebhookSettings.MostSubjects } count)
            faults.Add(count, $"an entry has 1 to {ApprovalWebhookSettings.MostSubjects} subjects", "name the people, or make another entry");
        foreach (var subject in entry.Items("subjects"))
        {
            if (subject.Text.Contains('*', StringComparison.Ordinal))
                faults.Add(subject, "'*' has no special meaning here, although it looks so", "name each person");
            else if (entry.Get<string>("issuer") is { } issuer && !people.Add((issuer, subject.Text)))
                faults.Add(subject, "another entry of this webhook names this person, so that the groups and keys of the person are not clear",
                    "name each person once");
        }
    }

    private static void CheckKeys(ConfigurationSection entry, HashSet<string> keys, FaultList faults)
    {
        if (entry.Find("keys") is { Items.Count: 0 or > ApprovalWebhookSettings.MostKeys } count)
            faults.Add(count, $"an entry has 1 to {ApprovalWebhookSettings.MostKeys} keys", "name the public keys that sign answers of these people");
        foreach (var item in entry.Items("keys"))
        {
            // The text is not quoted: it may be a private key.
            if (!AnswerKey.TryParse(item.Text, out var key))
                faults.Add(item, "this is not a public key that can verify answers",
                    "write the lines between BEGIN PUBLIC KEY and END PUBLIC KEY joined, or a JSON Web Key: EC on P-256, P-384 or P-521, or RSA of 2048 to 8192 bits");
            else if (!keys.Add(key.Thumbprint))
                faults.Add(item, "another entry has this key already, so that it would sign for the people of both", "give each entry keys of its own");
        }
    }

    [GeneratedRegex(@"^[a-z][a-z0-9-]{0,62}\z", RegexOptions.CultureInvariant)]
    private static partial Regex NameForm();
}
