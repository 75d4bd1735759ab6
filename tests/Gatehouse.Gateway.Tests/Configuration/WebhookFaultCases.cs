using static Gatehouse.Gateway.Tests.Configuration.FaultCase;

namespace Gatehouse.Gateway.Tests.Configuration;

/// <summary>Faults of webhooks for questions to people.</summary>
internal static class WebhookFaultCases
{
    private const string Key = "\"MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAETyCteczzM1EyCD1TmJzcGk87zaQIkrtTk0Yr8Mqt+pmEwwPeLzotHY/sm5C4/E4Pq6RsLPF4R12Q1cothC5MsA==\"";
    private const string Other = "\"MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAE/CFEsJAR/zUeQK270Qm4Dk99kCmFUt7sIYLY7Ac1UVMXwRIZqxnIfGv5EiNew/YhZtI/tGZd9p+zydpRJ0MjKxgAymNTSAs8bjqAnJ3TJqIeM4pO1jy/evFQ628WQKlE\"";
    private const string Listener = "administration: { http: { listen: { url: \"http://127.0.0.1:8444\" } } }\n";
    private const string Good = "name: chat, url: \"https://chat.example.com\", secret: \"env:CHAT\"";
    private const string Person = "issuer: \"https://login.example.com\", subjects: [bob]";

    public static IEnumerable<(string Name, FaultCase Case)> All =>
    [
        ("a webhook without the administration interface",
            new(With($"approvals: {{ webhooks: [{{ {Good}, approvers: [{{ {Person}, keys: [{Key}] }}] }}] }}"), 6, "approvals.webhooks[0]",
                "which is not configured", "administration.http")),
        ("a webhook with a capital name", new(Webhook(Good.Replace("chat,", "Chat,", StringComparison.Ordinal)), 7, "approvals.webhooks[0].name", "lower-case")),
        ("a webhook in clear", new(Webhook(Good.Replace("https:", "http:", StringComparison.Ordinal)), 7, "approvals.webhooks[0].url", "without TLS")),
        ("a webhook with a query",
            new(Webhook(Good.Replace("example.com", "example.com/?k=1", StringComparison.Ordinal)), 7, "approvals.webhooks[0].url", "has a query")),
        ("a webhook without a secret", new(Webhook("name: chat, url: \"https://chat.example.com\""), 7, "approvals.webhooks[0].secret", "'secret' is missing")),
        ("a secret of a webhook in clear",
            new(Webhook(Good.Replace("env:CHAT", "whsec_AAAA", StringComparison.Ordinal)), 7, "approvals.webhooks[0].secret", "")),
        ("a webhook about an unknown server", new(Webhook(Good + ", servers: [mail]"), 7, "approvals.webhooks[0].servers[0]", "no server has this name", "notes")),
        ("a webhook without approvers",
            new(Hooks($"{{ {Good} }}"), 7, "approvals.webhooks[0].approvers", "'approvers' is missing")),
        ("an empty list of approvers", new(Hooks($"{{ {Good}, approvers: [] }}"), 7, "approvals.webhooks[0].approvers", "no person could answer")),
        ("approvers of an unknown issuer", new(Approvers($"issuer: \"https://other.example.com\", subjects: [bob], keys: [{Key}]"), 7,
            "approvals.webhooks[0].approvers[0].issuer", "other people than those with tokens", "https://login.example.com")),
        ("approvers by a pattern", new(Approvers($"issuer: \"https://login.example.com\", subjects: [\"b*\"], keys: [{Key}]"), 7,
            "approvals.webhooks[0].approvers[0].subjects[0]", "no special meaning")),
        ("approvers without a subject", new(Approvers($"issuer: \"https://login.example.com\", subjects: [], keys: [{Key}]"), 7,
            "approvals.webhooks[0].approvers[0].subjects", "1 to 64")),
        ("an approver who is there twice",
            new(Hooks($"{{ {Good}, approvers: [{{ {Person}, keys: [{Key}] }}, {{ {Person}, keys: [{Other}] }}] }}"), 7,
                "approvals.webhooks[0].approvers[1].subjects[0]", "another entry of this webhook names this person")),
        ("approvers without a key", new(Approvers(Person + ", keys: []"), 7, "approvals.webhooks[0].approvers[0].keys", "1 to 4 keys")),
        ("a key that is none", new(Approvers(Person + ", keys: [\"AAAA\"]"), 7, "approvals.webhooks[0].approvers[0].keys[0]", "not a public key", "P-256")),
        ("a symmetric key of answers", new(Approvers(Person + ", keys: [\"{\\\"kty\\\":\\\"oct\\\",\\\"k\\\":\\\"AAAA\\\"}\"]"), 7,
            "approvals.webhooks[0].approvers[0].keys[0]", "not a public key")),
        ("a key of two entries", new(Hooks(
            $"{{ {Good}, approvers: [{{ {Person}, keys: [{Key}] }}, {{ {Person.Replace("bob", "eve", StringComparison.Ordinal)}, keys: [{Key}] }}] }}"), 7,
            "approvals.webhooks[0].approvers[1].keys[0]", "would sign for the people of both")),
        ("a key of two webhooks", new(Hooks(
            $"{{ {Good}, approvers: [{{ {Person}, keys: [{Key}] }}] }}, {{ {Good.Replace("chat,", "desk,", StringComparison.Ordinal)}, approvers: [{{ {Person}, keys: [{Key}] }}] }}"), 7,
            "approvals.webhooks[1].approvers[0].keys[0]", "would sign for the people of both")),
        ("a webhook outside of the region", new(With(Listener
            + $"audit: {{ region: eu }}\napprovals: {{ webhooks: [{{ {Good}, approvers: [{{ {Person}, keys: [{Key}] }}] }}] }}"), 8,
            "approvals.webhooks[0].url", "the region of this place is not named", "region: eu")),
    ];

    private static string Webhook(string keys) => Hooks($"{{ {keys}, approvers: [{{ {Person}, keys: [{Key}] }}] }}");

    private static string Approvers(string keys) => Hooks($"{{ {Good}, approvers: [{{ {keys} }}] }}");

    private static string Hooks(string webhooks) => With(Listener + $"approvals: {{ webhooks: [{webhooks}] }}");
}
