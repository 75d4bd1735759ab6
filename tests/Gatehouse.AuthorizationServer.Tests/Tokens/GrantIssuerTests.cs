using Gatehouse.AuthorizationServer.SignIn;
using Gatehouse.AuthorizationServer.Tokens;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.AuthorizationServer.Tests.Tokens;

public sealed class GrantIssuerTests : IDisposable
{
    private readonly TokenBench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task OneConfirmation_GivesOneCode_AndNamesItsGrantWhenItComesAgain()
    {
        var confirmation = await bench.ConfirmationAsync();
        var issues = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => bench.IssueAsync(confirmation))));
        var issued = Assert.Single(issues, issue => issue.Outcome == CodeIssueOutcome.Issued);
        var expected = (CodeIssueOutcome.AlreadyConfirmed, issued.GrantId);
        Assert.All(issues.Except([issued]), issue => Assert.Equal(expected, (issue.Outcome, issue.GrantId)));
        Assert.Single(await bench.Grants.ListGrantsAsync("corp:alice", 10, bench.Clock.GetUtcNow(), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task AnUnknownOrOldConfirmation_GivesNoCode()
    {
        Assert.Equal(CodeIssueOutcome.Unknown, (await bench.IssueAsync(new byte[32])).Outcome);
        var confirmation = await bench.ConfirmationAsync();
        bench.Clock.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal(CodeIssueOutcome.Unknown, (await bench.IssueAsync(confirmation)).Outcome);
    }

    [Fact]
    public async Task AScopeThatTheProviderWithheld_IsNotGranted()
    {
        bench.Person = bench.Person with { Scopes = ["read", "admin"] };
        Assert.Equal("read", (await bench.SignInAsync())["scope"]);
        bench.Person = bench.Person with { Scopes = ["admin"] };
        Assert.Equal(CodeIssueOutcome.NoScope, (await bench.IssueAsync(await bench.ConfirmationAsync())).Outcome);
    }

    [Fact]
    public async Task AClientThatIsNamedLikeThePerson_GetsNothing() => Assert.Equal(
        CodeIssueOutcome.AmbiguousSubject,
        (await bench.IssueAsync(await bench.ConfirmationAsync(), request => request with { ClientId = "corp:alice" })).Outcome);

    [Fact]
    public async Task WithTooManyGrants_TheOldestEnds_AlsoInOpenStreams()
    {
        var first = await bench.SignInAsync();
        for (var count = 0; count < GrantIssuer.MostGrantsOfSubject; count++)
        {
            bench.Clock.Advance(TimeSpan.FromSeconds(1));
            await bench.CodeAsync();
        }

        Assert.Equal("invalid_grant", (await bench.RefreshAsync(first.Refresh)).Error);
        Assert.Single(bench.Ended);
        Assert.Empty(bench.Journal.Alarms);
    }

    [Fact]
    public async Task AnEndThatCannotBeRevoked_DoesNotStopTheCodeOfTheNewGrant()
    {
        var first = await bench.SignInAsync();
        bench.IsRevocationFull = true;
        for (var count = 0; count < GrantIssuer.MostGrantsOfSubject; count++)
        {
            bench.Clock.Advance(TimeSpan.FromSeconds(1));
            await bench.CodeAsync();
        }

        Assert.Equal(200, (await bench.RedeemAsync(await bench.CodeAsync())).Status);
        Assert.Equal("invalid_grant", (await bench.RefreshAsync(first.Refresh)).Error);
        Assert.Contains(bench.Journal.Acts, act => act.StartsWith("oauth.grant.end.unrevoked ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ACodeOrTheProvidersTokens_AreNotReadableInTheRows()
    {
        var code = await bench.CodeAsync();
        var found = await bench.Grants.FindCredentialAsync(
            CredentialKind.AuthorizationCode, CredentialText.Digest(code), bench.Clock.GetUtcNow(), TestContext.Current.CancellationToken);
        var rows = System.Text.Encoding.Latin1.GetString([.. found!.Value.Grant!.Sealed.Span, .. found.Value.Credential.Sealed.Span]);
        Assert.DoesNotContain("token of the provider", rows, StringComparison.Ordinal);
        Assert.DoesNotContain(code[4..], rows, StringComparison.Ordinal);
    }
}
