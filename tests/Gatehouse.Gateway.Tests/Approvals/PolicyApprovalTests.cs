using System.Text.Json;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Gateway.Tests.Approvals;

/// <summary>
/// A rule of a policy file asks a person: the whole way from the file through the host, the store in files and the audit log to the server.
/// </summary>
[Trait("Requirement", "AZ-04")]
[Trait("NoRetry", "yes")]
public sealed class PolicyApprovalTests
{
    private const string Pays =
        "  - { id: pay, permit: { subjects: [alice], servers: [up], tools: [echo] }, when: [{ argument: amount, above: 5 }],\n"
        + "      obligations: { approval: { expires: 1h } } }\n";

    private const string Others = "  - { id: others, permit: { subjects: [alice], servers: [up] } }\n";

    private const string Leads = "  - { id: leads, permit: { subjects: [carol], servers: [up], directions: [approvals] } }\n";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ACallThatTheRuleIsAbout_WaitsForAPerson_AndTheGrantLetsExactlyThatCallPassOnce(bool modern)
    {
        await using var files = await ApprovalFiles.CreateAsync(Pays + Others + Leads);
        await using var asking = await AskingGateway.StartAsync(files, keepState: true);
        var era = await asking.BeginAsync(modern);
        Assert.True(IsAnswered(await CallAsync(era, "{\"amount\":5}"))); // the rule is not about it
        var call = CallAsync(era, "{\"amount\":10}");
        await asking.HeldAsync();
        var row = await asking.OpenAsync();
        var other = CallAsync(era, "{\"amount\":10000}");
        await asking.HeldAsync(2);
        Assert.Single(files.Forwarded);
        Assert.Equal(AnswerOutcome.Decided, (await asking.AnswerAsync(row)).Outcome);
        Assert.True(IsAnswered(await call));
        Assert.Contains("\"amount\":10}", files.Forwarded[^1].Text, StringComparison.Ordinal);
        await asking.AnswerAsync(await asking.OpenAsync(), grants: false);
        Assert.Equal("GH4201", Code(await other));
        var again = CallAsync(era, "{\"amount\":10}");
        await asking.HeldAsync();
        Assert.NotEqual(row.Id, (await asking.OpenAsync()).Id);
        await asking.AnswerAsync(await asking.OpenAsync(), grants: false);
        Assert.Equal("GH4201", Code(await again));
        Assert.Equal(2, files.Forwarded.Count);
        Assert.Equal(row.Id, Assert.Single(await asking.InStateAsync(ApprovalState.Spent)).Id);
        AssertRecorded(asking, row.Id);
    }

    [Fact]
    public async Task ARestart_KeepsTheQuestion_AndItsGrant_AndNotMoreThanOneUse()
    {
        await using var files = await ApprovalFiles.CreateAsync(Pays + Leads);
        string id;
        await using (var first = await AskingGateway.StartAsync(files, keepState: true))
        {
            var call = CallAsync(await first.BeginAsync(), "{\"amount\":10}");
            await first.HeldAsync();
            id = (await first.OpenAsync()).Id;
            await first.Gateway.Host.DrainAsync(TimeSpan.FromSeconds(30));
            Assert.Equal("GH9002", Code(await call));
        }

        await using (var second = await AskingGateway.StartAsync(files, keepState: true))
        {
            var call = CallAsync(await second.BeginAsync(), "{\"amount\":10}"); // the same call joins its question
            await second.HeldAsync();
            var row = await second.OpenAsync();
            Assert.Equal(id, row.Id);
            await second.Gateway.Host.DrainAsync(TimeSpan.FromSeconds(30));
            Assert.Equal("GH9002", Code(await call));
            Assert.Equal(AnswerOutcome.Decided, (await second.AnswerAsync(row)).Outcome);
            Assert.Empty(files.Forwarded);
        }

        await using (var third = await AskingGateway.StartAsync(files, keepState: true))
        {
            Assert.True(IsAnswered(await CallAsync(await third.BeginAsync(), "{\"amount\":10}"))); // no person is asked
            Assert.Equal(id, Assert.Single(await third.InStateAsync(ApprovalState.Spent)).Id);
        }

        await using var last = await AskingGateway.StartAsync(files, keepState: true);
        var next = CallAsync(await last.BeginAsync(), "{\"amount\":10}");
        await last.HeldAsync();
        Assert.NotEqual(id, (await last.OpenAsync()).Id);
        await last.AnswerAsync(await last.OpenAsync(), grants: false);
        Assert.Equal("GH4201", Code(await next));
        Assert.Single(files.Forwarded);
        Assert.Equal(
            ["approval.asked", "approval.answered", "approval.spent", "approval.asked", "approval.answered"], last.Acts());
    }

