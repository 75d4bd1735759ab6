using Gatehouse.Configuration;
using Gatehouse.Gateway.Tests.Containment;
using Gatehouse.Identity.Revocations;
using Gatehouse.Policy.Conditions;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using Gatehouse.Settings;
using Gatehouse.Storage.Abstractions;
using Gatehouse.Storage.Tests.Contracts;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Approvals;

/// <summary>What a grant is worth when something about the person who gave it changes.</summary>
[Trait("Requirement", "AZ-04")]
public sealed class ApproverChangeTests
{
    // Threat: the digest of a person changes with the key ring, and one person grants twice.
    [Fact]
    public async Task RotationOfTheKeyRing_MakesNoSecondPerson()
    {
        await using var asking = await AskingGateway.StartAsync(change: NoHold, terms: new ApprovalTerms { Approvers = 2 });
        await (await asking.BeginAsync()).AskAsync("tools/call", AskingGateway.Echo(), "echo");
        var row = await asking.OpenAsync();
        Assert.Equal(AnswerOutcome.Counted, (await asking.AnswerAsync(row)).Outcome);
        asking.Gateway.Host.Core.Services.Keys.Rotate();
        Assert.Equal(AnswerOutcome.SamePerson, (await asking.AnswerAsync(row)).Outcome);
        Assert.Equal(AnswerOutcome.Decided, (await asking.AnswerAsync(row, person: "dora")).Outcome);
    }

    // Threat: the process ends between the revocation and the run that closes grants.
    [Fact]
    public async Task RevocationWhileNoProcessRuns_VoidsTheGrant()
    {
        var data = new TemporaryStore();
        GatewaySettings? same = null;
        await using (var first = await AskingGateway.StartAsync(data, change: settings => same = NoHold(settings), keepState: true))
        {
            await (await first.BeginAsync()).AskAsync("tools/call", AskingGateway.Echo(), "echo");
            await first.AnswerAsync(await first.OpenAsync());
        }

        await data.Open(TimeProvider.System).Revocations.AddAsync(Revoked("carol"));
        await using var second = await AskingGateway.StartAsync(data, change: _ => same!);
        Assert.Empty(await second.InStateAsync(ApprovalState.Granted));
        Assert.Equal("approval.closed", second.Acts()[^1]);
    }

    // Threat: the run that closes grants fails once, and the revocation is never looked at again.
    [Fact]
    public async Task RevocationWhoseRunFailed_VoidsTheGrantAtTheUse_AndTheNextSweepClosesIt()
    {
        FailingApprovals? failing = null;
        await using var asking = await AskingGateway.StartAsync(change: NoHold, around: store =>
            new FaultyStore(store) { Approvals = failing = new FailingApprovals(store.Approvals) });
        var services = asking.Gateway.Host.Core.Services;
        var era = await asking.BeginAsync();
        await era.AskAsync("tools/call", AskingGateway.Echo(), "echo");
        await era.AskAsync("tools/call", AskingGateway.Echo("{\"amount\":20}"), "echo");
        foreach (var row in await asking.InStateAsync(ApprovalState.Open)) await asking.AnswerAsync(row);
        failing!.Failing = "list";
        await asking.Gateway.Host.Revocations.RevokeSubjectAsync("https://login.example", "carol", "left");
        await services.ApprovalWatch.SettledAsync();
        failing.Failing = "";
        Assert.Equal(2, (await asking.InStateAsync(ApprovalState.Granted)).Count);
        Assert.Equal("GH4206", await AskingGateway.CodeAsync(era.AskAsync("tools/call", AskingGateway.Echo(), "echo")));
        services.ApprovalWatch.Sweep();
        await services.ApprovalWatch.SettledAsync();
        Assert.Empty(await asking.InStateAsync(ApprovalState.Granted));
        Assert.Empty(asking.Forwarded);
    }

