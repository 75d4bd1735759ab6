using System.Text;
using Gatehouse.Gateway.Approvals;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Policy;
using Gatehouse.Policy.Decisions;
using Gatehouse.Policy.Explaining;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Validation;
using Gatehouse.Settings;

namespace Gatehouse.Gateway.Tests.Approvals;

/// <summary>A call waits for a person only where the policy names one who may see and answer its question.</summary>
[Trait("Requirement", "AZ-04")]
public sealed class ApprovalTargetTests
{
    // What each rule of the direction for approvals is about.
    private static readonly IReadOnlyDictionary<string, PolicyRule> Rules = new Dictionary<string, PolicyRule>
    {
        ["tools"] = Approver with { Tools = new NameSet(["echo"]) },
        ["prompts"] = Approver with { Prompts = new NameSet(["greet"]) },
        ["resources"] = Approver with { Resources = new UriSet(["file:///a"]) },
        ["all"] = Approver,
    };

    private static PolicyRule Approver => AskingGateway.Approvers with { Who = new WhoClause { Subjects = new NameSet(["carol"]) } };

    public static TheoryData<string, string, string> Requests()
    {
        var named = new Dictionary<string, string[]>
        {
            ["tools/call"] = ["\"name\":\"echo\",\"arguments\":{}"],
            ["prompts/get"] = ["\"name\":\"greet\""],
            ["resources/read"] = ["\"uri\":\"file:///a\""],
            ["resources/subscribe"] = ["\"uri\":\"file:///a\""],
            ["resources/unsubscribe"] = ["\"uri\":\"file:///a\""],
            ["completion/complete"] =
            [
                "\"ref\":{\"type\":\"ref/prompt\",\"name\":\"greet\"},\"argument\":{\"name\":\"a\",\"value\":\"b\"}",
                "\"ref\":{\"type\":\"ref/resource\",\"uri\":\"file:///a\"},\"argument\":{\"name\":\"a\",\"value\":\"b\"}",
            ],
            ["subscriptions/listen"] =
            [
                "\"notifications\":{\"resourceSubscriptions\":[\"file:///a\"]}",
                "\"notifications\":{\"resourceSubscriptions\":[\"file:///a\",\"file:///b\"]}",
            ],
        };
        TheoryData<string, string, string> rows = [];
        foreach (var rule in Rules.Keys)
        {
            foreach (var method in ProtocolMethods.All.Select(static method => method.Name).Distinct(StringComparer.Ordinal))
            {
                foreach (var parameters in named.GetValueOrDefault(method, [""])) rows.Add(rule, method, parameters);
            }
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(Requests))]
    public void PersonWhoCouldAnswer_MaySeeTheQuestion(string rule, string method, string parameters)
    {
        Assert.True(MessageValidator.TryValidate(
            Encoding.UTF8.GetBytes($"{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"{method}\",\"params\":{{{parameters}}}}}"), MessageLimits.Default,
            out var message, out var failure), failure.ToString());
        var targets = ApprovalTargets.Of(PolicyTargets.Of("up", method, message, true, default));
        PolicyRule[] rules = [Rules[rule]];
        var couldAnswer = ApprovalTargets.All("up", method, targets, default).All(target => PermitCoverage.Has(rules, target));
        var (decisions, carol) = (new PolicyDecisionPoint(rules), new PolicySubject("https://login.example", "carol", null, [], [], []));
        var mayAnswer = ApprovalTargets.All(Facts(method, targets), default)
            .All(target => decisions.Decide(carol, target).Effect == PolicyEffect.Permit);
        Assert.Equal(couldAnswer, mayAnswer);
        if (rule == "all") Assert.True(mayAnswer);
        if (rule == "prompts" && parameters.Contains("greet", StringComparison.Ordinal)) Assert.True(mayAnswer);
        if (parameters.Contains("file:///b", StringComparison.Ordinal)) Assert.Equal(rule == "all", mayAnswer);
    }

    // The rule of the approvers is about the prompt, and so is the completion.
    [Fact]
    public async Task CompletionThatAsks_IsSeenAndAnswered_ByThoseWhoAnswerForItsPrompt()
    {
        await using var asking = await AskingGateway.StartAsync(
            rules: [AskingGateway.Calls, AskingGateway.Approvers with { Prompts = new NameSet(["greet"]) }]);
        asking.Gateway.Upstream.OnResult("prompts/list", """{"resultType":"complete","prompts":[{"name":"greet"}]}""")
            .OnResult("completion/complete", """{"resultType":"complete","completion":{"values":["x"]}}""");
        var desk = new ApproverDesk(asking.Gateway);
        var call = (await asking.BeginAsync()).AskAsync(
            "completion/complete", "\"ref\":{\"type\":\"ref/prompt\",\"name\":\"greet\"},\"argument\":{\"name\":\"a\",\"value\":\"b\"}");
        await asking.HeldAsync();
        Assert.Null((await desk.LookAndAnswerAsync(Assert.Single(await desk.ListAsync()).Id, "carol")).Refusal?.Why);
        Assert.True((await call).TryGetProperty("result", out _));
    }

    private static ApprovalFacts Facts(string method, IReadOnlyList<ApprovalTarget> targets) => new()
    {
        Issuer = "https://login.example",
        Subject = "ada",
        Endpoint = "https://mcp.example/up",
        Server = "up",
        Source = "https://up.example/mcp",
        Method = method,
        Targets = targets,
        Rules = [],
        ExchangeId = "01",
        Terms = ApprovalTerms.Default,
    };
}
