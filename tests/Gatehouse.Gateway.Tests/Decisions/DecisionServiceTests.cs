using System.Net;
using System.Text;
using System.Text.Json;
using Gatehouse.Audit;
using Gatehouse.Gateway.Tests.Containment;
using Gatehouse.Gateway.Tests.Recording;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using Gatehouse.Settings;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Decisions;

/// <summary>Serving decisions by AuthZEN 1.0: the working group's scenarios, who may ask, and what is answered to what (AZ-06).</summary>
[Trait("NoRetry", "yes")]
public sealed class DecisionServiceTests
{
    private const string Certification =
        """
        version: 1
        rules:
          - id: everybody-named-reads
            permit: { subjects: [alice, bob], servers: [record], tools: [read] }
          - id: alice-writes-what-is-not-archived
            permit: { subjects: [alice], servers: [record], tools: [write] }
            when:
              - any: [{ argument: /resource/properties/status, present: false }, { not: { argument: /resource/properties/status, equals: archived } }]
          - id: admins-write
            permit: { anyone: true, servers: [record], tools: [write] }
            when: [{ claim: role, equals: admin }]
          - id: soft-deletion
            permit: { subjects: [alice], servers: [record], tools: [delete] }
            when: [{ argument: /action/properties/soft, equals: true }]
        """;

    [Fact]
    public async Task TodoScenario_IsDecidedAsTheWorkingGroupDescribesIt()
    {
        await using var service = await StartAsync(TodoScenario.Rules(TodoScenario.Policy));
        var asked = 0;
        foreach (var (id, mail, roles) in TodoScenario.People)
        {
            foreach (var (person, _) in TodoScenario.People.Select(p => (p.Mail, p.Id)))
                await AssertAsync(id, "can_read_user", $"{{\"type\":\"user\",\"id\":\"{person}\"}}", true);
            await AssertAsync(id, "can_read_todos", Todo(null), TodoScenario.Expected(roles, "can_read_todos", false));
            await AssertAsync(id, "can_create_todo", Todo(null), TodoScenario.Expected(roles, "can_create_todo", false));
            foreach (var owner in TodoScenario.People.Select(p => p.Mail))
            {
                foreach (var action in new[] { "can_update_todo", "can_delete_todo" })
                    await AssertAsync(id, action, Todo(owner), TodoScenario.Expected(roles, action, owner == mail));
            }
        }

        Assert.Equal(5 * (5 + 2 + 10), asked);

        async Task AssertAsync(string subject, string action, string resource, bool expected)
        {
            asked++;
            var (status, body) =
                await service.AskAsync("evaluation",
                    $"{{\"subject\":{{\"type\":\"user\",\"id\":\"{subject}\"}},\"action\":{{\"name\":\"{action}\"}},\"resource\":{resource},\"context\":{{}}}}");
            Assert.Equal(HttpStatusCode.OK, status);
            Assert.True(expected == body.GetProperty("decision").GetBoolean(), $"{subject} {action} {resource}");
        }
    }

    [Fact]
    public async Task TodoScenario_Boxcarred_ListsWhatEachMayComplete()
    {
        await using var service = await StartAsync(TodoScenario.Rules(TodoScenario.Policy));
        foreach (var (id, mail, roles) in TodoScenario.People)
        {
            var questions = string.Join(',', TodoScenario.People.Select(p => $"{{\"resource\":{Todo(p.Mail)}}}"));
            var (_, body) = await service.AskAsync("evaluations",
                $"{{\"subject\":{{\"type\":\"user\",\"id\":\"{id}\"}},\"action\":{{\"name\":\"can_update_todo\"}},\"resource\":{{}},\"context\":{{}},\"evaluations\":[{questions}]}}");
            Assert.Equal(TodoScenario.People.Select(p => TodoScenario.Expected(roles, "can_update_todo", p.Mail == mail)), Decisions(body));
            Assert.False(body.TryGetProperty("decision", out _));
        }
    }

