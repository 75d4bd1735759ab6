using System.Net;
using Gatehouse.AuthorizationServer.Protocol;
using Gatehouse.AuthZen.Serving;
using Gatehouse.Identity.Metadata;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using Gatehouse.ProviderEvents;
using Gatehouse.Settings;

namespace Gatehouse.Gateway.Tests.SignIn;

/// <summary>
/// The whole route table of a gateway with its authorization server and its decision service, walked without a token, with wrong ones and with good
/// ones: what is not in the closed list of open endpoints gives nothing to a stranger (ID-01).
/// </summary>
[Trait("Requirement", "ID-01")]
public sealed class RouteTableTests
{
    private static readonly string[] Verbs = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "PROPFIND", "OPTIONS"];

    /// <summary>The questions of the decision service, and one that it does not know. Each needs a token of the service's own audience.</summary>
    private static readonly string[] Questions =
        [.. new[] { "evaluation", "evaluations", "search/subject", "search/resource", "search/action", "x" }.Select(what => DecisionEndpoint.Prefix + what)];

    /// <summary>What a stranger may send, and how it is answered.</summary>
    private static readonly Dictionary<(string Verb, string Path), int[]> Open = new()
    {
        [("GET", "/.well-known/oauth-protected-resource")] = [200],
        [("GET", "/.well-known/oauth-protected-resource/mcp")] = [200],
        [("GET", "/.well-known/oauth-protected-resource/deep/two")] = [200],
        [("GET", "/.well-known/oauth-authorization-server")] = [200],
        [("GET", "/.well-known/openid-configuration")] = [200],
        [("GET", "/oauth/style.css")] = [200],
        [("GET", "/oauth/jwks")] = [200],
        // They say what is missing, and give nothing.
        [("GET", "/oauth/authorize")] = [400],
        [("POST", "/oauth/consent")] = [403],
        [("GET", "/oauth/callback/")] = [400, 403],
        [("GET", "/oauth/confirm")] = [400, 403],
        [("POST", "/oauth/confirm")] = [400, 403],
        [("POST", "/oauth/token")] = [400, 401],
        [("POST", "/oauth/revoke")] = [400, 401],
        [("POST", "/oauth/introspect")] = [400, 401],
        [("POST", "/oauth/register")] = [400],
        [("GET", "/oauth/grants")] = [303], // to the provider
        [("POST", "/oauth/grants")] = [403],
        [("GET", "/connect")] = [400],
        [("POST", "/connect")] = [403],
        [("GET", "/connect/callback/")] = [400],
        [("GET", "/.well-known/authzen-configuration")] = [200],
        [("POST", "/events/push/corp")] = [401],
        [("POST", "/events/logout/corp")] = [400],
    };

    [Fact]
    public async Task TheClosedList_IsTheTableOfTheCode()
    {
        await using var provider = await PeopleProvider.StartAsync();
        await using var gateway = await StartAsync(provider);
        var table = Routes.All.SelectMany(route => route.Methods.Select(verb => (verb, route.Path)))
            .Concat(Servers(gateway).Select(path => ("GET", ProtectedResourceMetadata.WellKnownPath(path))))
            .Concat(EventRoutes.All.Select(static path => ("POST", path + "corp")))
            .Append(("GET", ProtectedResourceMetadata.WellKnownPrefix)).Append(("GET", DecisionEndpoint.MetadataPath));
        Assert.Equal(Open.Keys.Order(), table.Order());
    }

    [Fact]
    public async Task EveryPath_WithoutAndWithAWrongToken_GivesAStrangerNothingBeyondTheClosedList()
    {
        await using var provider = await PeopleProvider.StartAsync();
        await using var gateway = await StartAsync(provider);
        string[] wrong = ["", "Authorization: Bearer gha_0123456789-ABCDEFGHIJKLMNOPQRST_abcdefghijk\r\n", $"Authorization: Bearer {gateway.Token()}x\r\n"];
        foreach (var (verb, path) in from path in Paths(gateway) from verb in Verbs select (verb, path))
        {
            foreach (var credential in wrong)
            {
                var status = await RawHttp.StatusAsync(gateway.Url, Raw(gateway, verb, path, credential));
                Assert.True(Expected(gateway, verb, path).Contains(status), $"{verb} {path} with '{credential.Trim()}': {status}");
            }
        }

        Assert.Empty(gateway.Upstream.Received);
    }

    [Fact]
    public async Task AGoodToken_OpensItsServerAlone_AndChangesNothingElse()
    {
        await using var provider = await PeopleProvider.StartAsync();
        await using var gateway = await StartAsync(provider);
        var alice = await SignedInClient.CreateAsync(gateway, "alice");
        var credential = $"Authorization: Bearer {alice.AccessToken}\r\n";
        foreach (var (verb, path) in from path in Paths(gateway) where path != "/mcp" from verb in Verbs select (verb, path))
        {
            var status = await RawHttp.StatusAsync(gateway.Url, Raw(gateway, verb, path, credential));
            Assert.True(Expected(gateway, verb, path).Contains(status), $"{verb} {path}: {status}");
        }

        Assert.Empty(gateway.Upstream.Received);
        Assert.Equal(HttpStatusCode.OK, (await gateway.CallAsync(gateway.Modern("tools/list", token: alice.AccessToken))).Status);
        Assert.NotEmpty(gateway.Upstream.Received);
    }

    [Fact]
    public async Task ATokenOfTheDecisionService_OpensItsQuestionsOnly_AndOnlyToThoseWhoMayAsk()
    {
        await using var provider = await PeopleProvider.StartAsync();
        await using var gateway = await StartAsync(provider);
        var service = gateway.Host.Snapshots.Current.Settings.DecisionServiceResource;
        var (asker, other) = (Credential("enforcer"), Credential("alice"));
        foreach (var (verb, path) in from path in Paths(gateway) from verb in Verbs select (verb, path))
        {
            var isQuestion = verb == "POST" && path.StartsWith(DecisionEndpoint.Prefix, StringComparison.Ordinal);
            var answered = isQuestion ? new[] { 400, 404, 501 } : Expected(gateway, verb, path); // an empty question, and one that is not answered
            var refused = isQuestion ? new[] { 403 } : answered;
            foreach (var (credential, expected) in new[] { (asker, answered), (other, refused) })
            {
                var status = await RawHttp.StatusAsync(gateway.Url, Raw(gateway, verb, path, credential));
                Assert.True(expected.Contains(status), $"{verb} {path}: {status}");
            }
        }

        Assert.Empty(gateway.Upstream.Received);

        string Credential(string subject) => $"Authorization: Bearer {gateway.Token(subject, service)}\r\n";
    }

    private static int[] Expected(TestGateway gateway, string verb, string path)
    {
        if (Open.TryGetValue((verb, path), out var answers)) return answers;
        if (path.StartsWith(DecisionEndpoint.Prefix, StringComparison.Ordinal)) return verb == "POST" ? [401] : [405];
        if (path == DecisionEndpoint.MetadataPath) return [405];
        if (verb == "OPTIONS") return [403, 404]; // no origin is named that a browser could come from
        // An address with a slash too much is refused after the sign-in, with the remedy.
        if (path.EndsWith('/') && Servers(gateway).Contains(path[..^1])) return verb is "GET" or "POST" or "DELETE" ? [401, 404] : [400, 404, 405];
        if (!Servers(gateway).Contains(path)) return [400, 404, 405];
        return verb is "GET" or "POST" or "DELETE" ? [401] : [400, 401, 404, 405];
    }

    private static IReadOnlyList<string> Servers(TestGateway gateway) =>
        [.. gateway.Host.Snapshots.Current.Settings.Servers.Select(server => server.Path)];

    private static IReadOnlyList<string> Paths(TestGateway gateway)
    {
        var known = Open.Keys.Select(route => route.Path).Concat(Servers(gateway)).Concat(Questions).Distinct(StringComparer.Ordinal).ToList();
        return [.. known.Concat(known.SelectMany(Beside)).Append("/").Append("/oauth").Append("/admin").Append("/metrics").Append("/healthz")
            .Append("/access").Append("/access/v1").Append(DecisionEndpoint.Prefix).Distinct(StringComparer.Ordinal)];
    }

    private static IEnumerable<string> Beside(string path) => [path + "/", path + "/x", path + "x", path[..^1], path.ToUpperInvariant(), path + "/../x"];

    private static string Raw(TestGateway gateway, string verb, string path, string credential) =>
        $"{verb} {path} HTTP/1.1\r\nHost: {gateway.Url.Authority}\r\n{credential}Content-Type: application/json\r\nAccept: application/json, "
            + $"text/event-stream\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{{}}";

    private static Task<TestGateway> StartAsync(PeopleProvider provider) => TestGateway.StartAsync(
        settings => settings with
        {
            AuthorizationServer = provider.Section,
            Issuers =
            [
                new IssuerSettings
                {
                    Issuer = provider.Origin,
                    Name = "corp",
                    Events = new IssuerEventsSettings { PushToken = new SecretReference("env", "PATH"), Logout = true },
                },
            ],
            DecisionService = new DecisionServiceSettings { Who = new WhoClause { Subjects = new NameSet(["enforcer"]) } },
            Servers = [.. settings.Servers, settings.Servers[0] with { Name = "two", Path = "/deep/two" }],
        },
        rules: [new PolicyRule { Id = "all", Who = new WhoClause { Subjects = new NameSet(["corp:alice"]) }, Directions = TestGateway.EveryDirection }]);
}
