using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gatehouse.Audit.Tree.Notes;
using Gatehouse.Audit.Verification;

namespace Gatehouse.Audit.Tests.Verification;

/// <summary>
/// A log that began because the one before it was damaged, rolled back or lost is vouched for only with evidence from elsewhere about that one.
/// </summary>
[Trait("Requirement", "AU-02")]
public sealed class SuccessionCheckTests : IDisposable
{
    private readonly EvidenceFolder folder = new();
    private readonly NoteSigner signer = Signer("example.com/audit/1");
    private readonly NoteSigner next = Signer("example.com/audit/2");

    public void Dispose()
    {
        folder.Dispose();
        signer.Dispose();
        next.Dispose();
    }

    // Threat: an operator puts an older copy of a log in its place and removes the record of what it published. All files agree with each other.
    [Theory]
    [InlineData("damaged", "was damaged")]
    [InlineData("rolled-back", "had fewer entries than it had published")]
    [InlineData("lost", "was gone")]
    [InlineData("replaced", "had another log in its place")]
    public void LogThatEndedWithoutItsWriter_IsAFinding(string reason, string words)
    {
        folder.Add(300, 300, signer);
        var second = folder.Add(10, 10, next, reason);
        var report = Verify(second.Checkpoint(10));
        var finding = Assert.Single(report.Findings);
        Assert.Equal((AuditFindingKind.Succession, "log-0002", 0, "reason"), (finding.Kind, finding.Log, finding.Index, finding.Field));
        Assert.StartsWith($"log-0002 began because the log before it (example.com/audit/1) {words}", finding.Detail, StringComparison.Ordinal);
        Assert.Contains("give a checkpoint of example.com/audit/1 of size 300 that was kept elsewhere", finding.Detail, StringComparison.Ordinal);
        Assert.False(report.IsVouched);
    }

    [Theory]
    [InlineData(300, true)]
    [InlineData(299, false)]
    public void CheckpointOfTheOldLogFromElsewhere_ExplainsIt_IfItHasTheSizeThatTheNewLogNames(int size, bool isExplained)
    {
        var first = folder.Add(300, 300, signer);
        var second = folder.Add(10, 10, next, "rolled-back");
        var report = Verify(second.Checkpoint(10), first.Checkpoint(size));
        Assert.Equal(isExplained, report.IsVouched);
        Assert.Equal(isExplained ? [] : [AuditFindingKind.Succession], report.Findings.Select(finding => finding.Kind));
        Assert.Equal(isExplained, report.Facts.Any(fact => fact.Contains("the checkpoint of size 300 in kept-1 matches it", StringComparison.Ordinal)));
    }

    [Fact]
    public void CheckpointThatNoGivenKeySigned_ExplainsNothing()
    {
        var first = folder.Add(300, 300, signer);
        var second = folder.Add(10, 10, next, "damaged");
        using var other = Signer("example.com/audit/1");
        var report = Verify(second.Checkpoint(10), first.Checkpoint(300, other));
        Assert.Contains(report.Findings, finding => finding.Kind == AuditFindingKind.Succession);
    }

    [Fact]
    public void LostKey_IsNoFinding()
    {
        folder.Add(300, 300, signer);
        Assert.True(Verify(folder.Add(10, 10, next, "key-lost").Checkpoint(10)).IsVouched);
    }

    // Threat: key and record of a log are lost, and another log is put in its place. The new log repeats what the files say.
    [Theory]
    [InlineData("record", false, true)]
    [InlineData("files", false, false)]
    [InlineData("files", true, true)]
    public void SizeAndRootThatCameFromFiles_StayAClaim_UntilACheckpointFromElsewhereShowsThem(string source, bool isShown, bool isVouched)
    {
        var first = folder.Add(300, 300, signer);
        var second = folder.Add(10, 10, next, "key-lost");
        var birth = JsonNode.Parse(second.Entries[0])!;
        birth["previousFrom"] = source;
        second.Entries[0] = JsonSerializer.SerializeToUtf8Bytes(birth);
        second.Write(10);
        var report = isShown ? Verify(second.Checkpoint(10), first.Checkpoint(300)) : Verify(second.Checkpoint(10));
        Assert.Empty(report.Findings);
        Assert.Equal(isVouched, report.Statements.Any(line => line.StartsWith("log-0001 (example.com/audit/1) has the size", StringComparison.Ordinal)));
        Assert.Equal(!isVouched, report.Statements.Any(line => line.StartsWith("Not vouched for: log-0001", StringComparison.Ordinal)));
    }

    [Fact]
    public void LogAfterALostOneWithoutAName_IsAFinding()
    {
        var log = folder.Add(10, 10, signer, "lost");
        var finding = Assert.Single(Verify(log.Checkpoint(10)).Findings);
        Assert.Equal(AuditFindingKind.Succession, finding.Kind);
        Assert.Contains("neither the files nor the log say what the log before it had published", finding.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void UnknownReason_IsAFinding()
    {
        var log = folder.Add(10, 10, signer, "tired");
        var finding = Assert.Single(Verify(log.Checkpoint(10)).Findings);
        Assert.Equal((AuditFindingKind.Word, "reason"), (finding.Kind, finding.Field));
    }

    // The log before is not in the folder of one log, so the report can only say what the log says.
    [Fact]
    public void FolderOfOneLog_StatesTheReason()
    {
        folder.Add(300, 300, signer);
        var second = folder.Add(10, 10, next, "rolled-back");
        var report = AuditLogVerifier.Verify(second.Path, Request(second.Checkpoint(10)) with { OneLog = true });
        Assert.True(report.IsVouched);
        Assert.Contains(report.Facts, fact => fact.StartsWith("log-0002 began because the log before it (example.com/audit/1) had fewer", StringComparison.Ordinal));
    }

    private AuditLogReport Verify(params SignedNote[] kept) => AuditLogVerifier.Verify(folder.Path, Request(kept));

    private VerificationRequest Request(params SignedNote[] kept) => new()
    {
        Keys = [signer.Key, next.Key],
        Outside = [.. kept.Select((note, at) => new OutsideCheckpoint($"kept-{at}", note.ToBytes()))],
    };

    private static NoteSigner Signer(string name) => NoteSigner.Ecdsa(name, ECDsa.Create(ECCurve.NamedCurves.nistP256));
}
