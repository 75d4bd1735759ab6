using System.Text.Json;
using Gatehouse.Administration;
using Gatehouse.Configuration;
using Gatehouse.Gateway.Administration;
using Gatehouse.Identity.Revocations;
using Gatehouse.Ipc;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using Gatehouse.Settings;
using Gatehouse.Storage.Abstractions;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Approvals;

/// <summary>
/// A modern client whose call was held long enough gets a state and sends the call again: it is held again, a bounded number of times. The state
/// counts the rounds, is used once, and approves nothing.
/// </summary>
[Trait("Requirement", "AZ-04")]
[Trait("Requirement", "H05")]
[Trait("NoRetry", "yes")]
public sealed class HoldRoundTests
{
    [Fact]
    public async Task EachRoundIsHeldAgain_AndAfterTheLastTheStableCodeComes()
    {
        var clock = new ManualTimeProvider();
        await using var asking = await AskingGateway.StartAsync(time: clock);
        var era = await asking.BeginAsync();
        var state = await Rounds.HeldOverAsync(asking, clock, Rounds.CallAsync(era));
        var row = await asking.OpenAsync();
        for (var round = 2; round <= 4; round++) state = await Rounds.HeldOverAsync(asking, clock, Rounds.AgainAsync(era, state));
        var last = await Rounds.OverAsync(asking, clock, Rounds.AgainAsync(era, state));
        Assert.Equal("GH4204", Rounds.CodeOf(last));
        Assert.Equal(row.Id, last.GetProperty("error").GetProperty("data").GetProperty("approvalId").GetString());
        Assert.Equal(["approval.asked"], asking.Acts()); // one question for all rounds
        Assert.Equal(row.Id, (await asking.OpenAsync()).Id);
        Assert.Empty(asking.Forwarded);
        await asking.AnswerAsync(row);
        Assert.True((await Rounds.CallAsync(era)).TryGetProperty("result", out _)); // without any handle
        Assert.Single(asking.Forwarded);
    }

    [Fact]
    public async Task GrantDuringALaterRound_ForwardsTheCallOnce_WithoutTheState()
    {
        var clock = new ManualTimeProvider();
        await using var asking = await AskingGateway.StartAsync(time: clock);
        var era = await asking.BeginAsync();
        var state = await Rounds.HeldOverAsync(asking, clock, Rounds.CallAsync(era));
        var again = Rounds.AgainAsync(era, state);
        await asking.HeldAsync();
        await asking.AnswerAsync(await asking.OpenAsync());
        Assert.Equal("complete", (await again).GetProperty("result").GetProperty("resultType").GetString());
        Assert.DoesNotContain("requestState", Assert.Single(asking.Forwarded).Text, StringComparison.Ordinal);
        Assert.Equal(["approval.asked", "approval.answered", "approval.spent"], asking.Acts());
    }

    [Fact]
    public async Task GrantBetweenTheRounds_IsSpentByTheRetryAtOnce()
    {
        var clock = new ManualTimeProvider();
        await using var asking = await AskingGateway.StartAsync(time: clock);
        var era = await asking.BeginAsync();
        var state = await Rounds.HeldOverAsync(asking, clock, Rounds.CallAsync(era));
        await asking.AnswerAsync(await asking.OpenAsync());
        Assert.True((await Rounds.AgainAsync(era, state)).TryGetProperty("result", out _));
        Assert.Equal("GH6002", Rounds.CodeOf(await Rounds.AgainAsync(era, state)));
        Assert.Single(asking.Forwarded);
    }

    [Fact]
    public async Task StateThatWasUsed_IsRefused_AndReachesNoPerson()
    {
        var clock = new ManualTimeProvider();
        await using var asking = await AskingGateway.StartAsync(time: clock);
        var era = await asking.BeginAsync();
        var first = await Rounds.HeldOverAsync(asking, clock, Rounds.CallAsync(era));
        var second = await Rounds.HeldOverAsync(asking, clock, Rounds.AgainAsync(era, first));
        Assert.Equal("GH6002", Rounds.CodeOf(await Rounds.AgainAsync(era, first))); // an earlier round would have rounds left
        Task<JsonElement>[] sent = [.. Enumerable.Range(0, 8).Select(_ => Rounds.AgainAsync(era, second))];
        await Eventually.TrueAsync(() => sent.Count(static call => call.IsCompleted) == 7, "all but one are answered");
        await asking.HeldAsync();
        var all = Task.WhenAll(sent);
        await Eventually.AdvancedAsync(clock, TimeSpan.FromSeconds(5), all);
        var race = await all;
        Assert.Equal(7, race.Count(static answer => answer.TryGetProperty("error", out _) && Rounds.CodeOf(answer) == "GH6002"));
        Assert.Single(race, static answer => answer.TryGetProperty("result", out _));
        Assert.Empty(asking.Forwarded);
    }

