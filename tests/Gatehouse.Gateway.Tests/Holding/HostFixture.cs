using Gatehouse.Configuration;
using Gatehouse.Pipeline;
using Gatehouse.Pipeline.Approve;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Inspection;
using Gatehouse.Pipeline.Inspection.Requests;
using Gatehouse.Pipeline.Inspection.Texts;
using Gatehouse.Policy.Files;
using Gatehouse.Policy.Rules;
using Gatehouse.Settings;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Holding;

/// <summary>A gateway with rules of requests of the test beside its own, and an approver.</summary>
internal static class HostFixture
{
    /// <summary>A rule by which every call of a tool needs an approval.</summary>
    public static TestRule Asks { get; } = new("asks-a-person", static message =>
        message.Method == "tools/call" ? RuleVerdict.Ask(new ApprovalQuestion("asks-a-person", "every-call")) : RuleVerdict.Pass);

    public static PartReplacements With(IApprovals? approvals, params IRequestRule[] rules) => PartReplacements.None
        .Put(PartNames.InspectRequest, new InspectRequestStage(
            new RequestInspector([.. RequestInspector.Standard(new TextInspector(TimeProvider.System)).Rules, .. rules])))
        .Put(PartNames.Approve, new ApproveStage(approvals ?? new NoApprovals()));

    public static async Task<TestGateway> StartAsync(
        PartReplacements replace, TimeProvider? time = null, string? policy = null, Func<GatewaySettings, GatewaySettings>? change = null,
        Func<ConfigurationResult>? reload = null)
    {
        var gateway = await TestGateway.StartAsync(change, time, rules: policy is null ? null : Rules(policy), reload: reload, replace: replace);
        gateway.Upstream.OnResult("tools/call", """{"resultType":"complete","content":[{"type":"text","text":"done"}]}""");
        return gateway;
    }

    public static IReadOnlyList<PolicyRule> Rules(string policy)
    {
        var faults = new FaultList();
        var rules = PolicyFile.Read(policy, null, PolicyNames.Unknown, faults);
        Assert.False(faults.Any);
        return rules;
    }

    /// <summary>Waits until exactly one exchange waits for its verdict.</summary>
    public static Task HeldAsync(TestGateway gateway) => Eventually.TrueAsync(() => gateway.Host.Registry.Held == 1, "the call is held");
}
