using System.Text;
using System.Text.Json.Nodes;
using Gatehouse.Pipeline.Approve;
using Gatehouse.Pipeline.Authorize;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Snapshots;
using Gatehouse.Policy;
using Gatehouse.Policy.Decisions;
using Gatehouse.Policy.Files;
using Gatehouse.Policy.Rules;
using Gatehouse.Policy.Tests.Oracle;
using Gatehouse.Policy.Writing;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Validation;
using Gatehouse.Refusals;
using Gatehouse.Settings;
using Gatehouse.Yaml;

namespace Gatehouse.Pipeline.Tests;

/// <summary>On generated policies and messages, no path through the stages authorize and approve goes round an obligation to ask a person.</summary>
[Trait("Requirement", "AZ-04")]
[Trait("NoRetry", "yes")]
public sealed class ApprovalPathTests
{
    private static readonly int Generated = TestSize.Of(30, 300, 20_000);

    [Fact]
    public async Task AMessageThatARuleAsksAbout_IsNeverForwardedWithoutAnAnswer()
    {
        int stopped = 0, passed = 0;
        for (var seed = 0; seed < Generated; seed++)
        {
            var generator = new Generator(seed);
            var rules = generator.PolicyThatAsks();
            var policy = new PolicyDecisionPoint(Read(rules));
            for (var i = 0; i < 6; i++)
            {
                var question = generator.Question() with { Direction = PolicyDirection.Calls };
                if (question.Target is PolicyTarget.Resource) question = question with { Arguments = null };
                if (question.Arguments is not (null or JsonObject)) continue; // refused by the stage validate
                var exchange = Of(policy, question);
                var caller = new Caller("alice", exchange.Subject!.ClientId, [.. exchange.Subject.Roles], [.. exchange.Subject.Groups],
                    [.. exchange.Subject.Scopes], exchange.Subject.GroupsAreIncomplete, []);
                var refusal = await RunAsync(exchange);
                if (exchange.Decision is not { IsPermitted: true } || refusal is not null && refusal.Reason != Reasons.ApprovalUnavailable) continue;
                var asking = question.Target == PolicyTarget.None ? []
                    : rules.Where(rule => rule.AsksAbout(caller, question with { Hour = exchange.Record.At.Hour })).Select(rule => rule.Id).ToList();
                var asked = exchange.Questions.OfPolicy.Select(one => one.Source).ToList();
                Assert.True(asking.SequenceEqual(asked),
                    $"seed {seed}: {question}: {string.Join(", ", asking)}, asked {string.Join(", ", asked)}\n{PolicyWriter.Write(policy.Rules)}");
                Assert.Equal(asking.Count > 0, refusal is not null);
                Assert.All(exchange.Questions.OfPolicy,
                    one => Assert.Equal(RuleText.Of(policy.Rules.Single(rule => rule.Id == one.Source)), one.RuleText));
                stopped += asking.Count > 0 ? 1 : 0;
                passed += asking.Count > 0 ? 0 : 1;
            }
        }

        Assert.True(stopped > Generated / 10 && passed > Generated / 10, $"{stopped} were stopped, {passed} passed");
    }

    [Fact]
    public async Task ASecondDecision_ReplacesTheQuestionsOfTheFirst()
    {
        var asking = new PolicyRule { Id = "a", Obligations = [Obligation.ForApproval(ApprovalTerms.Default)] };
        var exchange = Of(new PolicyDecisionPoint([asking, asking with { Id = "b" }]),
            new Question("files", PolicyTarget.Tool, "write", PolicyDirection.Calls, null, 0));
        for (var i = 0; i < 3; i++)
        {
            await RunAsync(exchange);
            Assert.Equal(["a", "b"], exchange.Questions.All.Select(question => question.Source));
        }
    }

    [Fact]
    public async Task AMethodOfNoRevision_IsAskedAbout()
    {
        var rule = new PolicyRule
        {
            Id = "a",
            Methods = new Policy.Matching.NameSet(["vendor/do"]),
            Obligations = [Obligation.ForApproval(ApprovalTerms.Default)],
        };
        var exchange = Of(new PolicyDecisionPoint([rule]), """{"jsonrpc":"2.0","id":1,"method":"vendor/do","params":{}}""");
        Assert.Equal(Reasons.ApprovalUnavailable, (await RunAsync(exchange))?.Reason);
    }

    private static async Task<Refusal?> RunAsync(Exchange exchange)
    {
        var catalogue = new SdkCatalogue(Generator.Tools) { Prompts = Generator.Prompts, Resources = Generator.Resources };
        var first = await new AuthorizeStage(catalogue).RunAsync(exchange, TestContext.Current.CancellationToken);
        if (first.Refusal is not null) return first.Refusal;
        return (await new ApproveStage(new NoApprovals()).RunAsync(exchange, TestContext.Current.CancellationToken)).Refusal;
    }

    private static Exchange Of(PolicyDecisionPoint policy, Question question)
    {
        var parameters = new JsonObject();
        if (question.Name is not null) parameters[question.Target == PolicyTarget.Resource ? "uri" : "name"] = question.Name;
        if (question.Arguments is not null && question.Target is PolicyTarget.Tool or PolicyTarget.Prompt)
            parameters["arguments"] = question.Arguments.DeepClone();
        var message = new JsonObject { ["jsonrpc"] = "2.0", ["id"] = 1, ["method"] = question.ToRequest().Method, ["params"] = parameters };
        return Of(policy, message.ToJsonString(), question.Server);
    }

    private static Exchange Of(PolicyDecisionPoint policy, string message, string name = "files")
    {
        Assert.True(MessageValidator.TryValidate(Encoding.UTF8.GetBytes(message), MessageLimits.Default, out var validated, out _), message);
        ProtocolMethods.TryGet(validated.Method, out var method);
        var server = new ServerSettings { Name = name, Path = "/" };
        var settings = new GatewaySettings
        {
            PublicUrl = new Uri("http://127.0.0.1"),
            Listen = new ListenSettings(),
            Servers = [server],
            StateDirectory = "unused",
        };
        return new Exchange(new GatewaySnapshot(1, settings, policy), NoRequestHead.Instance, null, TimeProvider.System)
        {
            Server = server,
            Message = validated,
            Method = method,
            Revision = ProtocolRevision.V20251125,
            Caller = Callers.Named("alice"),
        };
    }

    private static IReadOnlyList<PolicyRule> Read(IEnumerable<OracleRule> rules)
    {
        var faults = new FaultList();
        var read = PolicyFile.Read("version: 1\nrules:\n" + string.Concat(rules.Select(rule => rule.ToYaml())), null, PolicyNames.Unknown, faults);
        Assert.False(faults.Any, string.Join("\n", faults.ToList()));
        return read;
    }
}
