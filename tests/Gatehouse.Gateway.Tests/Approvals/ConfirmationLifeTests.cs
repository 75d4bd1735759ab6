using System.Net;
using Gatehouse.Administration;
using Gatehouse.Configuration;
using Gatehouse.Gateway.Administration;
using Gatehouse.Gateway.Tests.Containment;
using Gatehouse.Gateway.Tests.Quarantine;
using Gatehouse.Identity.Revocations;
using Gatehouse.Ipc;
using Gatehouse.Policy;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using Gatehouse.Settings;
using Gatehouse.Storage.Abstractions;
using Gatehouse.Storage.Tests.Contracts;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Approvals;

/// <summary>
/// A confirmation counts for the one request that asked, once, in its time, and by the newest rules. Whatever voids an approval voids it.
/// </summary>
[Trait("Requirement", "AZ-04")]
[Trait("Requirement", "H05")]
[Trait("NoRetry", "yes")]
public sealed class ConfirmationLifeTests
{
    private const string Done = """{"resultType":"complete","content":[]}""";
    private const string Asks = """{"resultType":"input_required","inputRequests":{"a":{"method":"elicitation/create","params":{"mode":"form","message":"Which?","requestedSchema":{"type":"object","properties":{"x":{"type":"string"}}}}}},"requestState":"s\u0031 \"é\""}""";
    private const string ServersAnswer = "{\"a\":{\"action\":\"accept\",\"content\":{\"x\":\"one\"}}}";

    private static readonly PolicyRule Elicits = new()
    {
        Id = "elicits",
        Who = new WhoClause { Subjects = new NameSet(["alice", "bob"]) },
        Directions = [PolicyDirection.Elicitation],
    };

    /// <summary>Each act of the store, whether it was done or not, in both eras.</summary>
    public static TheoryData<string, bool, bool> Faults
    {
        get
        {
            var rows = new TheoryData<string, bool, bool>();
            foreach (var act in new[] { "add", "find", "answers", "answer", "change", "note", "note-answer" })
            {
                foreach (var isDone in new[] { true, false })
                {
                    rows.Add(act, isDone, true);
                    rows.Add(act, isDone, false);
                }
            }

            return rows;
        }
    }

    // Threat: a caller whose part of the log is spent writes to it without end, by calls that are asked about and cancelled (CWE-770).
    [Fact]
    public async Task CallerWhosePartOfTheLogIsSpent_IsAskedNothingMore_AndTheQuestionThatIsOpenIsAnswered()
    {
        var log = new BrokenControlLog();
        await using var asking = await Confirming.StartAsync(audit: log);
        var era = await Confirming.BeginAsync(asking);
        var open = await ModernQuestion.AskAsync(era);
        log.Refuses = static entry => !entry.ClosesBegun && entry.Owner is not null;
        await era.AskAsync("tools/call", AskingGateway.Echo("{\"amount\":11}"), "echo");
        Assert.Single(log.EntriesOf("confirmation.asked"));
        await open.AnswerAsync(Confirming.Yes);
        Assert.Single(log.EntriesOf("confirmation.answered"));
    }

    [Fact]
    public async Task EqualQuestionOfAnotherRequest_IsNotAnsweredByIt()
    {
        await using var asking = await Confirming.StartAsync();
        var era = await Confirming.BeginAsync(asking);
        var (one, other) = (await ModernQuestion.AskAsync(era), await ModernQuestion.AskAsync(era));
        Assert.NotEqual(one.Key, other.Key);
        // The state of the second call with the answer to the first one.
        Assert.Equal("GH4208", Rounds.CodeOf(await (other with { Key = one.Key }).AnswerAsync(Confirming.Yes)));
        Assert.Empty(asking.Forwarded);
        Assert.True((await one.AnswerAsync(Confirming.Yes)).TryGetProperty("result", out _));
        Assert.Single(asking.Forwarded);
        // A third, equal call is asked again: no yes waits for it.
        await ModernQuestion.AskAsync(era);
        Assert.Single(asking.Forwarded);
    }