    // Threat: a client that holds the tokens of approvers grants calls, and its grants outlive its containment.
    [Fact]
    public async Task ContainmentOfTheClientByWhichAPersonAnswered_VoidsTheGrant()
    {
        await using var asking = await AskingGateway.StartAsync(change: NoHold);
        await (await asking.BeginAsync()).AskAsync("tools/call", AskingGateway.Echo(), "echo");
        var (approver, id) = (new ApproverDesk(asking.Gateway), (await asking.OpenAsync()).Id);
        await approver.AnswerAsync(await approver.ShownAsync(id, "carol", "bot"), "carol", client: "bot");
        var desk = new ContainmentDesk(asking.Gateway);
        var made = await desk.TryContainAsync(desk.Of("client", "bot"));
        Assert.Null(made.Refusal?.Why);
        Assert.Equal(1, made.Result!.Impact.Grants);
        Assert.Empty(await asking.InStateAsync(ApprovalState.Granted));
    }

    [Theory]
    [InlineData("agent", null)]
    [InlineData("desk", "GH4206")]
    public async Task ForbidAboutAClient_VoidsTheGrantsByThatClientOnly(string client, string? code)
    {
        ConfigurationResult? next = null;
        await using var asking = await AskingGateway.StartAsync(reload: () => next!, change: NoHold);
        var era = await asking.BeginAsync();
        await era.AskAsync("tools/call", AskingGateway.Echo(), "echo");
        await new ApproverDesk(asking.Gateway).LookAndAnswerAsync((await asking.OpenAsync()).Id, "carol");
        var forbid = AskingGateway.Approvers with { Id = "not-by", Forbids = true, Who = new WhoClause { Clients = new NameSet([client]) } };
        var settings = asking.Gateway.Host.Snapshots.Current.Settings with { Rules = [AskingGateway.Calls, AskingGateway.Approvers, forbid] };
        next = new ConfigurationResult { Faults = [], SourcePath = "f", Settings = settings };
        Assert.Empty(await asking.Gateway.Host.ReloadAsync());
        var answer = await era.AskAsync("tools/call", AskingGateway.Echo(), "echo");
        Assert.Equal(code, answer.TryGetProperty("error", out var error) ? error.GetProperty("data").GetProperty("code").GetString() : null);
    }

    [Fact]
    public async Task PermitWithATime_LetsAPersonAnswer_InThatTimeOnly()
    {
        var clock = new ManualTimeProvider(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
        var hours = new TimeCondition { From = new TimeOnly(8, 0), Until = new TimeOnly(18, 0) };
        await using var asking = await AskingGateway.StartAsync(
            time: clock, change: NoHold,
            rules: [AskingGateway.Calls with { Obligations = [Obligation.ForApproval(new ApprovalTerms { Expires = TimeSpan.FromHours(24) })] },
                AskingGateway.Approvers with { When = [hours] }]);
        await (await asking.BeginAsync()).AskAsync("tools/call", AskingGateway.Echo(), "echo");
        var (desk, id) = (new ApproverDesk(asking.Gateway), (await asking.OpenAsync()).Id);
        clock.Advance(TimeSpan.FromHours(8));
        Assert.Equal("no-approval-right", (await desk.ShowAsync(id, "carol")).Refusal?.Why);
        clock.Advance(TimeSpan.FromHours(13));
        Assert.True((await desk.LookAndAnswerAsync(id, "carol")).Result!.IsDecided);
    }

    // The answer is stored while its entry could not be written. The call must not wait to its end for it.
    [Fact]
    public async Task AnswerWhoseEntryFollows_ReleasesTheCallThatWaits()
    {
        FailingApprovals? failing = null;
        await using var asking = await AskingGateway.StartAsync(around: store =>
            new FaultyStore(store) { Approvals = failing = new FailingApprovals(store.Approvals) });
        var call = (await asking.BeginAsync()).AskAsync("tools/call", AskingGateway.Echo(), "echo");
        await asking.HeldAsync();
        var row = await asking.OpenAsync();
        failing!.Failing = "note-answer";
        await Assert.ThrowsAsync<StoreException>(() => asking.AnswerAsync(row, grants: false));
        failing.Failing = "";
        asking.Gateway.Host.Core.Services.ApprovalWatch.Sweep();
        Assert.Equal("GH4201", await AskingGateway.CodeAsync(call));
    }

    private static RevocationRow Revoked(string subject) => new(
        nameof(RevocationKind.Subject), "https://login.example", subject, DateTimeOffset.UtcNow.AddMinutes(1), DateTimeOffset.MaxValue);

    private static GatewaySettings NoHold(GatewaySettings settings) => settings with { Approvals = settings.Approvals with { Hold = TimeSpan.Zero } };
}