    [Theory]
    [InlineData("""{"id":"alice"}""", """{"name":"read"}""", """{"id":"record-1"}""", true)]
    [InlineData("""{"id":"alice"}""", """{"name":"write"}""", """{"id":"record-1"}""", true)]
    [InlineData("""{"id":"bob"}""", """{"name":"read"}""", """{"id":"record-1"}""", true)]
    [InlineData("""{"id":"bob"}""", """{"name":"write"}""", """{"id":"record-1"}""", false)]
    [InlineData("""{"id":"alice"}""", """{"name":"write"}""", """{"id":"record-2","properties":{"status":"archived"}}""", false)]
    [InlineData("""{"id":"bob","properties":{"role":"admin"}}""", """{"name":"write"}""", """{"id":"record-2","properties":{"status":"archived"}}""",
        true)]
    [InlineData("""{"id":"alice"}""", """{"name":"delete","properties":{"soft":true}}""", """{"id":"record-1"}""", true)]
    [InlineData("""{"id":"alice"}""", """{"name":"delete","properties":{"soft":false}}""", """{"id":"record-1"}""", false)]
    [InlineData("""{"id":"alice","properties":{"department":"Sales","role":"manager"}}""", """{"name":"read","properties":{"method":"GET"}}""",
        """{"id":"record-1","properties":{"status":"active","owner":"bob"}}""", true)]
    public async Task CertificationScenario_EightDecisionsAndMore(string subject, string action, string resource, bool expected)
    {
        await using var service = await StartAsync(TodoScenario.Rules(Certification));
        var question = $"{{\"subject\":{{\"type\":\"user\",{subject[1..]},\"action\":{action},\"resource\":{{\"type\":\"record\",{resource[1..]},\"foo\":\"bar\",\"futureField\":{{\"nested\":true}}}}";
        for (var again = 0; again < 3; again++)
        {
            var (status, body) = await service.AskAsync("evaluation", question);
            Assert.Equal((HttpStatusCode.OK, expected), (status, body.GetProperty("decision").GetBoolean()));
        }
    }