    [Fact]
    public async Task LegacyCallsAtTheSameTime_HaveAQuestionEach()
    {
        await using var asking = await Confirming.StartAsync();
        var era = await Confirming.BeginAsync(asking, modern: false);
        using var one = await LegacyQuestion.AskAsync(asking, era);
        using var other = await LegacyQuestion.AskAsync(asking, era);
        Assert.NotEqual(one.Id, other.Id);
        Assert.Equal(HttpStatusCode.Accepted, await one.AnswerAsync(Confirming.Yes));
        Assert.True((await one.ResultAsync()).TryGetProperty("result", out _));
        Assert.Single(asking.Forwarded);
        Assert.Equal(HttpStatusCode.Accepted, await other.AnswerAsync("{\"action\":\"decline\"}"));
        Assert.Equal("GH4207", Rounds.CodeOf(await other.ResultAsync()));
        Assert.Single(asking.Forwarded);
    }

    [Fact]
    public async Task AnswerCountsOnce()
    {
        await using var asking = await Confirming.StartAsync();
        var question = await ModernQuestion.AskAsync(await Confirming.BeginAsync(asking));
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => question.AnswerAsync(Confirming.Yes))));
        Assert.Single(answers, static answer => answer.TryGetProperty("result", out _));
        Assert.Equal(7, answers.Count(static answer => answer.TryGetProperty("error", out _) && Rounds.CodeOf(answer) == "GH6002"));
        Assert.Single(asking.Forwarded);
        using var asked = await LegacyQuestion.AskAsync(asking, await Confirming.BeginAsync(asking, modern: false));
        await asked.AnswerAsync(Confirming.Yes);
        await asked.ResultAsync();
        Assert.Equal(HttpStatusCode.BadRequest, await asked.AnswerAsync(Confirming.Yes)); // no question waits for it
        Assert.Equal(2, asking.Forwarded.Count);
    }

    [Fact]
    public async Task AnswerOfAnotherCallerOrForAnotherCall_IsRefused()
    {
        await using var asking = await Confirming.StartAsync();
        var (alice, bob) = (await Confirming.BeginAsync(asking), await Confirming.BeginAsync(asking, subject: "bob"));
        var question = await ModernQuestion.AskAsync(alice);
        Assert.Equal("GH6002", Rounds.CodeOf(await question.AnswerAsync(Confirming.Yes, bob)));
        Assert.Equal("GH6002", Rounds.CodeOf(await question.AnswerAsync(Confirming.Yes, arguments: "{\"amount\":10000}")));
        Assert.Empty(asking.Forwarded);
        // The envelope binds the arguments. Other params are covered by the digest.
        Assert.Equal("GH4206", Rounds.CodeOf(await question.AnswerAsync(Confirming.Yes, more: ",\"task\":{\"ttl\":1}")));
        Assert.Equal("call-changed", Confirming.Entries(asking)[^1].GetProperty("why").GetString());
        Assert.Empty(asking.Forwarded);
        var (one, two) = (await Confirming.BeginAsync(asking, modern: false), await Confirming.BeginAsync(asking, modern: false, subject: "bob"));
        using var asked = await LegacyQuestion.AskAsync(asking, one);
        Assert.Equal(HttpStatusCode.BadRequest, await asked.AnswerAsync(Confirming.Yes, two)); // the question is of another session
        await asked.AnswerAsync("{\"action\":\"cancel\"}");
        await asked.ResultAsync();
        Assert.Empty(asking.Forwarded);
    }

    [Fact]
    public async Task NoAnswerInTime_IsANo_AndALateOneHasNoEffect_Legacy()
    {
        var clock = new ManualTimeProvider();
        await using var asking = await Confirming.StartAsync(time: clock);
        using var question = await LegacyQuestion.AskAsync(asking, await Confirming.BeginAsync(asking, modern: false));
        var withdrawn = question.NextAsync();
        await Eventually.AdvancedAsync(clock, TimeSpan.FromSeconds(5), withdrawn);
        Assert.Equal("notifications/cancelled", (await withdrawn).GetProperty("method").GetString());
        Assert.Equal(question.Id, (await withdrawn).GetProperty("params").GetProperty("requestId").GetRawText());
        Assert.Equal("GH4209", Rounds.CodeOf(await question.ResultAsync()));
        Assert.Equal(HttpStatusCode.BadRequest, await question.AnswerAsync(Confirming.Yes));
        Assert.Equal(["confirmation.asked", "confirmation.closed"], Confirming.Acts(asking));
        Assert.Equal("timeout", Confirming.Entries(asking)[1].GetProperty("why").GetString());
        Assert.Empty(asking.Forwarded);
    }

    [Fact]
    public async Task NoAnswerInTime_IsANo_AndALateOneHasNoEffect_Modern()
    {
        var clock = new ManualTimeProvider();
        await using var asking = await Confirming.StartAsync(time: clock, terms: Confirming.Terms with { Expires = TimeSpan.FromMinutes(2) });
        var question = await ModernQuestion.AskAsync(await Confirming.BeginAsync(asking));
        clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal("GH4209", Rounds.CodeOf(await question.AnswerAsync(Confirming.Yes)));
        Assert.Empty(asking.Forwarded);
        await asking.Book.Outbox.SweepAsync(CancellationToken.None);
        Assert.Equal(["confirmation.asked", "confirmation.expired"], Confirming.Acts(asking));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ReloadThatChangesTheRule_VoidsTheQuestion(bool modern)
    {
        ConfigurationResult? next = null;
        await using var asking = await Confirming.StartAsync(reload: () => next!);
        var era = await Confirming.BeginAsync(asking, modern);
        if (modern)
        {
            var question = await ModernQuestion.AskAsync(era);
            await ReloadAsync();
            Assert.Equal("GH4206", Rounds.CodeOf(await question.AnswerAsync(Confirming.Yes)));
        }
        else
        {
            using var question = await LegacyQuestion.AskAsync(asking, era);
            await ReloadAsync();
            Assert.Equal("GH4206", Rounds.CodeOf(await question.ResultAsync()));
        }

        Assert.Equal(["confirmation.asked", "confirmation.closed"], Confirming.Acts(asking));
        Assert.Empty(asking.Forwarded);

        async Task ReloadAsync()
        {
            next = Rules(asking, Confirming.Calls with { Tools = new NameSet(["*"]) });
            Assert.Empty(await asking.Gateway.Host.ReloadAsync());
            await asking.Gateway.Host.Core.Services.ApprovalWatch.SettledAsync();
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ReloadThatForbidsTheCall_WinsOverTheYes(bool modern)
    {
        ConfigurationResult? next = null;
        await using var asking = await Confirming.StartAsync(reload: () => next!);
        var era = await Confirming.BeginAsync(asking, modern);
        string code;
        if (modern)
        {
            var question = await ModernQuestion.AskAsync(era);
            await ReloadAsync();
            code = Rounds.CodeOf(await question.AnswerAsync(Confirming.Yes));
        }
        else
        {
            using var question = await LegacyQuestion.AskAsync(asking, era);
            await ReloadAsync();
            await question.AnswerAsync(Confirming.Yes);
            code = Rounds.CodeOf(await question.ResultAsync());
        }

        Assert.Contains(code, new[] { "GH4001", "GH4003" });
        Assert.Empty(asking.Forwarded);

        async Task ReloadAsync()
        {
            next = Rules(asking, Confirming.Calls, new PolicyRule { Id = "stop", Forbids = true, Tools = new NameSet(["echo"]) });
            Assert.Empty(await asking.Gateway.Host.ReloadAsync());
        }
    }

    // A forbid of the direction approvals is about people who approve. A caller who confirms needs no such right.
    [Fact]
    public async Task RuleThatForbidsTheCallerToApprove_DoesNotVoidAConfirmation()
    {
        var never = new PolicyRule { Id = "never", Forbids = true, Directions = [PolicyDirection.Approvals] };
        await using var asking = await Confirming.StartAsync(rules: [Confirming.Calls, never]);
        var answer = await Confirming.CallAsync(asking, await Confirming.BeginAsync(asking), modern: true, Confirming.Yes);
        Assert.True(answer.TryGetProperty("result", out _), answer.GetRawText());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task RevocationOfTheCaller_VoidsTheQuestion(bool modern)
    {
        await using var asking = await Confirming.StartAsync();
        var era = await Confirming.BeginAsync(asking, modern);
        if (modern)
        {
            var question = await ModernQuestion.AskAsync(era);
            await RevokeAsync(asking);
            var refused = await era.AskAsync("tools/call", AskingGateway.Echo() + $",\"requestState\":\"{question.State}\"", "echo");
            Assert.True(refused.TryGetProperty("error", out _), refused.GetRawText());
        }
        else
        {
            using var question = await LegacyQuestion.AskAsync(asking, era);
            await RevokeAsync(asking);
            Assert.Contains(Rounds.CodeOf(await question.ResultAsync()), new[] { "GH9004", "GH4206" });
        }

        await asking.Gateway.Host.Core.Services.ApprovalWatch.SettledAsync();
        Assert.Empty(await asking.InStateAsync(ApprovalState.Open));
        Assert.Empty(asking.Forwarded);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Containment_VoidsTheQuestion_AlsoAfterTheRelease(bool modern)
    {
        await using var asking = await Confirming.StartAsync();
        var era = await Confirming.BeginAsync(asking, modern);
        var desk = new ContainmentDesk(asking.Gateway);
        if (modern)
        {
            var question = await ModernQuestion.AskAsync(era);
            var made = await desk.TryContainAsync(desk.Of("tool", "echo"));
            await desk.ReleaseAsync(made.Result!.Id);
            Assert.Equal("GH6002", Rounds.CodeOf(await question.AnswerAsync(Confirming.Yes)));
        }
        else
        {
            using var question = await LegacyQuestion.AskAsync(asking, era);
            await desk.TryContainAsync(desk.Of("tool", "echo"));
            Assert.Equal("GH9010", Rounds.CodeOf(await question.ResultAsync()));
        }

        Assert.Empty(await asking.InStateAsync(ApprovalState.Open));
        Assert.Empty(asking.Forwarded);
    }

    [Fact]
    public async Task Drain_EndsTheCall_AndClosesTheQuestion()
    {
        var clock = new ManualTimeProvider();
        await using var asking = await Confirming.StartAsync(time: clock);
        using var question = await LegacyQuestion.AskAsync(asking, await Confirming.BeginAsync(asking, modern: false));
        var draining = asking.Gateway.Host.DrainAsync(TimeSpan.FromSeconds(30));
        await Eventually.AdvancedAsync(clock, TimeSpan.FromSeconds(1), draining);
        Assert.Equal("GH9002", Rounds.CodeOf(await question.ResultAsync()));
        await Eventually.TrueAsync(async () => (await asking.InStateAsync(ApprovalState.Closed)).Count == 1, "the question is closed");
        await Eventually.TrueAsync(() => Confirming.Acts(asking)[^1] == "confirmation.closed", "the entry follows the state");
        Assert.Equal("call-ended", Confirming.Entries(asking)[^1].GetProperty("why").GetString());
        Assert.Empty(asking.Forwarded);
    }

    // No exchange is open while the person decides, so that a drain does not wait for the answer.
    [Fact]
    public async Task Drain_EndsBeforeAModernAnswer_WhichIsTurnedAway()
    {
        await using var asking = await Confirming.StartAsync();
        var era = await Confirming.BeginAsync(asking);
        var question = await ModernQuestion.AskAsync(era);
        await asking.Gateway.Host.DrainAsync(TimeSpan.FromSeconds(30)).WaitAsync(TestContext.Current.CancellationToken);
        Assert.Single(await asking.InStateAsync(ApprovalState.Open));
        var (status, _, _) = await asking.Gateway.CallAsync(era.Request("tools/call", question.Again(Confirming.Yes), "echo"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Single(await asking.InStateAsync(ApprovalState.Open)); // it expires by itself
        Assert.Empty(asking.Forwarded);
    }

    [Fact]
    public async Task Restart_VoidsTheState()
    {
        var data = new TemporaryStore();
        await using var upstream = await RecordingUpstream.StartAsync();
        GatewaySettings? same = null;
        ModernQuestion question;
        await using (var first = await Confirming.StartAsync(data, change: Same, keepState: true))
            question = await ModernQuestion.AskAsync(await Confirming.BeginAsync(first));
        await using var second = await Confirming.StartAsync(data, change: Same);
        var era = await Confirming.BeginAsync(second);
        Assert.Equal("GH6002", Rounds.CodeOf(await question.AnswerAsync(Confirming.Yes, era)));
        Assert.Empty(upstream.Of("tools/call"));

        GatewaySettings Same(GatewaySettings settings) =>
            same ??= settings with { Servers = [settings.Servers[0] with { Http = new HttpUpstreamSettings { Url = upstream.Url } }] };
    }

    // H06: the state of the server is in the gateway's own, and returns to the server in its bytes.
    [Fact]
    [Trait("Requirement", "H06")]
    public async Task LaterRoundOfAConfirmedCall_BelongsToIt_AndTheServersStateReturnsByteForByte()
    {
        await using var asking = await Confirming.StartAsync(rules: [Confirming.Calls, Elicits]);
        var era = await Confirming.BeginAsync(asking);
        asking.Gateway.Upstream.OnResult("tools/call", Asks);
        var asked = await Confirming.CallAsync(asking, era, modern: true, Confirming.Yes);
        var question = ModernQuestion.Of(era, "{\"amount\":10}", asked);
        Assert.Equal("a", question.Key);
        Assert.StartsWith("Server \"up\" asks: ", question.Parameters.GetProperty("message").GetString(), StringComparison.Ordinal);
        asking.Gateway.Upstream.OnResult("tools/call", Done);
        Assert.True((await question.SendAsync(ServersAnswer)).TryGetProperty("result", out _));
        Assert.Contains("\"requestState\":\"s\\u0031 \\\"é\\\"\"", asking.Forwarded[1].Text, StringComparison.Ordinal);
        Assert.Equal(["confirmation.asked", "confirmation.answered", "confirmation.spent"], Confirming.Acts(asking));
    }

    // A later round that is another call: it is asked about, and what the client sent for the server is in the gateway's state.
    [Fact]
    [Trait("Requirement", "H06")]
    public async Task AnswersForTheServer_WaitInTheState_AndReachItByteForByte()
    {
        await using var asking = await Confirming.StartAsync(rules: [Confirming.Calls, Elicits]);
        var era = await Confirming.BeginAsync(asking);
        asking.Gateway.Upstream.OnResult("tools/call", Asks);
        var question = ModernQuestion.Of(era, "{\"amount\":10}", await Confirming.CallAsync(asking, era, modern: true, Confirming.Yes));
        asking.Gateway.Upstream.OnResult("tools/call", Done);
        const string other = ",\"task\":{\"ttl\":1}";
        var second = ModernQuestion.Of(era, "{\"amount\":10}", await question.SendAsync(ServersAnswer, more: other));
        Assert.StartsWith("gatehouse-", second.Key, StringComparison.Ordinal);
        Assert.Single(asking.Forwarded);
        Assert.True((await second.AnswerAsync(Confirming.Yes, more: other)).TryGetProperty("result", out _));
        var text = asking.Forwarded[1].Text;
        Assert.Contains("\"requestState\":\"s\\u0031 \\\"é\\\"\"", text, StringComparison.Ordinal);
        Assert.Contains("\"inputResponses\":" + ServersAnswer, text, StringComparison.Ordinal);
        Assert.DoesNotContain("gatehouse-", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenQuestionsOfOneCaller_AreBounded_AndUseUpNoApprovals()
    {
        await using var asking = await Confirming.StartAsync(
            change: static settings => settings with { Approvals = settings.Approvals with { OpenPerCaller = 2 } });
        var era = await Confirming.BeginAsync(asking);
        await ModernQuestion.AskAsync(era);
        await ModernQuestion.AskAsync(era);
        Assert.Equal("GH4205", Rounds.CodeOf(await Rounds.CallAsync(era)));
        var bob = await Confirming.BeginAsync(asking, subject: "bob");
        await ModernQuestion.AskAsync(bob);
    }

    [Fact]
    public async Task CancellationByTheClient_ClosesTheQuestion()
    {
        await using var asking = await Confirming.StartAsync();
        var era = await Confirming.BeginAsync(asking, modern: false);
        using var question = await LegacyQuestion.AskAsync(asking, era);
        await asking.Gateway.CallAsync(era.Notify(
            $"{{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{{\"requestId\":{era.LastId}}}}}"));
        await Eventually.TrueAsync(async () => (await asking.InStateAsync(ApprovalState.Closed)).Count == 1, "the question is closed");
        // An answer between the end in the store and the end of the call is accepted, and has no effect either.
        await Eventually.TrueAsync(async () => await question.AnswerAsync(Confirming.Yes) == HttpStatusCode.BadRequest, "an answer is refused");
        Assert.Equal(["confirmation.asked", "confirmation.closed"], Confirming.Acts(asking));
        Assert.Empty(asking.Forwarded);
    }

    // Whatever fails, done or not: without a yes that is used up nothing is forwarded, and one yes never makes two calls.
    [Theory]
    [MemberData(nameof(Faults))]
    public async Task StoreFault_AtEachStep_ForwardsNothing_AndNeverTwice(string act, bool isDone, bool modern)
    {
        FailingApprovals? failing = null;
        await using var asking = await Confirming.StartAsync(around: store =>
            new FaultyStore(store) { Approvals = failing = new FailingApprovals(store.Approvals) { IsDone = isDone } });
        var era = await Confirming.BeginAsync(asking, modern);
        if (act == "add")
        {
            failing!.Failing = act;
            Assert.Equal("GH4202", Rounds.CodeOf(await Rounds.CallAsync(era)));
        }
        else if (modern)
        {
            var question = await ModernQuestion.AskAsync(era);
            failing!.Failing = act;
            await question.AnswerAsync(Confirming.Yes);
            Assert.Equal("GH6002", Rounds.CodeOf(await question.AnswerAsync(Confirming.Yes)));
        }
        else
        {
            using var question = await LegacyQuestion.AskAsync(asking, era);
            failing!.Failing = act;
            await question.AnswerAsync(Confirming.Yes);
            await question.ResultAsync();
        }

        failing!.Failing = "";
        await asking.Book.Outbox.RecoverAsync(CancellationToken.None);
        var spent = (await asking.InStateAsync(ApprovalState.Spent)).Count;
        Assert.InRange(asking.Forwarded.Count, 0, spent);
        Assert.Equal(spent, Confirming.Acts(asking).Count(static one => one == "confirmation.spent"));
    }

    // Neither the digest nor an entry shows what the call is about.
    [Fact]
    public async Task NothingOfTheCallIsInClear()
    {
        await using var asking = await Confirming.StartAsync();
        var question = await ModernQuestion.AskAsync(await Confirming.BeginAsync(asking), "{\"iban\":\"DE02120300000000202051\"}");
        await question.AnswerAsync(Confirming.Yes);
        Assert.All(asking.Gateway.Entries(), static entry => Assert.DoesNotContain("DE0212", entry.GetRawText(), StringComparison.Ordinal));
    }

    private static ConfigurationResult Rules(AskingGateway asking, params PolicyRule[] rules) => new()
    {
        Faults = [],
        SourcePath = "f",
        Settings = asking.Gateway.Host.Snapshots.Current.Settings with { Rules = rules },
    };

    private static async Task RevokeAsync(AskingGateway asking)
    {
        var issuer = asking.Gateway.Host.Development!.TrustedIssuer.Profile.Issuer;
        var reply = await GatewayAdministration.ControlOf(asking.Gateway.Host).HandleAsync(
            new RevokeTokens(RevocationKind.Subject, issuer, "alice"), new PeerAccount(1, PeerAccount.OwnUserId()), asking.Gateway.AdminToken());
        Assert.True(reply.Ok, reply.Message);
    }
}
