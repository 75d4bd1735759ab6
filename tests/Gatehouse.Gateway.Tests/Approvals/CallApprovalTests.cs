using System.Text.Json;
using Gatehouse.Administration;
using Gatehouse.Gateway.Administration;
using Gatehouse.Identity.Revocations;
using Gatehouse.Ipc;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using Gatehouse.Settings;
using Gatehouse.Storage.Abstractions;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Approvals;

/// <summary>A person says yes to exactly one call: what a grant covers, and that it is used once.</summary>
[Trait("Requirement", "AZ-04")]
[Trait("NoRetry", "yes")]
public sealed class CallApprovalTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task GrantedCall_IsForwardedOnce(bool modern)
    {
        await using var asking = await AskingGateway.StartAsync();
        var era = await asking.BeginAsync(modern);
        var call = era.AskAsync("tools/call", AskingGateway.Echo(), "echo");
        await asking.HeldAsync();
        Assert.Empty(asking.Forwarded);
        var row = await asking.OpenAsync();
        Assert.Equal(AnswerOutcome.Decided, (await asking.AnswerAsync(row)).Outcome);
        Assert.True((await call).TryGetProperty("result", out _));
        Assert.Single(asking.Forwarded);
        Assert.Equal(row.Id, Assert.Single(await asking.InStateAsync(ApprovalState.Spent)).Id);
        var again = era.AskAsync("tools/call", AskingGateway.Echo(), "echo"); // the same call once more is another one
        await asking.HeldAsync();
        Assert.NotEqual(row.Id, (await asking.OpenAsync()).Id);
        Assert.Single(asking.Forwarded);
        await asking.AnswerAsync(await asking.OpenAsync(), grants: false);
        Assert.Equal("GH4201", await AskingGateway.CodeAsync(again));
        Assert.Single(asking.Forwarded);
        Assert.Equal(["approval.asked", "approval.answered", "approval.spent", "approval.asked", "approval.answered"], asking.Acts());
    }

    [Fact]
    public async Task OtherArgument_IsAnotherQuestion()
    {
        await using var asking = await AskingGateway.StartAsync();
        var era = await asking.BeginAsync();
        var small = era.AskAsync("tools/call", AskingGateway.Echo("{\"amount\":10}"), "echo");
        await asking.HeldAsync();
        var asked = await asking.OpenAsync();
        var large = era.AskAsync("tools/call", AskingGateway.Echo("{\"amount\":10000}"), "echo");
        await asking.HeldAsync(2);
        await asking.AnswerAsync(asked);
        Assert.True((await small).TryGetProperty("result", out _));
        Assert.Contains("\"amount\":10}", Assert.Single(asking.Forwarded).Text, StringComparison.Ordinal);
        await asking.AnswerAsync(await asking.OpenAsync(), grants: false);
        Assert.Equal("GH4201", await AskingGateway.CodeAsync(large));
        Assert.Single(asking.Forwarded);
    }

    [Fact]
    public async Task GrantForOneCaller_IsNoneForAnother()
    {
        await using var asking = await AskingGateway.StartAsync();
        var (alice, bob) = (await asking.BeginAsync(), await asking.BeginAsync(subject: "bob"));
        var first = alice.AskAsync("tools/call", AskingGateway.Echo(), "echo");
        await asking.HeldAsync();
        var ofAlice = await asking.OpenAsync();
        var second = bob.AskAsync("tools/call", AskingGateway.Echo(), "echo");
        await asking.HeldAsync(2);
        await asking.AnswerAsync(ofAlice);
        Assert.True((await first).TryGetProperty("result", out _));
        Assert.Equal(1, asking.Gateway.Host.Registry.Held);
        await asking.AnswerAsync(await asking.OpenAsync(), grants: false);
        Assert.Equal("GH4201", await AskingGateway.CodeAsync(second));
    }

    [Fact]
    public async Task EqualCalls_AreOneQuestion_AndOneOfThemSpendsTheGrant()
    {
        await using var asking = await AskingGateway.StartAsync();
        var era = await asking.BeginAsync();
        var calls = new[] { era.AskAsync("tools/call", AskingGateway.Echo(), "echo"), era.AskAsync("tools/call", AskingGateway.Echo(), "echo") };
        await asking.HeldAsync(2);
        await asking.AnswerAsync(await asking.OpenAsync());
        var answers = await Task.WhenAll(calls);
        Assert.Single(answers, answer => answer.TryGetProperty("result", out _));
        Assert.Equal("GH4206", Code(Assert.Single(answers, answer => answer.TryGetProperty("error", out _))));
        Assert.Single(asking.Forwarded);
        Assert.Equal(["approval.asked", "approval.answered", "approval.spent"], asking.Acts());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task HoldOver_KeepsTheQuestion_AndTheSecondCallSpendsTheGrant(bool modern)
    {
        var clock = new ManualTimeProvider();
        await using var asking = await AskingGateway.StartAsync(
            time: clock, change: static s => s with { Approvals = s.Approvals with { Rounds = 0 } });
        var era = await asking.BeginAsync(modern);
        var call = era.AskAsync("tools/call", AskingGateway.Echo(), "echo");
        await asking.HeldAsync();
        var row = await asking.OpenAsync();
        clock.Advance(TimeSpan.FromSeconds(44));
        Assert.False(call.IsCompleted);
        await Eventually.AdvancedAsync(clock, TimeSpan.FromSeconds(1), call);
        var error = (await call).GetProperty("error");
        Assert.Equal(("GH4204", row.Id),
            (error.GetProperty("data").GetProperty("code").GetString(), error.GetProperty("data").GetProperty("approvalId").GetString()));
        await asking.AnswerAsync(await asking.OpenAsync());
        Assert.True((await era.AskAsync("tools/call", AskingGateway.Echo(), "echo")).TryGetProperty("result", out _));
        Assert.Single(asking.Forwarded);
        Assert.Equal(ApprovalState.Spent, (await asking.Book.Reader.ShowAsync(row.Id, CancellationToken.None))!.Value.Row.State);
    }

    [Fact]
    public async Task Denial_AnswersTheSameCallForItsTime()
    {
        var clock = new ManualTimeProvider();
        await using var asking = await AskingGateway.StartAsync(time: clock);
        var era = await asking.BeginAsync();
        var call = era.AskAsync("tools/call", AskingGateway.Echo(), "echo");
        await asking.HeldAsync();
        await asking.AnswerAsync(await asking.OpenAsync(), grants: false);
        Assert.Equal("GH4201", await AskingGateway.CodeAsync(call));
        clock.Advance(TimeSpan.FromMinutes(9));
        Assert.Equal("GH4201", await AskingGateway.CodeAsync(era.AskAsync("tools/call", AskingGateway.Echo(), "echo"))); // no person is asked
        Assert.Empty(await asking.InStateAsync(ApprovalState.Open));
        clock.Advance(TimeSpan.FromMinutes(1));
        var asked = era.AskAsync("tools/call", AskingGateway.Echo(), "echo");
        await asking.HeldAsync();
        await asking.AnswerAsync(await asking.OpenAsync());
        Assert.True((await asked).TryGetProperty("result", out _));
    }

    [Fact]
    public async Task GrantOfTheLastTick_Counts_AndOneAtTheEndDoesNot()
    {
        var clock = new ManualTimeProvider();
        await using var asking = await AskingGateway.StartAsync(time: clock, change: NoHold);
        var era = await asking.BeginAsync();
        Assert.Equal("GH4204", await AskingGateway.CodeAsync(era.AskAsync("tools/call", AskingGateway.Echo(), "echo")));
        var row = await asking.OpenAsync();
        clock.SetUtcNow(row.Expires);
        Assert.Equal(AnswerOutcome.Over, (await asking.AnswerAsync(row)).Outcome);
        asking.Gateway.Host.Core.Services.ApprovalWatch.Sweep();
        await asking.Gateway.Host.Core.Services.ApprovalWatch.SettledAsync();
        Assert.Equal(["approval.asked", "approval.expired"], asking.Acts());

        Assert.Equal("GH4204", await AskingGateway.CodeAsync(era.AskAsync("tools/call", AskingGateway.Echo(), "echo")));
        var next = await asking.OpenAsync();
        clock.SetUtcNow(next.Expires - TimeSpan.FromTicks(1));
        Assert.Equal(AnswerOutcome.Decided, (await asking.AnswerAsync(next)).Outcome);
        var granted = Assert.Single(await asking.InStateAsync(ApprovalState.Granted));
        clock.SetUtcNow(granted.Expires);
        Assert.Equal("GH4204", await AskingGateway.CodeAsync(era.AskAsync("tools/call", AskingGateway.Echo(), "echo"))); // a new question
        Assert.Empty(asking.Forwarded);
    }

    [Fact]
    public async Task GrantAndExpiryAtTheSameTime_HaveOneOutcome_AndOneEntryOfIt()
    {
        var clock = new ManualTimeProvider();
        await using var asking = await AskingGateway.StartAsync(time: clock, change: NoHold);
        var (era, watch) = (await asking.BeginAsync(), asking.Gateway.Host.Core.Services.ApprovalWatch);
        for (var round = 1; round <= 16; round++)
        {
            var arguments = AskingGateway.Echo($"{{\"amount\":{round}}}");
            Assert.Equal("GH4204", await AskingGateway.CodeAsync(era.AskAsync("tools/call", arguments, "echo")));
            var row = await asking.OpenAsync();
            clock.SetUtcNow(row.Expires - TimeSpan.FromTicks(1));
            var (before, forwarded) = (asking.Acts().Count, asking.Forwarded.Count);
            var answering = Task.Run(() => asking.AnswerAsync(row));
            await Task.Run(async () =>
            {
                clock.SetUtcNow(row.Expires);
                watch.Sweep();
                await watch.SettledAsync();
            });
            var isGranted = (await answering).Outcome == AnswerOutcome.Decided;
            if (!isGranted) Assert.Equal(AnswerOutcome.Over, (await answering).Outcome);
            watch.Sweep(); // a row that ended without its entry would get it now
            await watch.SettledAsync();
            Assert.Equal([isGranted ? "approval.answered" : "approval.expired"], asking.Acts().Skip(before));
            var next = await era.AskAsync("tools/call", arguments, "echo");
            Assert.Equal(isGranted, next.TryGetProperty("result", out _));
            Assert.Equal(forwarded + (isGranted ? 1 : 0), asking.Forwarded.Count);
            foreach (var open in await asking.InStateAsync(ApprovalState.Open)) await asking.AnswerAsync(open, grants: false);
        }
    }

    [Fact]
    public async Task FourEyes_NeedTwoPeople()
    {
        await using var asking = await AskingGateway.StartAsync(terms: new ApprovalTerms { Approvers = 2 });
        var call = (await asking.BeginAsync()).AskAsync("tools/call", AskingGateway.Echo(), "echo");
        await asking.HeldAsync();
        var row = await asking.OpenAsync();
        Assert.Equal((AnswerOutcome.Counted, 1), Of(await asking.AnswerAsync(row)));
        Assert.Equal((AnswerOutcome.SamePerson, 1), Of(await asking.AnswerAsync(row)));
        Assert.Equal(1, asking.Gateway.Host.Registry.Held);
        Assert.Equal((AnswerOutcome.Decided, 2), Of(await asking.AnswerAsync(row, person: "dora")));
        Assert.True((await call).TryGetProperty("result", out _));

        static (AnswerOutcome Outcome, int Granted) Of(AnswerResult result) => (result.Outcome, result.Granted);
    }

    [Fact]
    public async Task TwoAnswersAtOnce_AreOneOutcomeAndOneEntryOfIt()
    {
        List<string> people = [.. Enumerable.Range(0, 16).Select(static number => $"person{number}")];
        var approvers = AskingGateway.Approvers with { Who = new WhoClause { Subjects = new NameSet(people) } };
        await using var asking = await AskingGateway.StartAsync(rules: [AskingGateway.Calls, approvers]);
        var call = (await asking.BeginAsync()).AskAsync("tools/call", AskingGateway.Echo(), "echo");
        await asking.HeldAsync();
        var row = await asking.OpenAsync();
        var answers = await Task.WhenAll(people.Select(
            (person, number) => Task.Run(() => asking.AnswerAsync(row, grants: number % 2 == 0, person: person))));
        var decided = Assert.Single(answers, answer => answer.Outcome == AnswerOutcome.Decided);
        Assert.Equal(15, answers.Count(answer => answer.Outcome == AnswerOutcome.Over));
        var answered = await call;
        Assert.True(decided.Row!.State == ApprovalState.Granted == answered.TryGetProperty("result", out _), $"{decided.Row.State}: {answered}");
        Assert.Single(asking.Acts(), act => act == "approval.answered");
    }

    [Fact]
    public async Task AnswerToAnotherDigest_CountsForNothing()
    {
        await using var asking = await AskingGateway.StartAsync();
        var call = (await asking.BeginAsync()).AskAsync("tools/call", AskingGateway.Echo(), "echo");
        await asking.HeldAsync();
        var row = await asking.OpenAsync();
        Assert.Equal(AnswerOutcome.Unknown, (await asking.AnswerAsync(row with { Digest = new byte[32] })).Outcome);
        Assert.Equal(ApprovalState.Open, (await asking.OpenAsync()).State);
        await asking.AnswerAsync(row, grants: false);
        Assert.Equal("GH4201", await AskingGateway.CodeAsync(call));
    }

    [Fact]
    public async Task OpenQuestionsOfOneCaller_AreBounded_AndLeaveOthersTheirs()
    {
        await using var asking = await AskingGateway.StartAsync(
            change: static s => s with { Approvals = s.Approvals with { Hold = TimeSpan.Zero, OpenPerCaller = 2, Open = 3 } });
        var (alice, bob) = (await asking.BeginAsync(), await asking.BeginAsync(subject: "bob"));
        Assert.Equal(["GH4204", "GH4204", "GH4205"], await CodesAsync(alice, 3));
        Assert.Equal(["GH4204", "GH4205"], await CodesAsync(bob, 2)); // the bound of all
        Assert.Empty(asking.Forwarded);

        static async Task<List<string>> CodesAsync(Era era, int calls)
        {
            List<string> codes = [];
            for (var amount = 0; amount < calls; amount++)
                codes.Add(await AskingGateway.CodeAsync(era.AskAsync("tools/call", AskingGateway.Echo($"{{\"amount\":{amount}}}"), "echo")));
            return codes;
        }
    }

    // Threat: many callers, each within its own bound, put so many questions to one person that the person answers without reading.
    [Fact]
    public async Task OpenQuestionsToTheSamePeople_AreBounded_AndEachCallerHasAPart()
    {
        var others = new WhoClause { Subjects = new NameSet(["dora"]) };
        await using var asking = await AskingGateway.StartAsync(
            change: static s => s with { Approvals = s.Approvals with { Hold = TimeSpan.Zero, OpenPerApprover = 4 } },
            rules:
            [
                AskingGateway.Calls with { Who = new WhoClause { Subjects = new NameSet(["alice", "bob", "eve"]) } },
                AskingGateway.Approvers with { Tools = new NameSet(["echo"]) },
                AskingGateway.Approvers with { Id = "other-approvers", Who = others, Tools = new NameSet(["secret"]) },
            ]);
        asking.Gateway.CloseTerminal();
        var (alice, bob, eve) = (await asking.BeginAsync(), await asking.BeginAsync(subject: "bob"), await asking.BeginAsync(subject: "eve"));
        Assert.Equal(["GH4204", "GH4204", "GH4205"], await CodesAsync(alice, "echo", 3)); // the part of one caller
        Assert.Equal(["GH4204", "GH4204"], await CodesAsync(bob, "echo", 2));
        Assert.Equal(["GH4205"], await CodesAsync(eve, "echo", 1));
        Assert.Equal(["GH4204", "GH4204"], await CodesAsync(alice, "secret", 2)); // other people answer these
        await asking.AnswerAsync((await asking.InStateAsync(ApprovalState.Open))[0]);
        Assert.Equal(["GH4204"], await CodesAsync(eve, "echo", 1));
        Assert.Empty(asking.Forwarded);

        static async Task<List<string>> CodesAsync(Era era, string tool, int calls)
        {
            List<string> codes = [];
            for (var amount = 0; amount < calls; amount++)
            {
                codes.Add(await AskingGateway.CodeAsync(
                    era.AskAsync("tools/call", $"\"name\":\"{tool}\",\"arguments\":{{\"amount\":{amount}}}", tool)));
            }

            return codes;
        }
    }

    // Threat (CWE-770): few questions, each with a message as large as it may be, fill the disk.
    [Fact]
    public async Task BytesOfOpenQuestionsOfOneCaller_AreBounded_AndLeaveOthersTheirs()
    {
        await using var asking = await AskingGateway.StartAsync(
            change: static s => s with { Approvals = s.Approvals with { Hold = TimeSpan.Zero, BytesPerCaller = 768 << 10, Bytes = 1 << 20 } });
        var (alice, bob) = (await asking.BeginAsync(), await asking.BeginAsync(subject: "bob"));
        Assert.Equal(["GH4204", "GH4204", "GH4205"], [await CodeAsync(alice, 'a'), await CodeAsync(alice, 'b'), await CodeAsync(alice, 'c')]);
        Assert.Equal("GH4204", await AskingGateway.CodeAsync(alice.AskAsync("tools/call", AskingGateway.Echo(), "echo"))); // a small one has room
        Assert.Equal(["GH4204", "GH4205"], [await CodeAsync(bob, 'a'), await CodeAsync(bob, 'b')]); // the second meets the bound of all
        Assert.Empty(asking.Forwarded);

        static Task<string> CodeAsync(Era era, char letter) => AskingGateway.CodeAsync(
            era.AskAsync("tools/call", AskingGateway.Echo($"{{\"text\":\"{new string(letter, 250 << 10)}\"}}"), "echo"));
    }

    [Fact]
    public async Task WithoutARuleThatNamesApprovers_NoPersonIsAsked()
    {
        await using var asking = await AskingGateway.StartAsync(rules: [AskingGateway.Calls]);
        asking.Gateway.CloseTerminal();
        Assert.Equal("GH4202", await AskingGateway.CodeAsync((await asking.BeginAsync()).AskAsync("tools/call", AskingGateway.Echo(), "echo")));
        Assert.Empty(await asking.InStateAsync(ApprovalState.Open));
    }

    [Fact]
    public async Task CallThatIsTooLargeToBeShown_IsRefused()
    {
        await using var asking = await AskingGateway.StartAsync(
            change: static s => s with { Approvals = s.Approvals with { LargestCall = 1024 } });
        var large = $"{{\"text\":\"{new string('x', 1024)}\"}}";
        var era = await asking.BeginAsync();
        Assert.Equal("GH4202", await AskingGateway.CodeAsync(era.AskAsync("tools/call", AskingGateway.Echo(large), "echo")));
        Assert.Empty(await asking.InStateAsync(ApprovalState.Open));
    }

    [Theory]
    [InlineData(ApprovalStrength.Confirm, false, "GH4202")]
    [InlineData(ApprovalStrength.Confirm, true, "GH4204")]
    public async Task ConfirmationThatCannotBeAsked_IsNeverAPass(ApprovalStrength strength, bool otherwise, string code)
    {
        await using var asking = await AskingGateway.StartAsync(terms: new ApprovalTerms { Strength = strength, OtherwiseApproval = otherwise },
            change: static s => s with { Approvals = s.Approvals with { Hold = TimeSpan.Zero } });
        Assert.Equal(code, await AskingGateway.CodeAsync((await asking.BeginAsync()).AskAsync("tools/call", AskingGateway.Echo(), "echo")));
        Assert.Empty(asking.Forwarded);
    }

    // Neither in the store nor in the log: a hash without a key would let a reader try amounts.
    [Fact]
    public async Task Digest_IsKeyed_AndNothingOfTheCallIsInClear()
    {
        var data = new TemporaryStore();
        byte[] first;
        await using (var asking = await AskingGateway.StartAsync(data, change: NoHold))
        {
            await (await asking.BeginAsync()).AskAsync("tools/call", AskingGateway.Echo("{\"iban\":\"DE02120300000000202051\"}"), "echo");
            var row = await asking.OpenAsync();
            first = row.Digest.ToArray();
            Assert.DoesNotContain("DE0212", System.Text.Encoding.UTF8.GetString(row.Sealed.Span), StringComparison.Ordinal);
            Assert.DoesNotContain("alice", System.Text.Encoding.UTF8.GetString(row.Sealed.Span), StringComparison.Ordinal);
            Assert.All(asking.Gateway.Entries(), static entry => Assert.DoesNotContain("DE0212", entry.GetRawText(), StringComparison.Ordinal));
        }

        await using var other = await AskingGateway.StartAsync(change: NoHold); // another key ring
        await (await other.BeginAsync()).AskAsync("tools/call", AskingGateway.Echo("{\"iban\":\"DE02120300000000202051\"}"), "echo");
        Assert.NotEqual(first, (await other.OpenAsync()).Digest.ToArray());
    }

    [Theory]
    [InlineData("subject", true)]
    [InlineData("session", false)]
    public async Task Revocation_ClosesTheQuestionsOfAParty_AndNotThoseOfOneSession(string kind, bool closes)
    {
        await using var asking = await AskingGateway.StartAsync();
        var era = await asking.BeginAsync(modern: false);
        var call = era.AskAsync("tools/call", AskingGateway.Echo(), "echo");
        await asking.HeldAsync();
        var row = await asking.OpenAsync();
        var gateway = asking.Gateway;
        AdministrativeAction act = kind == "subject"
            ? new RevokeTokens(RevocationKind.Subject, Issuer(gateway), "alice")
            : new EndSession(Assert.Single(gateway.Host.Sessions.Entries).Binding.Uid);
        var reply = await GatewayAdministration.ControlOf(gateway.Host).HandleAsync(act, Own, gateway.AdminToken());
        Assert.True(reply.Ok, reply.Message);
        // The end of the exchange and the closed question are at the same time. Each refuses the call.
        Assert.Contains(await AskingGateway.CodeAsync(call), (string[])(closes ? ["GH9004", "GH4206"] : ["GH9004"]));
        await gateway.Host.Core.Services.ApprovalWatch.SettledAsync();
        Assert.Equal(closes ? ApprovalState.Closed : ApprovalState.Open, (await asking.Book.Reader.ShowAsync(row.Id, default))!.Value.Row.State);
        Assert.Equal(closes, asking.Acts().Contains("approval.closed"));
        Assert.Empty(asking.Forwarded);
    }

    private static PeerAccount Own => new(1, PeerAccount.OwnUserId());

    private static string Issuer(TestGateway gateway) => gateway.Host.Development!.TrustedIssuer.Profile.Issuer;

    private static GatewaySettings NoHold(GatewaySettings settings) =>
        settings with { Approvals = settings.Approvals with { Hold = TimeSpan.Zero } };

    private static string Code(JsonElement answer) => answer.GetProperty("error").GetProperty("data").GetProperty("code").GetString()!;
}
