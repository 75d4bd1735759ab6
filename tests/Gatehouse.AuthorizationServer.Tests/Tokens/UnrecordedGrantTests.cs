using Gatehouse.AuthorizationServer.SignIn;
using Gatehouse.AuthorizationServer.Tokens;

namespace Gatehouse.AuthorizationServer.Tests.Tokens;

/// <summary>While the log cannot be written, nothing is granted, and what is withdrawn ends nevertheless.</summary>
[Trait("Requirement", "AU-06")]
public sealed class UnrecordedGrantTests : IDisposable
{
    private readonly TokenBench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task WithoutALog_NoTokenIsGiven_AndNothingIsSpent()
    {
        var (first, code) = (await bench.SignInAsync(), await bench.CodeAsync());
        bench.Journal.IsAvailable = false;
        Assert.Equal((503, "temporarily_unavailable"), await RefreshAsync());
        Assert.Equal(503, (await bench.RedeemAsync(code)).Status);
        bench.Journal.IsAvailable = true;
        Assert.Equal((200, null), await RefreshAsync());
        Assert.Equal(200, (await bench.RedeemAsync(code)).Status);

        async Task<(int, string?)> RefreshAsync() => await bench.RefreshAsync(first.Refresh) is var answer ? (answer.Status, answer.Error) : default;
    }

    [Fact]
    public async Task WithoutALog_ThereIsNoGrant()
    {
        var confirmation = await bench.ConfirmationAsync();
        bench.Journal.IsAvailable = false;
        Assert.Equal(CodeIssueOutcome.Unrecorded, (await bench.IssueAsync(confirmation)).Outcome);
        bench.Journal.IsAvailable = true;
        Assert.Equal(CodeIssueOutcome.Issued, (await bench.IssueAsync(confirmation)).Outcome);
    }

    [Fact]
    public async Task AGrantThatCouldNotBeRecorded_EndsBeforeItsCodeLeaves()
    {
        bench.Journal.IsDurable = false;
        var issue = await bench.IssueAsync(await bench.ConfirmationAsync());
        Assert.Equal((CodeIssueOutcome.Unrecorded, null, null), (issue.Outcome, issue.Code, issue.GrantId));
        Assert.Empty(await bench.Grants.ListGrantsAsync(null, 10, bench.Clock.GetUtcNow()));
    }

    [Fact]
    public async Task WithoutALog_AClientRevokesItsTokens()
    {
        var first = await bench.SignInAsync();
        bench.Journal.IsAvailable = bench.Journal.IsDurable = false;
        var answer = await TokenBench.SendAsync(bench.Revocation.AnswerAsync, [("token", first.Refresh), ("client_id", TokenBench.Public.Id)]);
        Assert.Equal(200, answer.Status);
        Assert.Single(bench.Ended);
    }

    [Fact]
    public async Task WithoutALog_AReusedTokenGetsNothing_AndEndsItsGrantAfterwards()
    {
        var first = await bench.SignInAsync();
        await bench.RefreshAsync(first.Refresh);
        bench.Clock.Advance(TimeSpan.FromMinutes(1));
        bench.Journal.IsAvailable = bench.Journal.IsDurable = false;
        Assert.Equal(503, (await bench.RefreshAsync(first.Refresh)).Status);
        Assert.Empty(bench.Journal.Alarms);
        bench.Journal.IsAvailable = bench.Journal.IsDurable = true;
        Assert.Equal("invalid_grant", (await bench.RefreshAsync(first.Refresh)).Error);
        Assert.Equal([GrantCauses.RefreshReuse], bench.Journal.Alarms);
        Assert.Single(bench.Ended);
    }
}
