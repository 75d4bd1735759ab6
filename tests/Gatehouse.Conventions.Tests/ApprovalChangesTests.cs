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
    [Theory]
    [InlineData(ApprovalView.CallKind)]
    [InlineData(ApprovalView.AccessKind)]
    [InlineData(ApprovalView.ActKind)]
    public void AQuestionThatNewerOnesPushOutOfTheList_DidNotEnd(string kind)
    {
        var changes = new ApprovalChanges();
        changes.Next([One("old", "open", kind)], [], At);
        var flood = Enumerable.Range(0, 1000).Select(number => One($"new-{number}", "open", kind)).ToList();
        Assert.DoesNotContain(("old", "gone"), Of(changes.Next(flood, flood, At)));
        Assert.Equal(flood.Count, changes.Next([One("old", "open", kind)], [], At).Count); // those of the flood
        Assert.Empty(changes.Next([One("old", "open", kind)], [], At));
    }

    // The list of all has the questions of 30 days, so that it is long where few of them are open.
    [Fact]
    public void WhatEndsBesideALongHistory_IsGone_AndTheHistoryIsNotReadAgain()
    {
        var changes = new ApprovalChanges();
        changes.Next([One("definition-1", "open", ApprovalView.DefinitionKind), One("call-1", "open")], [], At);
        var history = Enumerable.Range(0, 1000).Select(number => One($"over-{number}", "spent")).ToList();
        Assert.True(changes.HasEnded([]));
        Assert.Equal([("definition-1", "gone"), ("call-1", "gone")], Of(changes.Next([], history, At)));
        Assert.False(changes.HasEnded([]));
    }

    // While more are open than are listed, a definition that ends is known to have ended, and an old question is not looked for each time.
    [Fact]
    public void BesideAFullList_DefinitionsEnd_AndOldQuestionsAreNotLookedFor()
    {
        var changes = new ApprovalChanges();
        changes.Next([One("definition-1", "open", ApprovalView.DefinitionKind), One("old", "open")], [], At);
        var flood = Enumerable.Range(0, 1000).Select(number => One($"new-{number}", "open") with { At = At.AddSeconds(1) }).ToList();
        Assert.Contains(("definition-1", "gone"), Of(changes.Next(flood, flood, At)));
        Assert.False(changes.HasEnded(flood));
    }

    private static List<(string Id, string Change)> Of(IReadOnlyList<ApprovalChange> changes) =>
        [.. changes.Select(static change => (change.Approval.Id, change.Change))];

    private static ApprovalView One(string id, string state, string kind = ApprovalView.CallKind) =>
        new() { Id = id, Kind = kind, State = state, At = At };
}
