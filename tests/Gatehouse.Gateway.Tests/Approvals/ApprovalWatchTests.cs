using System.Text;
using Gatehouse.Administration;
using Gatehouse.Audit.Privacy;
using Gatehouse.Audit.Search;
using Gatehouse.Storage.Abstractions;
using Gatehouse.Storage.Tests.Contracts;

namespace Gatehouse.Gateway.Tests.Approvals;

/// <summary>Work of the watch over questions: what a run did not complete is done by a later one, and no part of it waits for another part.</summary>
[Trait("Requirement", "AZ-04")]
[Trait("NoRetry", "yes")]
public sealed class ApprovalWatchTests
{
    // The keys of the caller are gone. The store refuses to remove what they sealed, and the grant ends nevertheless.
    [Fact]
    public async Task ErasureThatTheStoreRefuses_EndsTheGrant_AndIsDoneByTheNextSweep()
    {
        FailingApprovals? failing = null;
        await using var asking = await GrantedAsync(one => failing = one);
        var row = Assert.Single(await asking.InStateAsync(ApprovalState.Granted));
        failing!.Failing = "erase";
        var (host, watch) = (asking.Gateway.Host, asking.Gateway.Host.Core.Services.ApprovalWatch);
        var alice = new EntryOwner(host.Development!.TrustedIssuer.Profile.Issuer, "alice");
        await host.Core.Services.Erasure.EraseAsync(alice, new PersonLookup(true, true));
        await watch.SettledAsync();
        Assert.Equal(["approval.asked", "approval.answered", "approval.closed"], asking.Acts());
        failing.Failing = "expire";
        watch.Sweep();
        await watch.SettledAsync();
        failing.Failing = "";
        var shown = (await asking.Book.Reader.ShowAsync(row.Id, CancellationToken.None))!.Value;
        Assert.Equal((ApprovalState.Closed, 0), (shown.Row.State, shown.Row.Sealed.Length));
    }

    [Fact]
    public async Task RevocationWhoseRunFailed_EndsTheGrantWithTheNextSweep_AlsoIfThatSweepFails()
    {
        FailingApprovals? failing = null;
        await using var asking = await GrantedAsync(one => failing = one);
        var watch = asking.Gateway.Host.Core.Services.ApprovalWatch;
        failing!.Failing = "list";
        await asking.Gateway.Host.Revocations.RevokeSubjectAsync("https://login.example", "carol", "left");
        await watch.SettledAsync();
        failing.Failing = "expire";
        Assert.Single(await asking.InStateAsync(ApprovalState.Granted));
        watch.Sweep();
        await watch.SettledAsync();
        Assert.Empty(await asking.InStateAsync(ApprovalState.Granted));
        Assert.Equal(["approval.asked", "approval.answered", "approval.closed"], asking.Acts());
    }

    // A row that a later build stored, before the way back to this one.
    [Fact]
    public async Task QuestionOfAnotherBuild_KeepsNoOtherFromBeingListed()
    {
        await using var asking = await GrantedAsync(static _ => { });
        var (services, row) = (asking.Gateway.Host.Core.Services, Assert.Single(await asking.InStateAsync(ApprovalState.Granted)));
        const string other = "apr-0000000000";
        byte[] plain = [0, 0, 0, 2, (byte)'{', (byte)'}']; // the length of the facts, and facts without a member
        var box = Encoding.UTF8.GetBytes(services.PayloadBoxes.Seal(new SubjectOwner("https://login.example", "ada"), row.At, other, plain));
        var added = row with { Id = other, Digest = new byte[32], State = ApprovalState.Open, IsNoted = false, Sealed = box };
        Assert.Equal(ApprovalAdding.Added, await services.Store.Approvals.AddAsync(added, new ApprovalBounds(100, 100, 1 << 30, 1 << 30)));
        var listed = await asking.Book.Reader.ListAsync(
            null, null, 10, static _ => true, static (one, facts) => Task.FromResult((Row: one, Facts: facts)), CancellationToken.None);
        Assert.NotNull(Assert.Single(listed, one => one.Row.Id == row.Id).Facts);
        Assert.Null(Assert.Single(listed, one => one.Row.Id == other).Facts);
    }

    private static async Task<AskingGateway> GrantedAsync(Action<FailingApprovals> made)
    {
        var asking = await AskingGateway.StartAsync(
            change: static settings => settings with { Approvals = settings.Approvals with { Hold = TimeSpan.Zero } },
            around: store =>
            {
                var failing = new FailingApprovals(store.Approvals);
                made(failing);
                return new FaultyStore(store) { Approvals = failing };
            });
        await (await asking.BeginAsync()).AskAsync("tools/call", AskingGateway.Echo(), "echo");
        await asking.AnswerAsync(await asking.OpenAsync());
        return asking;
    }
}