    [Fact]
    public async Task StateOfAnotherCallerCallOrServer_IsRefused()
    {
        var clock = new ManualTimeProvider();
        await using var asking = await AskingGateway.StartAsync(time: clock, change: static settings => settings with
        {
            Servers = [.. settings.Servers, settings.Servers[0] with { Name = "other", Path = "/other" }],
        });
        var (alice, bob) = (await asking.BeginAsync(), await asking.BeginAsync(subject: "bob"));
        var state = await Rounds.HeldOverAsync(asking, clock, Rounds.CallAsync(alice));
        Assert.Equal("GH6002", Rounds.CodeOf(await Rounds.AgainAsync(bob, state)));
        Assert.Equal("GH6002", Rounds.CodeOf(await Rounds.AgainAsync(alice, state, arguments: "{\"amount\":10000}")));
        Assert.Equal("GH6002", Rounds.CodeOf(await alice.AskAsync(
            "tools/call", $"\"name\":\"secret\",\"arguments\":{{\"amount\":10}},\"requestState\":\"{state}\"", "secret")));
        var elsewhere = alice.Request("tools/call", AskingGateway.Echo() + $",\"requestState\":\"{state}\"", "echo");
        elsewhere.RequestUri = new Uri(asking.Gateway.Url, "/other");
        elsewhere.Headers.Authorization = new("Bearer", asking.Gateway.Token(audience: elsewhere.RequestUri.ToString()));
        Assert.Equal("GH6002", Rounds.CodeOf((await asking.Gateway.CallAsync(elsewhere)).Body));
        Assert.Equal("GH6002", Rounds.CodeOf(await alice.AskAsync("prompts/get", $"\"name\":\"echo\",\"requestState\":\"{state}\"", "echo")));
        Assert.Equal("GH6002", Rounds.CodeOf(await Rounds.AgainAsync(alice, state[..^2] + (state[^2] == 'A' ? "BA" : "AA"))));
        Assert.Single(await asking.InStateAsync(ApprovalState.Open));
        Assert.Empty(asking.Forwarded);
        Assert.NotEmpty(await Rounds.HeldOverAsync(asking, clock, Rounds.AgainAsync(alice, state))); // none of these used it
    }

    // The envelope binds method, name and arguments. Other params are covered by the digest, as they are for the grant.
    [Fact]
    public async Task StateUnderOtherParams_IsBoundLikeTheGrant()
    {
        var clock = new ManualTimeProvider();
        await using var asking = await AskingGateway.StartAsync(time: clock);
        var era = await asking.BeginAsync();
        var state = await Rounds.HeldOverAsync(asking, clock, Rounds.CallAsync(era));
        Assert.Equal("GH4206", Rounds.CodeOf(await Rounds.AgainAsync(era, state, ",\"task\":{\"ttl\":1}")));
        Assert.Single(await asking.InStateAsync(ApprovalState.Open));
        Assert.Equal("GH6002", Rounds.CodeOf(await Rounds.AgainAsync(era, state)));
    }

