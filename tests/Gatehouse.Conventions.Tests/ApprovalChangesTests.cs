using Gatehouse.Administration;
using Gatehouse.Cli.ApprovalCommands;
using ApprovalChange = Gatehouse.Cli.ApprovalCommands.ApprovalChange;

namespace Gatehouse.Conventions.Tests;

/// <summary>The changes that <c>approval list --watch</c> reports between two readings.</summary>
public sealed class ApprovalChangesTests
{
    private static readonly DateTimeOffset At = DateTimeOffset.UnixEpoch;

    [Fact]
    public void QuestionsThatCome_ChangeAndEnd_AreReportedOnce()
    {
        var changes = new ApprovalChanges();
        Assert.Equal([("a", "open")], Of(changes.Next([One("a", "open")], [], At)));
        Assert.Empty(changes.Next([One("a", "open")], [], At));
        Assert.True(changes.HasEnded([]));
        Assert.Equal([("a", "spent"), ("b", "open")], Of(changes.Next([One("b", "open")], [One("a", "spent"), One("b", "open")], At)));
        Assert.Equal([("b", "gone")], Of(changes.Next([], [], At)));
    }

    // A host lists the newest 1,000. A flood of questions must not report that older ones ended, or begin again when the flood is over.
    [Fact]
    public void AQuestionThatNewerOnesPushOutOfTheList_DidNotEnd()
    {
        var changes = new ApprovalChanges();
        changes.Next([One("old", "open")], [], At);
        var flood = Enumerable.Range(0, 1000).Select(number => One($"new-{number}", "open")).ToList();
        Assert.DoesNotContain(("old", "gone"), Of(changes.Next(flood, flood, At)));
        Assert.Equal(flood.Count, changes.Next([One("old", "open")], [], At).Count); // those of the flood
        Assert.Empty(changes.Next([One("old", "open")], [], At));
    }

    private static List<(string Id, string Change)> Of(IReadOnlyList<ApprovalChange> changes) =>
        [.. changes.Select(static change => (change.Approval.Id, change.Change))];

    private static ApprovalView One(string id, string state) => new() { Id = id, Kind = "call", State = state };
}
