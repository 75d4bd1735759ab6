using Gatehouse.Administration;
using Gatehouse.Gateway.Tests.Approvals;
using Gatehouse.Policy.Rules;
using Gatehouse.Storage.Abstractions;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Containment;

/// <summary>Questions and grants about what is contained are void, whatever comes first (IR-01, AZ-04).</summary>
[Trait("Requirement", "IR-01")]
[Trait("Requirement", "AZ-04")]
[Trait("NoRetry", "yes")]
public sealed class ContainmentApprovalTests
{
    public static TheoryData<string, string> Things => new()
    {
        { "server", "up" }, { "tool", "echo" }, { "user", "alice" }, { "client", "tests" }, { "session", "" },
    };

    /// <summary>Those of the modern era, which has no sessions.</summary>
    public static TheoryData<string, string> ModernThings => new()
    {
        { "server", "up" }, { "tool", "echo" }, { "user", "alice" }, { "client", "tests" },
    };

    [Theory]
    [MemberData(nameof(Things))]
    public async Task HeldCall_EndsAsContained_AndItsQuestionIsClosed(string kind, string name)
    {
        await using var asking = await AskingGateway.StartAsync();
        var era = await asking.BeginAsync(modern: kind != "session");
        var call = era.AskAsync("tools/call", AskingGateway.Echo(), "echo");
        await asking.HeldAsync();
        var desk = new ContainmentDesk(asking.Gateway);
        var target = desk.Of(kind, NameOf(asking, kind, name));
        Assert.Equal(1, (await desk.PreviewAsync(target)).Result?.Impact.Questions ?? 1); // a tool that no list had has no preview
        var made = await desk.TryContainAsync(target);
        Assert.Equal((1, 0, 0), (made.Result!.Impact.Questions, made.Result.Impact.Grants, made.Result.Impact.Unknown));
        Assert.Equal("GH9010", await AskingGateway.CodeAsync(call));
        Assert.Equal(["approval.asked", "approval.closed"], asking.Acts());
        Assert.Single(await asking.InStateAsync(ApprovalState.Closed));
        Assert.Empty(asking.Forwarded);
    }

    [Theory]
    [MemberData(nameof(Things))]
    public async Task UnspentGrant_IsVoid_AlsoAfterTheRelease(string kind, string name)
    {
        await using var asking = await AskingGateway.StartAsync(change: static settings =>
            settings with { Approvals = settings.Approvals with { Hold = TimeSpan.Zero } });
        var era = await asking.BeginAsync(modern: kind != "session");
        Assert.Equal("GH4204", await AskingGateway.CodeAsync(era.AskAsync("tools/call", AskingGateway.Echo(), "echo")));
        await asking.AnswerAsync(await asking.OpenAsync());
        var desk = new ContainmentDesk(asking.Gateway);
        var made = await desk.TryContainAsync(desk.Of(kind, NameOf(asking, kind, name)));
        Assert.Equal((0, 1), (made.Result!.Impact.Questions, made.Result.Impact.Grants));
        if (kind != "session") await desk.ReleaseAsync(made.Result.Id);
        else era = await asking.BeginAsync(modern: false); // the caller may begin another one immediately
        Assert.Equal("GH4204", await AskingGateway.CodeAsync(era.AskAsync("tools/call", AskingGateway.Echo(), "echo"))); // a new question
        Assert.Empty(asking.Forwarded);
    }

    // A modern call that is between two holds, or between the questions of its server, has only its state.
    [Theory]
    [MemberData(nameof(ModernThings))]
    public async Task StatesOfHeldAndApprovedCalls_AreVoid_AlsoAfterTheRelease(string kind, string name)
    {
        var clock = new ManualTimeProvider();
        await using var asking = await AskingGateway.StartAsync(time: clock);
        var era = await asking.BeginAsync();
        asking.Gateway.Upstream.OnResult("tools/call", """{"resultType":"input_required","requestState":"s1"}""");
        var approving = Rounds.CallAsync(era);
        await asking.HeldAsync();
        await asking.AnswerAsync(await asking.OpenAsync());
        var approved = Rounds.StateOf(await approving);
        const string other = "{\"amount\":20}";
        var held = await Rounds.HeldOverAsync(asking, clock, Rounds.CallAsync(era, arguments: other));
        var desk = new ContainmentDesk(asking.Gateway);
        var made = await desk.TryContainAsync(desk.Of(kind, name));
        Assert.Equal(1, made.Result!.Impact.Questions);
        Assert.Equal(0, asking.Gateway.Host.Core.Services.Handles.Unused);
        var refused = await Rounds.AgainAsync(era, approved);
        Assert.False(refused.TryGetProperty("result", out _), refused.GetRawText());
        await desk.ReleaseAsync(made.Result.Id);
        Assert.Equal("GH6002", Rounds.CodeOf(await Rounds.AgainAsync(era, approved)));
        Assert.Equal("GH6002", Rounds.CodeOf(await Rounds.AgainAsync(era, held, arguments: other)));
        Assert.Single(asking.Forwarded);
    }

