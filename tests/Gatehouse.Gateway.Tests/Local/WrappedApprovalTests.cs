using System.Text.Json;
using Gatehouse.Audit.Privacy;
using Gatehouse.Gateway.Approvals;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Gateway.Tests.Approvals;
using Gatehouse.Storage.Abstractions;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Local;

/// <summary>
/// Questions and grants about calls of wrapped servers. No configuration has their commands, so a new configuration, a start, or the containment of
/// another server says nothing about them.
/// </summary>
[Trait("Requirement", "AZ-04")]
public sealed class WrappedApprovalTests
{
    private const string Call = """{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"work","arguments":{"amount":10}}}""";

    private const string Rules =
        """
        version: 1
        SERVERS
        approvals: { hold: HOLD }
        policy:
          - id: asks
            permit: { anyone: true, servers: ["*"], tools: [work] }
            obligations: { approval: { expires: 15m } }
          - id: rest
            permit: { anyone: true, servers: ["*"], directions: [lists] }
        """;

    private const string Entry = "servers: { tool-server: { undeclared: record, limits: { requestBytes: 1MiB } } }";

    [Theory]
    [InlineData("")]
    [InlineData(Entry)]
    public async Task HeldCall_StaysOpenOverAnotherSnapshot_AndContinuesWithItsGrant(string servers)
    {
        await using var fixture = await LocalHostFixture.StartAsync(Text(servers, "45s"));
        await using var wrapper = await BeginAsync(fixture);
        await wrapper.SayAsync(Call);
        await wrapper.GiveToolsAsync();
        await Eventually.TrueAsync(() => Book(fixture).Questions.Waiting == 1, "the call is held");
        var core = fixture.Host.Core;
        LocalHostFixture.Write(fixture.Places, Text(servers, "44s"));
        Assert.Empty(await core.ReloadAsync());
        await core.Services.Get<ContainmentHost>().ReplaceRulesAsync(); // as the containment of another server does
        core.Services.ApprovalWatch.OnReplaced(core.Snapshots.Current);
        await core.Services.ApprovalWatch.SettledAsync();
        await GrantAsync(fixture);
        await wrapper.ChildAnswersAsync(await NextCallAsync(wrapper), """{"content":[{"type":"text","text":"done"}]}""");
        Assert.True((await wrapper.HearJsonAsync()).TryGetProperty("result", out var result), result.ToString());
        Assert.Single(await InStateAsync(fixture, ApprovalState.Spent));
    }

    [Theory]
    [InlineData("")]
    [InlineData(Entry)]
    public async Task Grant_CountsAfterTheHostStartedAgain(string servers)
    {
        await using var fixture = await LocalHostFixture.StartAsync(Text(servers, "0s"));
        await using (var first = await BeginAsync(fixture))
        {
            await first.SayAsync(Call);
            await first.GiveToolsAsync();
            Assert.Equal("GH4204", CodeOf(await first.HearJsonAsync()));
        }

        await GrantAsync(fixture);
        await fixture.RestartAsync();
        await using var second = await BeginAsync(fixture);
        await second.SayAsync(Call);
        await second.GiveToolsAsync();
        await second.ChildAnswersAsync(await NextCallAsync(second), """{"content":[{"type":"text","text":"done"}]}""");
        Assert.True((await second.HearJsonAsync()).TryGetProperty("result", out var result), result.ToString());
    }

    // On a laptop the person at the client is the one whom the wrapper serves. The server gets neither the question nor the answer.
    [Fact]
    public async Task WrappedServer_IsCalledAfterAConfirmationInTheConversation()
    {
        var yaml = Text("", "45s").Replace("{ expires: 15m }", "{ strength: confirm }", StringComparison.Ordinal);
        await using var fixture = await LocalHostFixture.StartAsync(yaml);
        await using var wrapper = await fixture.WrapAsync();
        await wrapper.InitializeAsync("{\"elicitation\":{}}");
        await wrapper.SayAsync(Call);
        await wrapper.GiveToolsAsync();
        var question = await wrapper.HearJsonAsync();
        Assert.Equal("elicitation/create", question.GetProperty("method").GetString());
        Assert.Contains("\"tool-server\"", question.GetProperty("params").GetProperty("message").GetString(), StringComparison.Ordinal);
        await wrapper.SayAsync($"{{\"jsonrpc\":\"2.0\",\"id\":{question.GetProperty("id").GetRawText()},\"result\":{Confirming.Yes}}}");
        await wrapper.ChildAnswersAsync(await NextCallAsync(wrapper), """{"content":[{"type":"text","text":"done"}]}""");
        Assert.True((await wrapper.HearJsonAsync()).TryGetProperty("result", out var result), result.ToString());
        Assert.Single(await InStateAsync(fixture, ApprovalState.Spent));
    }

    private static ApprovalBook Book(LocalHostFixture fixture) => fixture.Host.Core.Services.ApprovalBook;

    private static string Text(string servers, string hold) =>
        Rules.Replace("SERVERS", servers, StringComparison.Ordinal).Replace("HOLD", hold, StringComparison.Ordinal);

    private static async Task<FakeWrapper> BeginAsync(LocalHostFixture fixture)
    {
        var wrapper = await fixture.WrapAsync();
        await wrapper.InitializeAsync();
        return wrapper;
    }

    private static async Task<IReadOnlyList<ApprovalRow>> InStateAsync(LocalHostFixture fixture, ApprovalState state) =>
        await Book(fixture).Reader.ListAsync(state, null, 10, static _ => true, static (row, _) => Task.FromResult(row), CancellationToken.None);

    private static async Task GrantAsync(LocalHostFixture fixture)
    {
        var row = Assert.Single(await InStateAsync(fixture, ApprovalState.Open));
        var answer = new PersonalAnswer(row.Id, row.Digest, true, new ApproverFacts(PersonalFacts.AccountIssuer, "ada", "ticket 7", 3.5), "test", new byte[32]);
        var result = await Book(fixture).Answers.AnswerAsync(answer, TimeSpan.FromMinutes(15), TimeSpan.FromDays(30), CancellationToken.None);
        Assert.Equal(AnswerOutcome.Decided, result.Outcome);
    }

    // Lists may be asked for again under another configuration.
    private static async Task<JsonElement> NextCallAsync(FakeWrapper wrapper)
    {
        while (true)
        {
            var heard = await wrapper.ChildHearsJsonAsync();
            if (heard.GetProperty("method").GetString() == "tools/call") return heard;
            await wrapper.ChildAnswersAsync(heard, """{"tools":[{"name":"work","inputSchema":{"type":"object"}}]}""");
        }
    }

    private static string? CodeOf(JsonElement answer) => answer.GetProperty("error").GetProperty("data").GetProperty("code").GetString();
}