    [Fact]
    public async Task AnswersUnderTheStateOfAHold_AreRefused_AndAnEmptyObjectIsNone()
    {
        var clock = new ManualTimeProvider();
        await using var asking = await AskingGateway.StartAsync(time: clock);
        var era = await asking.BeginAsync();
        var state = await Rounds.HeldOverAsync(asking, clock, Rounds.CallAsync(era));
        const string answers = ",\"inputResponses\":{\"a\":{\"action\":\"accept\",\"content\":{\"yes\":true}}}";
        Assert.Equal("GH6002", Rounds.CodeOf(await Rounds.AgainAsync(era, state, answers)));
        state = await Rounds.HeldOverAsync(asking, clock, Rounds.CallAsync(era));
        var again = Rounds.AgainAsync(era, state, ",\"inputResponses\":{}");
        await asking.HeldAsync();
        await asking.AnswerAsync(await asking.OpenAsync());
        Assert.True((await again).TryGetProperty("result", out _));
        Assert.DoesNotContain("inputResponses", Assert.Single(asking.Forwarded).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StateAlone_IsNeverTheYes()
    {
        var clock = new ManualTimeProvider();
        await using var asking = await AskingGateway.StartAsync(time: clock);
        var era = await asking.BeginAsync();
        var state = await Rounds.HeldOverAsync(asking, clock, Rounds.CallAsync(era));
        await asking.AnswerAsync(await asking.OpenAsync(), grants: false);
        Assert.Equal("GH4201", Rounds.CodeOf(await Rounds.AgainAsync(era, state)));
        Assert.Empty(asking.Forwarded);
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 4)]
    public async Task WithoutRounds_AndInTheLegacyEra_TheCodeComesAfterTheFirstHold(bool modern, int rounds)
    {
        var clock = new ManualTimeProvider();
        await using var asking = await AskingGateway.StartAsync(
            time: clock, change: settings => settings with { Approvals = settings.Approvals with { Rounds = rounds } });
        var era = await asking.BeginAsync(modern);
        Assert.Equal("GH4204", Rounds.CodeOf(await Rounds.OverAsync(asking, clock, Rounds.CallAsync(era))));
    }

    [Fact]
    public async Task RequestThatDoesNotWait_IsNotSentAgain()
    {
        await using var asking = await AskingGateway.StartAsync(
            change: static settings => settings with { Approvals = settings.Approvals with { Hold = TimeSpan.Zero } });
        Assert.Equal("GH4204", Rounds.CodeOf(await Rounds.CallAsync(await asking.BeginAsync())));
    }

    [Fact]
    public async Task MethodThatMayNotAskForInput_GetsTheCode()
    {
        var clock = new ManualTimeProvider();
        await using var asking = await AskingGateway.StartAsync(time: clock);
        asking.Gateway.Upstream.OnResult("prompts/list", """{"resultType":"complete","prompts":[{"name":"p"}]}""");
        var call = (await asking.BeginAsync()).AskAsync(
            "completion/complete", "\"ref\":{\"type\":\"ref/prompt\",\"name\":\"p\"},\"argument\":{\"name\":\"a\",\"value\":\"b\"}");
        Assert.Equal("GH4204", Rounds.CodeOf(await Rounds.OverAsync(asking, clock, call)));
    }

    [Fact]
    public async Task Restart_ForgetsTheState_AndNotTheGrant()
    {
        var (clock, data) = (new ManualTimeProvider(), new TemporaryStore());
        await using var upstream = await RecordingUpstream.StartAsync();
        GatewaySettings? same = null;
        string state;
        await using (var first = await AskingGateway.StartAsync(data, clock, change: Same, keepState: true))
        {
            var era = await first.BeginAsync();
            state = await Rounds.HeldOverAsync(first, clock, Rounds.CallAsync(era));
            await first.AnswerAsync(await first.OpenAsync());
        }

        await using var second = await AskingGateway.StartAsync(data, clock, change: Same);
        var again = await second.BeginAsync();
        Assert.Equal("GH6002", Rounds.CodeOf(await Rounds.AgainAsync(again, state)));
        Assert.True((await Rounds.CallAsync(again)).TryGetProperty("result", out _)); // the grant waits for it, without any handle
        Assert.Single(upstream.Of("tools/call"));

        GatewaySettings Same(GatewaySettings settings) =>
            same ??= settings with { Servers = [settings.Servers[0] with { Http = new HttpUpstreamSettings { Url = upstream.Url } }] };
    }

    [Fact]
    public async Task ReloadBetweenTheRounds_DecidesByTheNewestRules()
    {
        ConfigurationResult? next = null;
        var clock = new ManualTimeProvider();
        await using var asking = await AskingGateway.StartAsync(time: clock, reload: () => next!);
        var era = await asking.BeginAsync();
        var state = await Rounds.HeldOverAsync(asking, clock, Rounds.CallAsync(era));
        next = Rules(AskingGateway.Calls with { Tools = new NameSet(["*"]) }, AskingGateway.Approvers); // another text of the rule
        Assert.Empty(await asking.Gateway.Host.ReloadAsync());
        Assert.Equal("GH4206", Rounds.CodeOf(await Rounds.AgainAsync(era, state)));
        state = await Rounds.HeldOverAsync(asking, clock, Rounds.CallAsync(era));
        next = Rules(AskingGateway.Calls, new PolicyRule { Id = "stop", Forbids = true, Tools = new NameSet(["echo"]) });
        Assert.Empty(await asking.Gateway.Host.ReloadAsync());
        Assert.Contains(Rounds.CodeOf(await Rounds.AgainAsync(era, state)), new[] { "GH4001", "GH4003" });
        Assert.Empty(asking.Forwarded);

        ConfigurationResult Rules(params PolicyRule[] rules) => new()
        {
            Faults = [],
            SourcePath = "f",
            Settings = asking.Gateway.Host.Snapshots.Current.Settings with { Rules = rules },
        };
    }

    [Fact]
    public async Task DrainOfALaterRound_EndsIt_AndTheQuestionStays()
    {
        var clock = new ManualTimeProvider();
        await using var asking = await AskingGateway.StartAsync(time: clock);
        var era = await asking.BeginAsync();
        var again = Rounds.AgainAsync(era, await Rounds.HeldOverAsync(asking, clock, Rounds.CallAsync(era)));
        await asking.HeldAsync();
        var draining = asking.Gateway.Host.DrainAsync(TimeSpan.FromSeconds(30));
        await Eventually.AdvancedAsync(clock, TimeSpan.FromSeconds(1), draining);
        Assert.Equal("GH9002", Rounds.CodeOf(await again));
        Assert.Single(await asking.InStateAsync(ApprovalState.Open));
    }

    [Fact]
    public async Task RevocationOfTheCaller_EndsALaterRound_AndVoidsTheQuestion()
    {
        var clock = new ManualTimeProvider();
        await using var asking = await AskingGateway.StartAsync(time: clock);
        var era = await asking.BeginAsync();
        var state = await Rounds.HeldOverAsync(asking, clock, Rounds.CallAsync(era));
        var again = Rounds.AgainAsync(era, state);
        await asking.HeldAsync();
        await RevokeAsync(asking, "alice");
        Assert.Contains(Rounds.CodeOf(await again), new[] { "GH9004", "GH4206" });
        await asking.Gateway.Host.Core.Services.ApprovalWatch.SettledAsync();
        Assert.Empty(await asking.InStateAsync(ApprovalState.Open));
        Assert.Empty(asking.Forwarded);
    }

    // A caller who signs in again after a revocation does not continue what was approved before it.
    [Fact]
    public async Task RevocationBetweenTheRounds_VoidsTheStates_AlsoForANewToken()
    {
        var clock = new ManualTimeProvider();
        await using var asking = await AskingGateway.StartAsync(time: clock);
        var (alice, bob) = (await asking.BeginAsync(), await asking.BeginAsync(subject: "bob"));
        asking.Gateway.Upstream.OnResult("tools/call", """{"resultType":"input_required","requestState":"s1"}""");
        var approving = Rounds.CallAsync(alice);
        await asking.HeldAsync();
        await asking.AnswerAsync(await asking.OpenAsync());
        var approved = Rounds.StateOf(await approving);
        var held = await Rounds.HeldOverAsync(asking, clock, Rounds.CallAsync(alice, arguments: "{\"amount\":20}"));
        await Rounds.HeldOverAsync(asking, clock, Rounds.CallAsync(bob));
        await RevokeAsync(asking, "alice");
        clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(1, asking.Gateway.Host.Core.Services.Handles.Unused); // bob's
        Assert.Equal("GH6002", Rounds.CodeOf(await Rounds.AgainAsync(alice, approved)));
        Assert.Equal("GH6002", Rounds.CodeOf(await Rounds.AgainAsync(alice, held, arguments: "{\"amount\":20}")));
        Assert.Single(asking.Forwarded);
    }

    // The record says which round it was, and the caller is told nothing about the person.
    [Fact]
    public async Task Record_NamesTheRound()
    {
        var clock = new ManualTimeProvider();
        await using var asking = await AskingGateway.StartAsync(time: clock);
        var era = await asking.BeginAsync();
        await Rounds.HeldOverAsync(asking, clock, Rounds.AgainAsync(era, await Rounds.HeldOverAsync(asking, clock, Rounds.CallAsync(era))));
        var row = await asking.OpenAsync();
        string[] details =
        [
            .. asking.Gateway.EntriesWithEnded(2).Where(static entry => entry.TryGetProperty("parts", out _))
                .SelectMany(static entry => entry.GetProperty("parts").EnumerateArray())
                .Where(static part => part.GetProperty("kind").GetString() == "approval")
                .Select(static part => part.GetProperty("detail").GetString()!),
        ];
        Assert.Equal([$"calls {row.Id} round 1", $"calls {row.Id} round 2"], details);
    }

    private static async Task RevokeAsync(AskingGateway asking, string subject)
    {
        var issuer = asking.Gateway.Host.Development!.TrustedIssuer.Profile.Issuer;
        var reply = await GatewayAdministration.ControlOf(asking.Gateway.Host).HandleAsync(
            new RevokeTokens(RevocationKind.Subject, issuer, subject), new PeerAccount(1, PeerAccount.OwnUserId()), asking.Gateway.AdminToken());
        Assert.True(reply.Ok, reply.Message);
    }
}
