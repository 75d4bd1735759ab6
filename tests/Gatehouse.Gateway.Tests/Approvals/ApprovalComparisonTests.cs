using System.Text;
using Gatehouse.Administration;
using Gatehouse.Audit.Search;
using Gatehouse.Gateway.Approvals;
using Gatehouse.Policy;
using Gatehouse.Policy.Rules;
using Gatehouse.Settings;
using Gatehouse.Storage.Abstractions;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Approvals;

/// <summary>A person sees by what a call differs from the last one of its kind that was approved, and answers to a text that says so.</summary>
[Trait("Requirement", "AZ-04")]
[Trait("NoRetry", "yes")]
public sealed class ApprovalComparisonTests
{
    private const string NoneBefore = "compared    no call of this kind was approved before, or none is kept";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task DifferenceToTheLastApprovedCall_IsShown_AndIsPartOfTheDigest(bool isSpent)
    {
        await using var asking = await AskingGateway.StartAsync(change: NoHold);
        var (desk, era) = (new ApproverDesk(asking.Gateway), await asking.BeginAsync());
        var first = await AskAsync(asking, era, desk, """{"amount":10,"to":"bob"}""");
        Assert.Contains(NoneBefore, first.Lines!);
        Assert.Equal((null, 0), (first.Compared!.Id, first.Compared.Count));
        Assert.Null((await desk.AnswerAsync(first, "carol")).Refusal?.Why);
        if (isSpent) await era.AskAsync("tools/call", AskingGateway.Echo("""{"amount":10,"to":"bob"}"""), "echo");
        var second = await AskAsync(asking, era, desk, """{"amount":1000,"cc":"eve\u202e"}""");
        var at = Array.FindIndex([.. second.Lines!], static line => line.StartsWith("compared", StringComparison.Ordinal));
        Assert.StartsWith($"compared    with the last approved call, {first.Id} of ", second.Lines![at], StringComparison.Ordinal);
        var lines = second.Lines.Skip(at).TakeWhile(static line => !line.StartsWith("parameters", StringComparison.Ordinal)).ToList();
        Assert.Equal(
            [
                "            changed $['arguments']['amount']", "              from 10", "              to   1000",
                "            added   $['arguments']['cc']", "              \"eve\\u{202E}\"",
                "            removed $['arguments']['to']", "              \"bob\"",
            ],
            lines[^7..]);
        Assert.Equal(Convert.ToHexStringLower(ApprovalText.DigestOf(second.Lines)), second.Shown);
        Assert.Equal(["changed", "added", "removed"], second.Compared!.Differences.Select(static one => one.Change));
        Assert.Equal((first.Id, 3, false), (second.Compared.Id, second.Compared.Count, second.Compared.OtherDefinition));
        Assert.Null((await desk.AnswerAsync(second, "carol")).Refusal?.Why);
    }

    // A denied call, and a call of another client, person or tool, is no call that was approved.
    [Fact]
    public async Task CallsThatWereNotApproved_AreNotComparedWith()
    {
        await using var asking = await AskingGateway.StartAsync(change: static s => NoHold(s) with
        { Approvals = s.Approvals with { Hold = TimeSpan.Zero, DenialLife = TimeSpan.Zero } });
        var (desk, era) = (new ApproverDesk(asking.Gateway), await asking.BeginAsync());
        await desk.AnswerAsync(await AskAsync(asking, era, desk, """{"amount":1}"""), "carol", grants: false);
        Assert.Contains(NoneBefore, (await AskAsync(asking, era, desk, """{"amount":2}""")).Lines!);
        await desk.LookAndAnswerAsync((await asking.OpenAsync()).Id, "carol");
        Assert.Contains(NoneBefore, (await AskAsync(asking, await asking.BeginAsync(subject: "bob"), desk, """{"amount":3}""")).Lines!);
    }

