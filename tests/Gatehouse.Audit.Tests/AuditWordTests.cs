namespace Gatehouse.Audit.Tests;

/// <summary>The words of parts are on disk: each value has its own, and none changes by an edit of an enumeration.</summary>
public sealed class AuditWordTests
{
    [Theory]
    [InlineData(AuditPartKind.Authentication, "authentication")]
    [InlineData(AuditPartKind.Decision, "decision")]
    [InlineData(AuditPartKind.Detection, "detection")]
    [InlineData(AuditPartKind.Approval, "approval")]
    [InlineData(AuditPartKind.Limit, "limit")]
    [InlineData(AuditPartKind.Change, "change")]
    [InlineData(AuditPartKind.Definition, "definition")]
    [InlineData(AuditPartKind.Forward, "forward")]
    [InlineData(AuditPartKind.Rule, "rule")]
    public void AKind_HasItsWord(AuditPartKind kind, string word)
    {
        Assert.Equal(word, AuditPartKinds.Text(kind));
        Assert.True(AuditPartKinds.TryParse(word, out var read));
        Assert.Equal(kind, read);
    }

    [Theory]
    [InlineData(AuditOutcome.Pass, "pass")]
    [InlineData(AuditOutcome.Permit, "permit")]
    [InlineData(AuditOutcome.Deny, "deny")]
    [InlineData(AuditOutcome.Drop, "drop")]
    [InlineData(AuditOutcome.Gap, "gap")]
    [InlineData(AuditOutcome.Join, "join")]
    [InlineData(AuditOutcome.Warn, "warn")]
    [InlineData(AuditOutcome.Removed, "removed")]
    [InlineData(AuditOutcome.Replaced, "replaced")]
    [InlineData(AuditOutcome.Restored, "restored")]
    [InlineData(AuditOutcome.Inserted, "inserted")]
    [InlineData(AuditOutcome.Failed, "failed")]
    [InlineData(AuditOutcome.Fault, "fault")]
    [InlineData(AuditOutcome.List, "list")]
    [InlineData(AuditOutcome.Block, "block")]
    [InlineData(AuditOutcome.Ask, "ask")]
    [InlineData(AuditOutcome.InForce, "in-force")]
    [InlineData(AuditOutcome.Withheld, "withheld")]
    public void AnOutcome_HasItsWord(AuditOutcome outcome, string word)
    {
        Assert.Equal(word, AuditOutcomes.Text(outcome));
        Assert.True(AuditOutcomes.TryParse(word, out var read));
        Assert.Equal(outcome, read);
    }

    [Fact]
    public void EveryValue_HasAWord()
    {
        foreach (var kind in Enum.GetValues<AuditPartKind>()) Assert.NotEmpty(AuditPartKinds.Text(kind));
        foreach (var outcome in Enum.GetValues<AuditOutcome>()) Assert.NotEmpty(AuditOutcomes.Text(outcome));
        Assert.False(AuditPartKinds.TryParse("proof", out _));
        Assert.False(AuditOutcomes.TryParse(null, out _));
    }
}
