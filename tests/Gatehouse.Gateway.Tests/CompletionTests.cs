using Gatehouse.Policy.Conditions;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;

namespace Gatehouse.Gateway.Tests;

/// <summary>What a completion is about is what its reference's type says, and what its template becomes with the values that are known.</summary>
[Trait("Requirement", "AZ-01")]
public sealed class CompletionTests
{
    private const string Argument = ",\"argument\":{\"name\":\"id\",\"value\":\"\"}";

    [Theory]
    [InlineData(false, "\"ref\":{\"type\":\"ref/prompt\",\"name\":\"hidden\",\"uri\":\"demo://known/{id}\"}" + Argument)]
    [InlineData(true, "\"ref\":{\"type\":\"ref/prompt\",\"name\":\"hidden\",\"uri\":\"demo://known/{id}\"}" + Argument)]
    [InlineData(false, "\"ref\":{\"type\":\"ref/resource\",\"name\":\"hidden\",\"uri\":\"demo://known/{id}\"}" + Argument)]
    [InlineData(false, "\"ref\":{\"name\":\"hidden\",\"uri\":\"demo://known/{id}\"}" + Argument)]
    [InlineData(false, "\"ref\":{\"type\":\"ref/other\",\"uri\":\"demo://known/{id}\"}" + Argument)]
    [InlineData(false, "\"ref\":{\"type\":\"ref/resource\"}" + Argument)]
    [InlineData(false, "\"ref\":{\"type\":\"ref/prompt\",\"uri\":\"demo://known/{id}\"}" + Argument)]
    [InlineData(false, "\"ref\":[\"demo://known/{id}\"]" + Argument)]
    [InlineData(false, "\"ref\":{\"type\":\"ref/resource\",\"uri\":\"demo://known/{id}\"}")]
    [InlineData(false, "\"ref\":{\"type\":\"ref/resource\",\"uri\":\"demo://known/{id}\"},\"argument\":{\"name\":\"other\",\"value\":\"\"}")]
    [InlineData(false, "\"ref\":{\"type\":\"ref/resource\",\"uri\":\"demo://known/{id}\"}" + Argument
        + ",\"context\":{\"arguments\":{\"Id\":\"x\"}}")]
    [InlineData(true, "\"ref\":{\"type\":\"ref/resource\",\"uri\":\"demo://known/{id}\"}" + Argument + ",\"context\":{\"arguments\":{\"id\":\"x\"}}")]
    [InlineData(true, "\"ref\":{\"type\":\"ref/resource\",\"uri\":\"demo://known/{id}\"}" + Argument
        + ",\"context\":{\"arguments\":{\"id\":[\"x\"]}}")]
    public async Task AReferenceWithTwoReadings_IsRefused_AndReachesNoServer(bool modern, string parameters)
    {
        await using var gateway =
            await StartAsync([new PolicyRule { Id = "known", Who = Alice, Resources = new UriSet(["demo://known/*"]) }], "demo://known/{id}");
        var answer = await AskAsync(gateway, modern, parameters);
        Assert.Contains("GH3017", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("values", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AnOrdinaryReference_IsCompleted(bool modern)
    {
        await using var gateway =
            await StartAsync([new PolicyRule { Id = "known", Who = Alice, Resources = new UriSet(["demo://known/*"]) }], "demo://known/{id}");
        Assert.Contains("values", await AskAsync(gateway, modern, "\"ref\":{\"type\":\"ref/resource\",\"uri\":\"demo://known/{id}\"}" + Argument),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("notes://{owner}/{id}", "id", "", "{\"owner\":\"alice\"}", true)]
    [InlineData("notes://{owner}/{id}", "id", "dr", "{\"owner\":\"alice\"}", true)]
    [InlineData("notes://alice/{id}", "id", "dr", "{}", true)]
    [InlineData("notes://{owner}/{id}", "id", "", "{\"owner\":\"bob\"}", false)]
    [InlineData("notes://bob/{id}", "id", "", "{}", false)]
    [InlineData("notes://{owner}/{id}", "id", "", "{}", false)] // would answer for everybody
    [InlineData("notes://{owner}/{id}", "owner", "b", "{}", false)]
    [InlineData("notes://{owner}/{id}", "owner", "", "{}", false)]
    [InlineData("notes://{owner}/{id}", "id", "", "{\"owner\":\"alice/../bob\"}", false)]
    [InlineData("notes://{owner}/{id}", "id", "", "{\"owner\":\"alice\\u0000\"}", false)]
    [InlineData("notes://alice/../bob/{id}", "id", "", "{}", false)]
    [InlineData("notes://%62ob/{id}", "id", "", "{}", false)]
    [InlineData("other://alice/{id}", "id", "", "{}", false)] // no template of the server
    public async Task ACompletion_IsHeldToTheVariablesOfItsTemplate(string uri, string name, string value, string known, bool expected)
    {
        foreach (var modern in (bool[])[true, false])
        {
            await using var gateway = await StartAsync(
                [
                    new PolicyRule
                    {
                        Id = "own", Who = Alice, Resources = new UriSet(["notes://{owner}/*", "other://{owner}/*"]),
                        When = [new ValueCondition(new ValueSource(ValueSourceKind.Variable, PathOf("owner")), new ClaimTest(PathOf("sub"), false))],
                    },
                ],
                "notes://{owner}/{id}");
            var answer = await AskAsync(gateway, modern,
                $"\"ref\":{{\"type\":\"ref/resource\",\"uri\":\"{uri}\"}},\"argument\":{{\"name\":\"{name}\",\"value\":\"{value}\"}},\"context\":{{\"arguments\":{known}}}");
            Assert.True(expected == answer.Contains("values", StringComparison.Ordinal), answer);
        }
    }

    private static WhoClause Alice { get; } = new() { Subjects = new NameSet(["alice"]) };

    private static async Task<TestGateway> StartAsync(IReadOnlyList<PolicyRule> rules, string template)
    {
        var gateway = await TestGateway.StartAsync(rules: [.. rules]);
        gateway.Upstream
            .OnResult("resources/list", """{"resultType":"complete","resources":[]}""")
            .OnResult("prompts/list", """{"resultType":"complete","prompts":[{"name":"hidden"}]}""")
            .OnResult("resources/templates/list",
            "{\"resultType\":\"complete\",\"resourceTemplates\":[{\"uriTemplate\":\"" + template + "\",\"name\":\"a\"}]}")
            .OnResult("completion/complete", """{"resultType":"complete","completion":{"values":["customer-4711"]}}""");
        return gateway;
    }

    private static async Task<string> AskAsync(TestGateway gateway, bool modern, string parameters)
    {
        var alice = new Era(gateway, modern, "alice");
        await alice.BeginAsync();
        return (await alice.AskAsync("completion/complete", parameters)).ToString();
    }

    private static JsonPath PathOf(string text) => JsonPath.TryParse(text, out var path) ? path! : throw new InvalidOperationException(text);

    // What stays open in the template would be answered for all of its values: a permit has to cover them all, and a forbid of one is enough.
    [Theory]
    [InlineData("notes://{owner}/{id}", "id", """{"owner":"alice"}""", true)]
    [InlineData("notes://{owner}/{id}", "id", """{"owner":"bob"}""", false)]
    [InlineData("notes://{owner}/{id}", "id", "{}", false)]
    [InlineData("notes://{owner:20}/{id}", "id", """{"owner":"bob"}""", false)]
    [InlineData("notes://{owner,id}", "id", """{"owner":"bob"}""", false)]
    [InlineData("notes://{owner}/x{?id,z}", "z", """{"owner":"bob"}""", false)]
    public async Task ATemplateThatStaysOpen_IsAnsweredOnlyWhereAllOfItIsPermitted(string uri, string name, string known, bool expected)
    {
        PolicyRule[][] policies =
        [
            [new PolicyRule { Id = "all", Resources = new UriSet(["notes://*"]) },
                new PolicyRule { Id = "not-bob", Forbids = true, Resources = new UriSet(["notes://bob/*", "notes://bob,*"]) }],
            [new PolicyRule { Id = "own", Resources = new UriSet(["notes://alice/*", "notes://alice,*"]) }],
            [new PolicyRule { Id = "own-segments", Resources = new UriSet(["notes://alice/{id}"]) }],
        ];
        foreach (var rules in policies)
        {
            await using var gateway = await TestGateway.StartAsync(rules: rules);
            gateway.Upstream
                .OnResult("resources/list", """{"resultType":"complete","resources":[]}""")
                .OnResult("prompts/list", """{"resultType":"complete","prompts":[]}""")
                .OnResult("resources/templates/list",
                $"{{\"resultType\":\"complete\",\"resourceTemplates\":[{{\"uriTemplate\":\"{uri}\",\"name\":\"a\"}}]}}")
                .OnResult("completion/complete", """{"resultType":"complete","completion":{"values":["customer-4711"]}}""");
            var alice = new Era(gateway, true, "alice");
            await alice.BeginAsync();
            var answer = (await alice.AskAsync("completion/complete",
                $"\"ref\":{{\"type\":\"ref/resource\",\"uri\":\"{uri}\"}},\"argument\":{{\"name\":\"{name}\",\"value\":\"\"}},\"context\":{{\"arguments\":{known}}}")).GetRawText();
            Assert.True(expected == answer.Contains("customer-4711", StringComparison.Ordinal), $"{rules[0].Id}: {answer}");
        }
    }
}
