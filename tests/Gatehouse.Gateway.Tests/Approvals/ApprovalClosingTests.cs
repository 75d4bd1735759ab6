using Gatehouse.Gateway.Tests.Access;
using Gatehouse.Storage.Abstractions;
using Gatehouse.Storage.Tests.Contracts;

namespace Gatehouse.Gateway.Tests.Approvals;

/// <summary>Questions that are answered while all of them are closed: whenever a grant comes, nothing of it stays (IR-01).</summary>
[Trait("Requirement", "AZ-04")]
public sealed class ApprovalClosingTests
{
    // The readings of a closing: rights, open questions, grants.
    [Theory]
    [InlineData("before the reading of rights")]
    [InlineData("before the reading of open questions")]
    [InlineData("after the reading of open questions")]
    [InlineData("before the reading of grants")]
    public async Task GrantOfACall_IsClosed_WheneverItComes(string moment)
    {
        FailingApprovals? store = null;
        await using var asking = await AskingGateway.StartAsync(
            change: static s => s with { Approvals = s.Approvals with { Hold = TimeSpan.Zero } },
            around: inner => new FaultyStore(inner) { Approvals = store = new FailingApprovals(inner.Approvals) });
        await (await asking.BeginAsync()).AskAsync("tools/call", AskingGateway.Echo(), "echo");
        var row = await asking.OpenAsync();
        var answer = AnswerOutcome.Unknown;
        var grant = Once(async () => answer = (await asking.AnswerAsync(row)).Outcome);
        store!.Before = BeforeReading(moment, grant);
        var closed = await asking.Book.Closing.CloseAsync(async (_, _, _) =>
        {
            if (moment == "after the reading of open questions") await grant();
            return "contained";
        }, CancellationToken.None);
        store.Before = static _ => Task.CompletedTask;
        var isLate = moment == "before the reading of grants";
        Assert.Equal(isLate ? AnswerOutcome.Over : AnswerOutcome.Decided, answer);
        Assert.Equal(isLate ? (1, 0) : (0, 1), (closed.Questions, closed.Grants));
        Assert.Equal(row.Id, Assert.Single(await asking.InStateAsync(ApprovalState.Closed)).Id);
    }

    // Threat: a right that is granted after the rights were read, and before the open questions are, is in neither reading.
    [Theory]
    [InlineData("before the reading of rights")]
    [InlineData("before the reading of open questions")]
    [InlineData("before the reading of grants")]
    public async Task GrantOfARight_IsClosed_WheneverItComes(string moment)
    {
        FailingApprovals? store = null;
        await using var gateway = await AccessGateway.StartAsync(
            around: inner => new FaultyStore(inner) { Approvals = store = new FailingApprovals(inner.Approvals) });
        var id = await gateway.AskAsync();
        var services = gateway.Gateway.Host.Core.Services;
        store!.Before = BeforeReading(moment, Once(() => gateway.LookAndAnswerAsync(id)));
        await services.ApprovalBook.Closing.CloseAsync(static (_, _, _) => ValueTask.FromResult<string?>("contained"), CancellationToken.None);
        store.Before = static _ => Task.CompletedTask;
        Assert.Empty(services.Access.All);
        Assert.Equal(ApprovalState.Closed, (await services.ApprovalBook.Reader.ShowAsync(id, CancellationToken.None))!.Value.Row.State);
        Assert.False(await AccessGateway.CallsAsync(await gateway.BeginAsync()));
    }

    private static Func<Task> Once(Func<Task> act)
    {
        var isDone = false;
        return () =>
        {
            if (isDone) return Task.CompletedTask;
            isDone = true;
            return act();
        };
    }

    private static Func<string, Task> BeforeReading(string moment, Func<Task> grant)
    {
        var readings = 0;
        var wanted = moment switch
        {
            "before the reading of rights" => 1,
            "before the reading of open questions" => 2,
            "before the reading of grants" => 3,
            _ => 0,
        };
        return act => act == "list" && ++readings == wanted ? grant() : Task.CompletedTask;
    }
}