    [Theory]
    [InlineData("""{"action":{"name":"read"},"resource":{"type":"record","id":"1"}}""", "subject")]
    [InlineData("""{"subject":{"type":"user","id":"alice"},"resource":{"type":"record","id":"1"}}""", "action")]
    [InlineData("""{"subject":{"type":"user","id":"alice"},"action":{"name":"read"}}""", "resource")]
    [InlineData("""{"subject":{"id":"alice"},"action":{"name":"read"},"resource":{"type":"record","id":"1"}}""", "subject.type")]
    [InlineData("""{"subject":{"type":"user"},"action":{"name":"read"},"resource":{"type":"record","id":"1"}}""", "subject.id")]
    [InlineData("""{"subject":{"type":"user","id":"alice"},"action":{},"resource":{"type":"record","id":"1"}}""", "action.name")]
    [InlineData("""{"subject":{"type":"user","id":"alice"},"action":{"name":"read"},"resource":{"id":"1"}}""", "resource.type")]
    [InlineData("""{"subject":{"type":"user","id":"alice"},"action":{"name":"read"},"resource":{"type":"record"}}""", "resource.id")]
    [InlineData("""{"subject":"alice","action":{"name":"read"},"resource":{"type":"record","id":"1"}}""", "subject")]
    [InlineData("""{"subject":{"type":"user","id":"alice"},"action":{"name":123},"resource":{"type":"record","id":"1"}}""", "action.name")]
    [InlineData("""{"subject":{"type":"user","id":"alice","properties":[]},"action":{"name":"read"},"resource":{"type":"record","id":"1"}}""",
        "properties")]
    [InlineData("""{"subject":{"type":"user","id":"alice","properties":{"roles":7}},"action":{"name":"read"},"resource":{"type":"record","id":"1"}}""", "subject.properties.roles")]
    [InlineData("""{"subject":{"type":"user","id":"bob","id":"alice"},"action":{"name":"read"},"resource":{"type":"record","id":"1"}}""",
        "unambiguous")]
    [InlineData("""{"subject":{"type":"user","id":"alice"},"action":{"name":"read"},"resource":{"type":"tool","id":"echo"}}""",
        "resource.properties.server")]
    [InlineData("""{"subject":{"type":"user","id":"alice"},"action":{"name":"tools/call","properties":{"direction":"sideways"}},"resource":{"type":"tool","id":"echo","properties":{"server":"up"}}}""", "direction")]
    [InlineData("[]", "no object")]
    [InlineData("", "unambiguous")]
    [InlineData("{", "unambiguous")]
    public async Task Question_ThatCannotBeRead_Is400AndSaysWhat(string question, string says)
    {
        await using var service = await StartAsync(TodoScenario.Rules(Certification));
        using var answer = await service.SendAsync("evaluation", question);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(says, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Body_OfAnotherType_Large_OrDeep_IsRefused()
    {
        await using var service = await StartAsync(TodoScenario.Rules(Certification));
        Assert.Equal(HttpStatusCode.BadRequest, (await service.SendAsync("evaluation", Alice, type: "text/plain")).StatusCode);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await service.SendAsync("evaluation", Alice + new string(' ', 300 << 10))).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest,
            (await service.SendAsync("evaluation", "{\"x\":" + new string('[', 60) + new string(']', 60) + "}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await service.SendAsync("other", Alice)).StatusCode);
    }

    [Theory]
    [InlineData("execute_all", new[] { true, false, true, false })]
    [InlineData("deny_on_first_deny", new[] { true, false })]
    [InlineData("permit_on_first_permit", new[] { true })]
    public async Task Semantics_StopWhereTheyShould(string semantic, bool[] expected)
    {
        await using var service = await StartAsync(TodoScenario.Rules(Certification));
        var list = string.Join(',', new[] { "read", "erase", "write", "erase" }.Select(action => $"{{\"action\":{{\"name\":\"{action}\"}}}}"));
        var (_, body) = await service.AskAsync("evaluations",
            $"{{\"subject\":{{\"type\":\"user\",\"id\":\"alice\"}},\"resource\":{{\"type\":\"record\",\"id\":\"1\"}},\"evaluations\":[{list}],\"options\":{{\"evaluations_semantic\":\"{semantic}\"}}}}");
        Assert.Equal(expected, Decisions(body));
    }

    [Fact]
    public async Task Evaluations_WithoutAList_IsASingleQuestion_AndAFaultInOneIsToldInItsPlace()
    {
        await using var service = await StartAsync(TodoScenario.Rules(Certification));
        foreach (var question in new[] { Alice, Alice[..^1] + ",\"evaluations\":[]}" })
            Assert.True((await service.AskAsync("evaluations", question)).Body.GetProperty("decision").GetBoolean());
        var (status, body) =
            await service.AskAsync("evaluations", Alice[..^1] + ""","evaluations":[{},{"subject":{"type":"user"}},{"action":{"name":"write"}}]}""");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal([true, false, true], Decisions(body));
        Assert.Equal(400, body.GetProperty("evaluations")[1].GetProperty("context").GetProperty("error").GetProperty("status").GetInt32());
        Assert.Equal(HttpStatusCode.BadRequest, (await service.AskAsync("evaluations", Alice[..^1] + ",\"evaluations\":{}}")).Status);
        Assert.Equal(HttpStatusCode.BadRequest,
            (await service.AskAsync("evaluations", Alice[..^1] + ",\"evaluations\":[{}],\"options\":{\"evaluations_semantic\":\"all\"}}")).Status);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge,
            (await service.AskAsync("evaluations", $"{Alice[..^1]},\"evaluations\":[{string.Join(',', Enumerable.Repeat("{}", 101))}]}}")).Status);
    }

    [Fact]
    public async Task WhoMayAsk_IsWhoIsNamed_WithATokenOfItsOwnAudience()
    {
        await using var service = await StartAsync(TodoScenario.Rules(Certification));
        var server = service.Gateway.Token("enforcer");
        var admin = service.Gateway.Token("enforcer", service.Gateway.Host.Snapshots.Current.Settings.AdministrationResource);
        foreach (var token in new[] { "", server, admin, "nonsense" })
        {
            using var answer = await service.SendAsync("evaluation", Alice, token);
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
            Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.Single().Scheme);
        }

        Assert.Equal(HttpStatusCode.Forbidden, (await service.SendAsync("evaluation", Alice, service.Token("alice"))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await service.SendAsync("evaluation", Alice)).StatusCode);
        // And the other way round: the right to ask opens no server.
        Assert.Equal(HttpStatusCode.Unauthorized,
            (await service.Gateway.CallAsync(service.Gateway.Modern("tools/list", token: service.Token("enforcer")))).Status);
    }

    [Fact]
    public async Task WithoutTheSection_ThereIsNothing()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var client = new HttpClient();
        foreach (var path in new[] { "/.well-known/authzen-configuration", "/access/v1/evaluation" })
            Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync(new Uri(gateway.Host.Address, path))).StatusCode);
    }

    [Fact]
    public async Task RequestId_ComesBack_AndMetadataNameTheEndpoints()
    {
        await using var service = await StartAsync(TodoScenario.Rules(Certification));
        using var answer = await service.SendAsync("evaluation", Alice, id: "bfe9eb29-ab87");
        Assert.Equal("bfe9eb29-ab87", answer.Headers.GetValues("X-Request-ID").Single());
        using var refused = await service.SendAsync("evaluation", "{}", id: "second");
        Assert.Equal("second", refused.Headers.GetValues("X-Request-ID").Single());
        Assert.Equal(HttpStatusCode.BadRequest, (await service.SendAsync("evaluation", Alice, id: new string('x', 200))).StatusCode);

        using var client = new HttpClient();
        using var metadata = await client.GetAsync(new Uri(service.Gateway.Host.Address, "/.well-known/authzen-configuration"));
        Assert.Equal("application/json", metadata.Content.Headers.ContentType!.ToString());
        var document = JsonDocument.Parse(await metadata.Content.ReadAsStringAsync()).RootElement;
        var origin = service.Gateway.Host.Snapshots.Current.Settings.Origin;
        Assert.Equal(origin, document.GetProperty("policy_decision_point").GetString());
        Assert.Equal(origin + "/access/v1/evaluations", document.GetProperty("access_evaluations_endpoint").GetString());
        Assert.False(document.TryGetProperty("search_subject_endpoint", out _)); // what is not named is not served (§9.1.1)
        using var foreign = new HttpRequestMessage(HttpMethod.Get, new Uri(service.Gateway.Host.Address, "/.well-known/authzen-configuration"));
        foreign.Headers.Host = "rebound.example";
        Assert.Equal(HttpStatusCode.Forbidden, (await client.SendAsync(foreign)).StatusCode);
    }

    [Fact]
    public async Task OurOwnServers_AreDecidedAsTheGatewayItselfDecides()
    {
        PolicyRule[] rules =
        [
            new() { Id = "echo", Who = new WhoClause { Roles = new NameSet(["reader"]) }, Tools = new NameSet(["echo"]),
                Obligations = [Obligation.LogPayload] },
            new() { Id = "special", Who = new WhoClause { Roles = new NameSet(["reader"]) }, Methods = new NameSet(["vendor/special"]) },
        ];
        await using var service = await StartAsync(rules, s => s with { Servers = [s.Servers[0] with { Scopes = ["up:use"] }] });
        const string reader =
            """{"type":"user","id":"carol","properties":{"issuer":"https://login.example","roles":["reader"],"scopes":["up:use"]}}""";
        const string unscoped = """{"type":"user","id":"carol","properties":{"roles":["reader"]}}""";
        const string echo = """{"type":"tool","id":"echo","properties":{"server":"up"}}""";
        var (_, body) = await service.AskAsync("evaluation", Question(reader, "tools/call", echo));
        Assert.True(body.GetProperty("decision").GetBoolean());
        Assert.Equal("log", body.GetProperty("context").GetProperty("obligations")[0].GetProperty("id").GetString());
        Assert.Equal("insufficient-scope", await ReasonAsync(unscoped, "tools/call", echo));
        Assert.Equal("no-rule-permits", await ReasonAsync(reader, "tools/call", """{"type":"tool","id":"secret","properties":{"server":"up"}}"""));
        Assert.Equal("unknown-resource", await ReasonAsync(reader, "tools/call", """{"type":"tool","id":"echo","properties":{"server":"other"}}"""));
        Assert.Equal("unknown-resource", await ReasonAsync(reader, "prompts/get", echo));
        Assert.Equal("unknown-resource", await ReasonAsync(reader, "read", """{"type":"planet","id":"mars"}"""));
        Assert.Equal("unknown-subject-type",
            await ReasonAsync(reader.Replace("\"user\"", "\"device\"", StringComparison.Ordinal), "tools/call", echo));
        Assert.Equal("permitted", await ReasonAsync(reader, "tools/list", """{"type":"server","id":"up"}"""));
        Assert.Equal("permitted", await ReasonAsync(reader, "vendor/special", """{"type":"server","id":"up"}"""));
        Assert.Equal("no-rule-permits", await ReasonAsync(reader, "vendor/other", """{"type":"server","id":"up"}"""));

        async Task<string?> ReasonAsync(string subject, string action, string resource)
        {
            var (_, answer) = await service.AskAsync("evaluation", Question(subject, action, resource));
            return answer.GetProperty("decision").GetBoolean() ? "permitted" : answer.GetProperty("context").GetProperty("reason").GetString();
        }
    }

    // The same caller's own call gets 401 or 403 (IR-01).
    [Theory]
    [InlineData("user", "alice", "contained")]
    [InlineData("client", "web-app", "contained")]
    [InlineData("server", "up", "contained")]
    [InlineData("tool", "echo", "contained")]
    [InlineData("subject", "alice", "revoked")]
    [InlineData("client-in-file", "web-app", "revoked")]
    public async Task ContainedOrRevokedParty_IsDenied_WhateverThePolicySays(string kind, string name, string reason)
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "{\"version\":1}\n");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var clock = new ManualTimeProvider(TimeProvider.System.GetUtcNow());
        await using var service = await StartAsync(
            [new PolicyRule { Id = "all", Who = new WhoClause { Subjects = new NameSet(["alice", "bob"]) } }],
            s => s with { Revocations = new RevocationSettings { File = file } }, time: clock);
        var desk = new ContainmentDesk(service.Gateway);
        var issuer = desk.Issuer;
        string Of(string subject, string client, string? of) => Question(
            $"{{\"type\":\"user\",\"id\":\"{subject}\",\"properties\":{{{(of is null ? "" : $"\"issuer\":\"{of}\",")}\"client_id\":\"{client}\"}}}}",
            "tools/call", """{"type":"tool","id":"echo","properties":{"server":"up"}}""");
        Assert.True((await service.AskAsync("evaluation", Of("alice", "web-app", issuer))).Body.GetProperty("decision").GetBoolean());
        if (reason == "contained") await desk.ContainAsync(kind, name);
        else
        {
            await File.AppendAllTextAsync(file, $"{{\"kind\":\"{kind.Split('-')[0]}\",\"issuer\":\"{issuer}\",\"value\":\"{name}\"}}\n");
            File.SetLastWriteTimeUtc(file, DateTime.UnixEpoch.AddDays(20_000));
            clock.Advance(TimeSpan.FromSeconds(5));
        }

        foreach (var of in new[] { issuer, null })
        {
            var (_, body) = await service.AskAsync("evaluation", Of("alice", "web-app", of));
            Assert.Equal((false, reason), (body.GetProperty("decision").GetBoolean(), body.GetProperty("context").GetProperty("reason").GetString()));
        }

        var isOfAll = kind is "server" or "tool";
        Assert.Equal(!isOfAll, (await service.AskAsync("evaluation", Of("bob", "desk", issuer))).Body.GetProperty("decision").GetBoolean());
        Assert.Equal(!isOfAll, (await service.AskAsync("evaluation", Of("alice", "web-app", "https://other.example"))).Body.GetProperty("decision").GetBoolean());
        File.Delete(file);
    }

    [Fact]
    public async Task GatewayThatAsks_AndGatewayThatServes_UnderstandEachOther()
    {
        PolicyRule[] rules =
            [new() { Id = "echo", Who = new WhoClause { Subjects = new NameSet(["alice"]) }, Tools = new NameSet(["echo"]),
                Obligations = [Obligation.LogPayload] }];
        await using var service = await StartAsync(rules);
        var secret = Path.GetTempFileName();
        await File.WriteAllTextAsync(secret, service.Token("enforcer"));
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(secret, UnixFileMode.UserRead);
        await using var asking = await TestGateway.StartAsync(
            s => s with
            {
                DecisionPoint = new DecisionPointSettings
                {
                    Url = new Uri(service.Gateway.Host.Snapshots.Current.Settings.Origin),
                    Identifier = service.Gateway.Host.Snapshots.Current.Settings.Origin,
                    Combine = DecisionCombination.ExternalOnly,
                    Timeout = TimeSpan.FromSeconds(20),
                    Credential = new CredentialSettings("Authorization", new SecretReference("file", secret), "Bearer "),
                },
            },
            rules: []);
        Assert.Equal(HttpStatusCode.OK, (await asking.CallAsync(asking.Modern("tools/call", "\"name\":\"echo\"", "echo"))).Status);
        var (_, list, _) = await asking.CallAsync(asking.Modern("tools/list"));
        Assert.Equal(["echo"], list.GetProperty("result").GetProperty("tools").EnumerateArray().Select(tool => tool.GetProperty("name").GetString()));
        Assert.Equal(HttpStatusCode.Forbidden, (await asking.CallAsync(asking.Modern("tools/list", token: asking.Token("bob")))).Status);
        Assert.Contains(asking.EntriesWithEnded(1), entry => entry.TryGetProperty("sealed", out _)); // the obligation travelled
        File.Delete(secret);
    }

    [Fact]
    public async Task Searches_FindWhatAnEvaluationWouldPermit_InPages()
    {
        PolicyRule[] rules =
        [
            new() { Id = "some", Who = new WhoClause { Subjects = new NameSet(["alice"]) }, Tools = new NameSet(["a", "b", "c", "d", "e"]) },
            new() { Id = "not-d", Forbids = true, Tools = new NameSet(["d"]) },
            new() { Id = "todo", Who = new WhoClause { Subjects = new NameSet(["alice"]) }, Servers = new NameSet(["todo"]),
                Tools = new NameSet(["can_read"]) },
        ];
        await using var service = await StartAsync(rules);
        const string alice = """{"type":"user","id":"alice"}""";
        var found = new List<string>();
        var token = "";
        do
        {
            var page = token.Length == 0 ? "{\"limit\":3}" : $"{{\"limit\":3,\"token\":\"{token}\"}}";
            var (_, body) = await service.AskAsync("search/resource",
                $"{{\"subject\":{alice},\"action\":{{\"name\":\"tools/call\"}},\"resource\":{{\"type\":\"tool\",\"id\":\"ignored\"}},\"page\":{page}}}");
            Assert.Equal("page", body.EnumerateObject().First().Name);
            Assert.True(body.GetProperty("context").GetProperty("complete").GetBoolean());
            found.AddRange(body.GetProperty("results").EnumerateArray().Select(r => r.GetProperty("id").GetString()!));
            token = body.GetProperty("page").GetProperty("next_token").GetString()!;
        }
        while (token.Length > 0);
        Assert.Equal(["a", "b", "c", "e", "can_read"], found.Order(StringComparer.Ordinal).Except(["can_read"]).Append("can_read"));

        var (_, servers) = await service.AskAsync("search/resource",
            $"{{\"subject\":{alice},\"action\":{{\"name\":\"tools/list\"}},\"resource\":{{\"type\":\"server\"}}}}");
        Assert.Equal("up", Assert.Single(servers.GetProperty("results").EnumerateArray()).GetProperty("id").GetString());
        var (_, actions) = await service.AskAsync("search/action", $"{{\"subject\":{alice},\"resource\":{{\"type\":\"todo\",\"id\":\"1\"}}}}");
        Assert.Contains("can_read", actions.GetProperty("results").EnumerateArray().Select(r => r.GetProperty("name").GetString()));
        var (_, calls) = await service.AskAsync("search/action",
            $"{{\"subject\":{alice},\"resource\":{{\"type\":\"tool\",\"id\":\"a\",\"properties\":{{\"server\":\"up\"}}}}}}");
        Assert.Equal("tools/call", Assert.Single(calls.GetProperty("results").EnumerateArray()).GetProperty("name").GetString());
        Assert.Equal(HttpStatusCode.NotImplemented,
            (await service.AskAsync("search/subject",
                $"{{\"subject\":{{\"type\":\"user\"}},\"action\":{{\"name\":\"x\"}},\"resource\":{{\"type\":\"todo\",\"id\":\"1\"}}}}")).Status);
        Assert.Equal(HttpStatusCode.NotImplemented,
            (await service.AskAsync("search/resource",
                $"{{\"subject\":{alice},\"action\":{{\"name\":\"can_read\"}},\"resource\":{{\"type\":\"todo\"}}}}")).Status);
        Assert.Equal(HttpStatusCode.BadRequest,
            (await service.AskAsync("search/resource",
                $"{{\"subject\":{alice},\"action\":{{\"name\":\"tools/call\"}},\"resource\":{{\"type\":\"tool\"}},\"page\":{{\"token\":\"3.00\"}}}}")).Status);
        Assert.Equal(HttpStatusCode.BadRequest,
            (await service.AskAsync("search/resource",
                $"{{\"subject\":{alice},\"action\":{{\"name\":\"tools/call\"}},\"resource\":{{\"type\":\"tool\"}},\"page\":{{\"limit\":-1}}}}")).Status);
    }

    [Fact]
    public async Task Search_SaysWhenThePolicyPermitsMoreThanItNames()
    {
        await using var service = await StartAsync([new PolicyRule { Id = "all", Who = new WhoClause { Subjects = new NameSet(["alice"]) } }]);
        var (_, body) = await service.AskAsync("search/resource",
            """{"subject":{"type":"user","id":"alice"},"action":{"name":"tools/call"},"resource":{"type":"tool"}}""");
        Assert.False(body.GetProperty("context").GetProperty("complete").GetBoolean());
        Assert.Equal(0, body.GetProperty("results").GetArrayLength());
    }

    [Fact]
    public async Task EachQuestion_IsAnEntryOfTheLog_AndSoIsEachRefusal()
    {
        await using var service = await StartAsync(TodoScenario.Rules(Certification), keepState: true);
        await service.AskAsync("evaluations", Alice[..^1] + ""","evaluations":[{},{"action":{"name":"erase"}}]}""");
        await service.SendAsync("evaluation", Alice, "nonsense");
        await service.SendAsync("evaluation", Alice, service.Token("alice"));
        await Eventually.TrueAsync(() => service.Gateway.Entries().Count(IsAsked) >= 4, "the entries of the questions are there");
        var entries = service.Gateway.Entries().Where(IsAsked).ToList();
        Assert.Equal(4, entries.Count);
        Assert.Equal(("enforcer", "alice", "permit"),
            (entries[0].GetProperty("sub").GetString(), entries[0].GetProperty("about").GetString(), Outcome(entries[0])));
        Assert.Equal(("enforcer", "erase", "deny"),
            (entries[1].GetProperty("sub").GetString(), entries[1].GetProperty("name").GetString(), Outcome(entries[1])));
        Assert.Equal("deny", Outcome(entries[2]));
        Assert.Equal("alice", entries[3].GetProperty("sub").GetString());
        Assert.Contains("may-not-ask", entries[3].GetRawText(), StringComparison.Ordinal);
        // Three requests, three attempts (ID-08): two questions in one request are one attempt.
        var sums = await AttemptSums.CloseAsync(service.Gateway);
        Assert.Equal((2, 1), (sums["decisions pass"], sums["decisions deny Malformed"]));
        Directory.Delete(service.Gateway.Host.State.Root, recursive: true);

        static bool IsAsked(JsonElement entry) => entry.TryGetProperty("act", out var act) && act.GetString() == "decision.ask";

        static string? Outcome(JsonElement entry) => entry.GetProperty("parts")[0].GetProperty("outcome").GetString();
    }

    // An enforcement point can write any text in the place of a tool (DP-03).
    [Fact]
    public async Task NameInAQuestion_IsSealed_AndAReaderWithTheKeysHasIt()
    {
        const string Canary = "erika-mustermann-4711";
        await using var service = await StartAsync(TodoScenario.Rules(Certification));
        await service.AskAsync("evaluation", Alice.Replace("read", Canary, StringComparison.Ordinal));
        JsonElement entry = default;
        await Gatehouse.Testing.Eventually.TrueAsync(() => (entry = service.Gateway.Entries()
            .FirstOrDefault(static one => one.TryGetProperty("about", out _))).ValueKind == JsonValueKind.Object, "the question is in the log");
        Assert.Equal(("record", Canary), (entry.GetProperty("server").GetString(), entry.GetProperty("name").GetString()));
        await service.Gateway.Host.Core.Services.Audit.PublishAsync();
        Assert.Empty(Recording.PersonalFactsTests.Hits(service.Gateway.Host.State.Root, Canary));
        Assert.NotEmpty(Recording.PersonalFactsTests.Hits(service.Gateway.Host.State.Root, "record"));
    }

    [Fact]
    public async Task Question_ThatCannotBeRecorded_IsNotAnswered()
    {
        var log = new BrokenLog();
        await using var service = await StartAsync(TodoScenario.Rules(Certification), audit: log);
        log.Broken = true;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await service.AskAsync("evaluation", Alice)).Status);
    }

    private const string Alice = """{"subject":{"type":"user","id":"alice"},"action":{"name":"read"},"resource":{"type":"record","id":"record-1"}}""";

    private static string Question(string subject, string action, string resource) =>
        $"{{\"subject\":{subject},\"action\":{{\"name\":\"{action}\"}},\"resource\":{resource}}}";

    private static string Todo(string? owner) => owner is null
        ? """{"type":"todo","id":"todo-1"}"""
        : $"{{\"type\":\"todo\",\"id\":\"7240d0db-8ff0-41ec-98b2-34a096273b91\",\"properties\":{{\"ownerID\":\"{owner}\"}}}}";

    private static IEnumerable<bool> Decisions(JsonElement body) =>
        body.GetProperty("evaluations").EnumerateArray().Select(answer => answer.GetProperty("decision").GetBoolean());

    private static async Task<Service> StartAsync(IEnumerable<PolicyRule> rules, Func<GatewaySettings, GatewaySettings>? change = null,
        IAuditLog? audit = null, bool keepState = false, TimeProvider? time = null) => new(await TestGateway.StartAsync(
        s => (change?.Invoke(s) ?? s) with
        {
            DecisionService = new DecisionServiceSettings
            { Who = new WhoClause { Subjects = new NameSet(["enforcer"]) }, Types = ["todo", "user", "record"] },
        },
        time, rules: rules, audit: audit, keepState: keepState));

    /// <summary>A gateway that serves decisions, and an enforcement point that may ask it.</summary>
    private sealed class Service(TestGateway gateway) : IAsyncDisposable
    {
        private readonly HttpClient client = new();

        public TestGateway Gateway => gateway;

        public string Token(string subject) => gateway.Token(subject, gateway.Host.Snapshots.Current.Settings.DecisionServiceResource);

        public Task<HttpResponseMessage> SendAsync(string what, string body, string? token = null, string type = "application/json",
            string? id = null)
        {
            var request = new HttpRequestMessage(HttpMethod.Post, new Uri(gateway.Host.Address, "/access/v1/" + what))
            { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
            request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
            if ((token ?? Token("enforcer")) is { Length: > 0 } shown) request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + shown);
            if (id is not null) request.Headers.TryAddWithoutValidation("X-Request-ID", id);
            return client.SendAsync(request);
        }

        public async Task<(HttpStatusCode Status, JsonElement Body)> AskAsync(string what, string body)
        {
            using var answer = await SendAsync(what, body);
            var text = await answer.Content.ReadAsStringAsync();
            return (answer.StatusCode, answer.StatusCode == HttpStatusCode.OK ? JsonDocument.Parse(text).RootElement : default);
        }

        public ValueTask DisposeAsync()
        {
            client.Dispose();
            return gateway.DisposeAsync();
        }
    }
}