    // What is about others continues.
    [Fact]
    public async Task StatesOfOthers_StayGood()
    {
        var clock = new ManualTimeProvider();
        await using var asking = await AskingGateway.StartAsync(time: clock);
        var (alice, bob) = (await asking.BeginAsync(), await asking.BeginAsync(subject: "bob"));
        await Rounds.HeldOverAsync(asking, clock, Rounds.CallAsync(alice));
        var state = await Rounds.HeldOverAsync(asking, clock, Rounds.CallAsync(bob));
        var desk = new ContainmentDesk(asking.Gateway);
        await desk.ContainAsync("user", "alice");
        Assert.Equal(1, asking.Gateway.Host.Core.Services.Handles.Unused);
        var again = Rounds.AgainAsync(bob, state);
        await asking.HeldAsync();
        await asking.AnswerAsync(await asking.OpenAsync());
        Assert.True((await again).TryGetProperty("result", out _));
        Assert.Single(asking.Forwarded);
    }

    [Fact]
    public async Task GrantOfAContainedApprover_IsVoid()
    {
        await using var asking = await AskingGateway.StartAsync(change: static settings =>
            settings with { Approvals = settings.Approvals with { Hold = TimeSpan.Zero } });
        var era = await asking.BeginAsync();
        await AskingGateway.CodeAsync(era.AskAsync("tools/call", AskingGateway.Echo(), "echo"));
        Assert.Null((await new ApproverDesk(asking.Gateway).LookAndAnswerAsync((await asking.OpenAsync()).Id, "dora")).Refusal);
        var made = await new ContainmentDesk(asking.Gateway).TryContainAsync(new ContainmentDesk(asking.Gateway).Of("user", "dora"));
        Assert.Equal(1, made.Result!.Impact.Grants);
        Assert.Equal("GH4204", await AskingGateway.CodeAsync(era.AskAsync("tools/call", AskingGateway.Echo(), "echo")));
        Assert.Empty(asking.Forwarded);
    }

    // Whichever comes first: either the grant is used and the call was sent, or it is void and nothing was.
    [Theory]
    [InlineData("server", "up")]
    [InlineData("tool", "echo")]
    [InlineData("user", "alice")]
    public async Task ContainmentDuringAGrant_HasOneOutcome(string kind, string name)
    {
        for (var round = 0; round < 8; round++)
        {
            await using var asking = await AskingGateway.StartAsync();
            var era = await asking.BeginAsync();
            var call = era.AskAsync("tools/call", AskingGateway.Echo(), "echo");
            await asking.HeldAsync();
            var (row, desk) = (await asking.OpenAsync(), new ContainmentDesk(asking.Gateway));
            var answering = Task.Run(() => asking.AnswerAsync(row));
            var containing = Task.Run(() => desk.TryContainAsync(desk.Of(kind, name)));
            await Task.WhenAll(answering, containing);
            Assert.Null((await containing).Refusal);
            var answer = await call;
            await asking.Gateway.NothingUnderWayAsync();
            var spent = (await asking.InStateAsync(ApprovalState.Spent)).Count;
            Assert.Equal(asking.Forwarded.Count, Math.Min(spent, asking.Forwarded.Count));
            if (answer.TryGetProperty("result", out _)) Assert.Equal((1, 1), (spent, asking.Forwarded.Count));
            Assert.Empty(await asking.InStateAsync(ApprovalState.Open));
            Assert.Empty(await asking.InStateAsync(ApprovalState.Granted));
            var again = era.AskAsync("tools/call", AskingGateway.Echo(), "echo");
            var after = await again;
            Assert.True(after.TryGetProperty("error", out _) || after.TryGetProperty("message", out _));
            Assert.InRange(asking.Forwarded.Count, 0, 1);
        }
    }

    // A person who is about to answer finds the question closed.
    [Fact]
    public async Task AnswerAfterTheContainment_IsNotTaken()
    {
        await using var asking = await AskingGateway.StartAsync();
        var era = await asking.BeginAsync();
        var call = era.AskAsync("tools/call", AskingGateway.Echo(), "echo");
        await asking.HeldAsync();
        var (row, approver) = (await asking.OpenAsync(), new ApproverDesk(asking.Gateway));
        var seen = await approver.ShownAsync(row.Id, "dora");
        await new ContainmentDesk(asking.Gateway).ContainAsync("tool", "echo");
        Assert.Equal("no-approval-right", (await approver.AnswerAsync(seen, "dora")).Refusal?.Why); // the forbid is in every direction
        Assert.Equal("GH9010", await AskingGateway.CodeAsync(call));
        Assert.Empty(asking.Forwarded);
    }

    // Another session of the same caller keeps its question.
    [Fact]
    public async Task QuestionOfAnotherSession_StaysOpen()
    {
        await using var asking = await AskingGateway.StartAsync();
        var first = await asking.BeginAsync(modern: false);
        var uid = NameOf(asking, "session", "");
        var second = await asking.BeginAsync(modern: false);
        var ended = first.AskAsync("tools/call", AskingGateway.Echo(), "echo");
        await asking.HeldAsync();
        var held = second.AskAsync("tools/call", AskingGateway.Echo("{\"amount\":20}"), "echo");
        await asking.HeldAsync(2);
        await new ContainmentDesk(asking.Gateway).ContainAsync("session", uid);
        Assert.Equal("GH9010", await AskingGateway.CodeAsync(ended));
        await asking.AnswerAsync(await asking.OpenAsync());
        Assert.True((await held).TryGetProperty("result", out _));
        Assert.Contains("20", Assert.Single(asking.Forwarded).Text, StringComparison.Ordinal);
    }

    private static string NameOf(AskingGateway asking, string kind, string name) =>
        kind == "session" ? Assert.Single(asking.Gateway.Host.Sessions.Entries).Binding.Uid : name;
}
