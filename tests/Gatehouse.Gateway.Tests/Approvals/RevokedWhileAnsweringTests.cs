using Gatehouse.Administration;
using Gatehouse.Storage.Tests.Contracts;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Approvals;

/// <summary>
/// People who are revoked between the judgement of their token and the end of their answer, such as while the answer waits for the store or the log.
/// </summary>
[Trait("Requirement", "AZ-04")]
public sealed class RevokedWhileAnsweringTests
{
    // Threat: the row of the answer is later than the revocation, so that the revocation does not reach it: neither the grant nor what is remembered.
    [Theory]
    [InlineData("find", 2, false)] // the question is read in its turn, before the answer is stored
    [InlineData("find", 2, true)]
    [InlineData("answer", 1, true)]
    [InlineData("note-answer", 1, true)]
    public async Task AnswerOfAPersonWhoIsRevokedMeanwhile_PermitsNothing(string act, int time, bool isRemembered)
    {
        FailingApprovals? store = null;
        var clock = new ManualTimeProvider();
        await using var remembering = await RememberingGateway.StartAsync(
            time: clock, around: inner => new FaultyStore(inner) { Approvals = store = new FailingApprovals(inner.Approvals) });
        var host = remembering.Asking.Gateway.Host;
        Assert.Equal("GH4204", await remembering.CallAsync("/data/a"));
        var id = (await remembering.Asking.OpenAsync()).Id;
        var wish = isRemembered ? new RememberWish("/data", null) : null;
        var seen = await remembering.Desk.ShownAsync(id, "carol", wish: wish);
        store!.Before = async name =>
        {
            if (name != act || --time != 0) return;
            clock.Advance(TimeSpan.FromSeconds(2));
            await host.Revocations.RevokeSubjectAsync(host.Development!.TrustedIssuer.Profile.Issuer, "carol", "left");
            clock.Advance(TimeSpan.FromSeconds(2));
        };
        await remembering.Desk.AnswerAsync(seen, "carol", wish: wish);
        Assert.True(time <= 0);
        await host.Core.Services.ApprovalWatch.SettledAsync();
        if (isRemembered) Assert.Equal("GH4204", await remembering.CallAsync("/data/b"));
        Assert.Contains(await remembering.CallAsync("/data/a"), (string[])["GH4204", "GH4206"]); // a new question, or the end of the grant
        Assert.Empty(remembering.Asking.Forwarded);
    }
}
