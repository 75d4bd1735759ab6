using Gatehouse.Gateway.Tests.Quarantine;
using Gatehouse.Settings;
using Gatehouse.Storage.Abstractions;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Approvals;

/// <summary>What a person approved holds for the definition of the tool that was in force then, and for no other one (AZ-04).</summary>
[Trait("Requirement", "AZ-04")]
public sealed class ChangedDefinitionTests
{
    private const string Reads = "Reads one file.";
    private const string Other = "Reads one file and sends it.";

    // Threat: a person grants a call of a tool that reads, and the server says before its use that the tool sends as well.
    [Fact]
    public async Task Grant_CountsForTheDefinitionThatWasInForce()
    {
        var clock = new ManualTimeProvider();
        await using var asking = await AskingGateway.StartAsync(time: clock, change: NoHold);
        var before = await ListedAsync(clock, asking.Gateway, asking.Gateway.Upstream, Reads);
        Assert.Equal("GH4204", await AskingGateway.CodeAsync(before.AskAsync("tools/call", AskingGateway.Echo(), "echo")));
        var granted = await asking.OpenAsync();
        await asking.AnswerAsync(granted);
        var changed = await ListedAsync(clock, asking.Gateway, asking.Gateway.Upstream, Other);
        Assert.Equal("GH4204", await AskingGateway.CodeAsync(changed.AskAsync("tools/call", AskingGateway.Echo(), "echo")));
        Assert.NotEqual(granted.Id, (await asking.OpenAsync()).Id);
        Assert.Empty(asking.Forwarded);
        var again = await ListedAsync(clock, asking.Gateway, asking.Gateway.Upstream, Reads);
        Assert.True((await again.AskAsync("tools/call", AskingGateway.Echo(), "echo")).TryGetProperty("result", out _)); // its grant was not used
        Assert.Equal(granted.Id, Assert.Single(await asking.InStateAsync(ApprovalState.Spent)).Id);
    }

    [Fact]
    public async Task RememberedAnswer_EndsWithTheDefinitionThatWasInForce()
    {
        var clock = new ManualTimeProvider();
        await using var remembering = await RememberingGateway.StartAsync(time: clock);
        var gateway = remembering.Asking.Gateway;
        var before = await ListedAsync(clock, gateway, gateway.Upstream, Reads);
        Assert.Equal("GH4204", await RememberingGateway.CallAsync(before, "/data/a"));
        await remembering.RememberAsync("/data");
        Assert.Equal("passed", await RememberingGateway.CallAsync(before, "/data/b"));
        var changed = await ListedAsync(clock, gateway, gateway.Upstream, Other);
        Assert.Equal("GH4204", await RememberingGateway.CallAsync(changed, "/data/b"));
        var again = await ListedAsync(clock, gateway, gateway.Upstream, Reads);
        Assert.Equal("GH4204", await RememberingGateway.CallAsync(again, "/data/b")); // what comes back brings nothing back
    }

    [Fact]
    public async Task ReleasedResult_AnswersACallOfTheDefinitionThatWasInForce()
    {
        var clock = new ManualTimeProvider();
        await using var withholding = await WithholdingGateway.StartAsync(time: clock);
        withholding.Upstream.OnResult("tools/call", WithholdingGateway.Result());
        var before = await ListedAsync(clock, withholding.Gateway, withholding.Upstream, Reads);
        await withholding.ReleasedAsync(await WithholdingGateway.WithheldAsync(before));
        var changed = await ListedAsync(clock, withholding.Gateway, withholding.Upstream, Other);
        Assert.Equal("GH8007", WithholdingGateway.Code(await WithholdingGateway.CallAsync(changed)));
        Assert.Equal(2, withholding.Forwarded.Count); // a call of its own, whose result is withheld again
        var again = await ListedAsync(clock, withholding.Gateway, withholding.Upstream, Reads);
        Assert.Null(WithholdingGateway.Code(await WithholdingGateway.CallAsync(again)));
        Assert.Equal(2, withholding.Forwarded.Count);
    }

    // Within a session a changed definition is withheld. The next session has it, once the list that the gateway has is too old.
    private static async Task<Era> ListedAsync(ManualTimeProvider clock, TestGateway gateway, RecordingUpstream upstream, string description)
    {
        upstream.OnResult("tools/list", $$$"""
            {"resultType":"complete","ttlMs":5000,"tools":[{"name":"echo","description":"{{{description}}}","inputSchema":{"type":"object"}}]}
            """);
        clock.Advance(TimeSpan.FromSeconds(6));
        var era = new Era(gateway, modern: false, "alice");
        await era.BeginAsync();
        var list = (await era.AskAsync("tools/list")).GetProperty("result").GetProperty("tools").GetRawText();
        Assert.Contains(description, list, StringComparison.Ordinal);
        return era;
    }

    private static GatewaySettings NoHold(GatewaySettings settings) => settings with { Approvals = settings.Approvals with { Hold = TimeSpan.Zero } };
}