    [Fact]
    public async Task EqualCall_IsSaidToBeEqual()
    {
        await using var asking = await AskingGateway.StartAsync(change: NoHold);
        var (desk, era) = (new ApproverDesk(asking.Gateway), await asking.BeginAsync());
        var first = await AskAsync(asking, era, desk, "{}");
        await desk.AnswerAsync(first, "carol");
        await era.AskAsync("tools/call", AskingGateway.Echo("{}"), "echo");
        var again = await AskAsync(asking, era, desk, "{}");
        Assert.Contains(again.Lines!, line => line.StartsWith($"compared    equal to the last approved call, {first.Id} of ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task AfterARestart_TheTextIsTheSame_AndLaterCallsAreCompared()
    {
        var data = new TemporaryStore();
        await using var upstream = await RecordingUpstream.StartAsync();
        upstream.OnResult("tools/call", """{"resultType":"complete","content":[]}""");
        GatewaySettings? same = null;
        ApprovalView first, second;
        await using (var asking = await AskingGateway.StartAsync(data, change: Same, keepState: true))
        {
            var (desk, era) = (new ApproverDesk(asking.Gateway), await asking.BeginAsync());
            first = await AskAsync(asking, era, desk, """{"amount":10}""");
            await desk.AnswerAsync(first, "carol");
            await era.AskAsync("tools/call", AskingGateway.Echo("""{"amount":10}"""), "echo");
            second = await AskAsync(asking, era, desk, """{"amount":11}""");
        }

        await using (var asking = await AskingGateway.StartAsync(data, change: Same))
        {
            var desk = new ApproverDesk(asking.Gateway);
            Assert.Equal(second.Lines, (await desk.ShownAsync(second.Id, "carol")).Lines);
            var third = await AskAsync(asking, await asking.BeginAsync(), desk, """{"amount":12}""");
            Assert.Equal((first.Id, "12"), (third.Compared!.Id, Assert.Single(third.Compared.Differences).To));
        }

        // Address, state folder and server of the first start: the next process is the same gateway.
        GatewaySettings Same(GatewaySettings settings)
        {
            var server = settings.Servers[0] with { Http = new HttpUpstreamSettings { Url = upstream.Url } };
            return same ??= NoHold(settings with { Servers = [server] });
        }
    }

    // Erased is the caller, with every argument of the call before, which later questions had kept.
    [Fact]
    [Trait("Requirement", "DP-03")]
    public async Task ErasureOfTheCaller_EndsTheComparison()
    {
        await using var asking = await AskingGateway.StartAsync(change: NoHold);
        var (desk, era) = (new ApproverDesk(asking.Gateway), await asking.BeginAsync());
        await desk.AnswerAsync(await AskAsync(asking, era, desk, """{"amount":10}"""), "carol");
        var second = await AskAsync(asking, era, desk, """{"amount":11}""");
        var issuer = (await asking.Book.Reader.ShowAsync(second.Id, CancellationToken.None))!.Value.Facts!.Issuer;
        await asking.Gateway.Host.Core.Services.Erasure.EraseAsync(
            new EntryOwner(issuer, "alice"), new PersonLookup(true, true));
        Assert.Null((await asking.Book.Reader.ShowAsync(second.Id, CancellationToken.None))!.Value.Facts);
        Assert.Contains(NoneBefore, (await AskAsync(asking, era, desk, """{"amount":12}""")).Lines!);
    }

    // A person at the client confirms for the own call. It is no approval, so that it is not the last approved call.
    [Fact]
    public async Task ConfirmedCall_IsNotComparedWith()
    {
        var terms = new ApprovalTerms { Strength = ApprovalStrength.Confirm, OtherwiseApproval = true };
        await using var asking = await Confirming.StartAsync(terms: terms, change: NoHold);
        await Confirming.CallAsync(asking, await Confirming.BeginAsync(asking), modern: true, Confirming.Yes);
        Assert.Single(asking.Forwarded);
        var shown = await AskAsync(asking, await asking.BeginAsync(), new ApproverDesk(asking.Gateway), """{"amount":11}""");
        Assert.Contains(NoneBefore, shown.Lines!);
    }

    // Under another definition, a short difference would say that little has changed.
    [Theory]
    [InlineData("sha256:1", "sha256:2", true)]
    [InlineData(null, "sha256:2", true)]
    [InlineData("sha256:2", "sha256:2", false)]
    public void CallOfAnotherDefinition_IsNotComparedWith(string? before, string? after, bool isOther)
    {
        var compared = ApprovalComparison.Of(Row, Facts("{\"a\":1}") with { Definition = before }, Facts("{\"a\":2}") with { Definition = after });
        Assert.Equal((isOther, isOther ? 0 : 1), (compared.IsOtherDefinition, compared.Listed.Count));
        Assert.Equal(isOther, ComparisonText.Lines(compared).First().StartsWith("compared    not with the last approved call", StringComparison.Ordinal));
    }

    // Threat: an approver of one tool sees arguments of a call about which only other people are asked.
    [Fact]
    public void CallThatOtherPeopleAreAskedAbout_IsNotComparedWith()
    {
        var facts = Facts("{\"a\":2}");
        ApprovalFacts[] others =
        [
            facts with { Targets = [new ApprovalTarget(PolicyTarget.Tool, "other")] }, facts with { Targets = [] }, facts with { Server = "other" },
            facts with { Source = "https://other.example/mcp" }, facts with { Method = "prompts/get" }, facts with { Target = "other" },
            facts with { Subject = "eve" }, facts with { Issuer = "https://other.example" }, facts with { Client = null },
            facts with { IsConfirmation = true },
        ];
        Assert.All(others, other => Assert.Equal(ApprovalComparison.None, ApprovalComparison.Of(Row, other, facts)));
        Assert.Equal(ApprovalComparison.None, ApprovalComparison.Of(Row, null, facts));
        Assert.Equal("apr-1", ApprovalComparison.Of(Row, facts, facts).Id);
    }

    // The question itself is shown in full, also where the comparison has no room beside it.
    [Fact]
    public async Task ComparisonWithoutRoom_KeepsItsNumbers()
    {
        await using var asking = await AskingGateway.StartAsync(change: NoHold);
        var (desk, era) = (new ApproverDesk(asking.Gateway), await asking.BeginAsync());
        await desk.AnswerAsync(await AskAsync(asking, era, desk, Large('\u6f22')), "carol");
        var second = await AskAsync(asking, era, desk, Large('\u5b57'));
        Assert.Equal((25, 0), (second.Compared!.Count, second.Compared.Differences.Count));
        Assert.Contains("            25 more, which are not listed", second.Lines!);
        Assert.Contains(second.Lines!, static line => line.Contains("\"n24\": \"\u5b57", StringComparison.Ordinal));

        static string Large(char letter) =>
            $"{{{string.Join(',', Enumerable.Range(0, 25).Select(number => $"\"n{number}\":\"{new string(letter, 3450)}\""))}}}";
    }

    private static ApprovalRow Row { get; } = new(
        "apr-1", ApprovalKind.Call, new byte[32], new byte[32], new byte[32], ApprovalState.Spent, 1, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch,
        DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, true, new byte[1]);

    private static ApprovalFacts Facts(string parameters) => new()
    {
        Issuer = "https://login.example",
        Subject = "ada",
        Client = "desk",
        Endpoint = "https://mcp.example/billing",
        Server = "billing",
        Source = "https://billing.example/mcp",
        Method = "tools/call",
        Target = "pay",
        Targets = [new ApprovalTarget(PolicyTarget.Tool, "pay")],
        Rules = [],
        ExchangeId = "01",
        Terms = ApprovalTerms.Default,
        Parameters = Encoding.UTF8.GetBytes(parameters),
    };

    private static GatewaySettings NoHold(GatewaySettings settings) =>
        settings with { Approvals = settings.Approvals with { Hold = TimeSpan.Zero } };

    // The question that the call opens, as an approver sees it.
    private static async Task<ApprovalView> AskAsync(AskingGateway asking, Era era, ApproverDesk desk, string arguments)
    {
        var before = (await asking.InStateAsync(ApprovalState.Open)).Select(static row => row.Id).ToHashSet();
        Assert.Equal("GH4204", await AskingGateway.CodeAsync(era.AskAsync("tools/call", AskingGateway.Echo(arguments), "echo")));
        var row = Assert.Single(await asking.InStateAsync(ApprovalState.Open), row => !before.Contains(row.Id));
        return await desk.ShownAsync(row.Id, "carol");
    }
}
