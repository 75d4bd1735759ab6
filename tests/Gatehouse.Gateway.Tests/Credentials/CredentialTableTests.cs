using Gatehouse.Credentials;
using Gatehouse.Policy;
using Gatehouse.Settings;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Credentials;

/// <summary>Who shares a credential, and how many one person can hold.</summary>
[Trait("Requirement", "ID-05")]
public sealed class CredentialTableTests
{
    private readonly ServerSettings server = new()
    {
        Name = "crm",
        Path = "/crm",
        Http = new HttpUpstreamSettings
        {
            Url = new Uri("https://crm.example.com/mcp"),
            Issued = new IssuedCredentialSettings
            {
                Kind = IssuedCredentialKind.TokenExchange,
                Issuer = new IssuerSettings { Issuer = "https://login.example.com" },
                Client = new IssuerClientSettings { Id = "gateway" },
            },
        },
    };

    private readonly CredentialTable table;

    public CredentialTableTests()
    {
        var settings = new GatewaySettings
        {
            PublicUrl = new Uri("https://mcp.example.com"),
            Listen = new ListenSettings { Url = new Uri("http://127.0.0.1:1") },
            StateDirectory = "/nowhere",
            Servers = [server],
        };
        table = new CredentialTable(new CredentialHost(() => settings, static _ => false), new ManualTimeProvider());
    }

    // CWE-384, CWE-863: whatever chose a credential is part of its key. The third has the same letters as the first, cut in another place.
    [Fact]
    public void ACredential_IsThatOfOnePersonClientScopesAndStrength()
    {
        var first = table.Of(server, Caller("alice"));
        Assert.Same(first, table.Of(server, Caller("alice")));
        PolicySubject[] others =
        [
            Caller("bob"), Caller("alice", client: "phone"), Caller("alicec", client: "li"), Caller("alice", "https://other.example.com"),
            Caller("alice", scopes: ["read", "write"]), Caller("alice", scopes: []), Caller("alice", strengths: ["mfa"]),
        ];
        Assert.All(others, other => Assert.NotSame(first, table.Of(server, other)));
    }

    [Fact]
    public void OnePerson_WithManySignIns_LeavesOthersTheirCredentials()
    {
        var others = Enumerable.Range(0, CredentialTable.MostOfServer / 2).Select(number => table.Of(server, Caller($"person-{number}"))).ToList();
        for (var number = 0; number < CredentialTable.MostOfServer * 2; number++) table.Of(server, Caller("mallory", client: $"client-{number}"));
        Assert.All(others.Index(), other => Assert.Same(other.Item, table.Of(server, Caller($"person-{other.Index}"))));
    }

    private static PolicySubject Caller(
        string subject, string issuer = "https://login.example.com", string client = "cli", string[]? scopes = null, string[]? strengths = null) =>
        new(issuer, subject, client, scopes ?? ["read"], [], []) { Strengths = strengths ?? [] };
}