    // Threat: the caller words the argument so that the condition of the rule cannot be decided, and the call passes by the other permit.
    [Theory]
    [InlineData("{\"amount\":\"10\"}")]
    [InlineData("{\"amount\":[10]}")]
    [InlineData("{}")]
    public async Task AnArgumentThatCannotBeJudged_IsNoWayAroundThePerson(string arguments)
    {
        await using var files = await ApprovalFiles.CreateAsync(Pays + Others + Leads);
        await using var asking = await AskingGateway.StartAsync(files, keepState: true);
        var call = CallAsync(await asking.BeginAsync(), arguments);
        await asking.HeldAsync();
        await asking.AnswerAsync(await asking.OpenAsync(), grants: false);
        Assert.Equal("GH4201", Code(await call));
        Assert.Empty(files.Forwarded);
    }

    [Fact]
    public async Task AReload_ThatNoLongerAsks_ClosesTheGrant_AndTheCallPassesWithoutIt()
    {
        await using var files = await ApprovalFiles.CreateAsync(Pays + Leads);
        await using var asking = await AskingGateway.StartAsync(files, keepState: true);
        var era = await asking.BeginAsync();
        var call = CallAsync(era, "{\"amount\":10}");
        await asking.HeldAsync();
        var row = await asking.OpenAsync();
        files.Write(Others + Leads);
        Assert.Empty(await asking.Gateway.Host.ReloadAsync());
        Assert.Equal("GH4206", Code(await call));
        Assert.Equal(ApprovalState.Closed, (await asking.Book.Reader.ShowAsync(row.Id, CancellationToken.None))!.Value.Row.State);
        Assert.True(IsAnswered(await CallAsync(era, "{\"amount\":10}")));
        Assert.Equal(["approval.asked", "approval.closed"], asking.Acts());
    }

    [Fact]
    public async Task WithoutAPersonWhoMayAnswer_TheCallIsRefused_AndNoQuestionIsStored()
    {
        await using var files = await ApprovalFiles.CreateAsync(Pays + Others);
        await using var asking = await AskingGateway.StartAsync(files, keepState: true);
        asking.Gateway.CloseTerminal();
        Assert.Equal("GH4202", Code(await CallAsync(await asking.BeginAsync(), "{\"amount\":10}")));
        Assert.Empty(await asking.InStateAsync(ApprovalState.Open));
        Assert.Empty(files.Forwarded);
    }

    [Fact]
    public async Task AStream_CannotWait_AndIsRefused_AndAListIsNeverAskedAbout()
    {
        await using var files = await ApprovalFiles.CreateAsync(
            "  - { id: all, permit: { subjects: [alice], servers: [up] }, obligations: { approval: { approvers: 1 } } }\n" + Leads);
        files.Upstream.OnResult("tools/list", """{"resultType":"complete","tools":[]}""")
            .OnResult("resources/list", """{"resultType":"complete","resources":[{"uri":"demo://one","name":"one"}]}""")
            .OnResult("resources/templates/list", """{"resultType":"complete","resourceTemplates":[]}""");
        await using var asking = await AskingGateway.StartAsync(files, keepState: true);
        var era = await asking.BeginAsync();
        Assert.True(IsAnswered(await era.AskAsync("tools/list")));
        Assert.Equal("GH4202", Code(await era.AskAsync(
            "subscriptions/listen", "\"notifications\":{\"resourceSubscriptions\":[\"demo://one\"]}")));
        Assert.Empty(await asking.InStateAsync(ApprovalState.Open));
        Assert.Empty(files.Upstream.Of("subscriptions/listen"));
    }

    private static Task<JsonElement> CallAsync(Era era, string arguments) => era.AskAsync("tools/call", AskingGateway.Echo(arguments), "echo");

    private static bool IsAnswered(JsonElement answer) => answer.TryGetProperty("result", out _);

    private static string Code(JsonElement answer) => answer.GetProperty("error").GetProperty("data").GetProperty("code").GetString()!;

    // The question, the answer and the use, each with the rule or the id, and nothing of the arguments.
    private static void AssertRecorded(AskingGateway asking, string id)
    {
        var entries = asking.Gateway.EntriesWithEnded(4);
        var asked = entries.First(entry => Fact(entry, "act") == "approval.asked");
        Assert.Equal((id, "pay", "up", "approval"), (Fact(asked, "approval"), Fact(asked, "rule"), Fact(asked, "server"), Fact(asked, "strength")));
        Assert.Equal(id, Fact(Assert.Single(entries, entry => Fact(entry, "act") == "approval.spent"), "approval"));
        Assert.DoesNotContain(entries, entry => entry.GetRawText().Contains("amount", StringComparison.Ordinal));
        var ended = entries.Where(entry => Fact(entry, "kind") == "ended" && entry.GetRawText().Contains(id, StringComparison.Ordinal)).ToList();
        Assert.Contains(Assert.Single(ended).GetProperty("parts").EnumerateArray(),
            part => Fact(part, "kind") == "approval" && Fact(part, "outcome") == "permit" && Fact(part, "detail") == $"pay {id} by test");
    }

    private static string? Fact(JsonElement entry, string name) => entry.TryGetProperty(name, out var value) ? value.ToString() : null;
}
