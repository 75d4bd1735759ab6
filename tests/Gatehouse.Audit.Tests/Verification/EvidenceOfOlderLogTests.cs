using System.Security.Cryptography;
using Gatehouse.Audit.Tree.Notes;
using Gatehouse.Audit.Verification;

namespace Gatehouse.Audit.Tests.Verification;

/// <summary>
/// The report says to which log each outside checkpoint and each key belongs. An auditor of a log that ended must neither take its checkpoint for
/// one of the log after it, nor find it without effect and without a reason.
/// </summary>
[Trait("Requirement", "AU-02")]
public sealed class EvidenceOfOlderLogTests : IDisposable
{
    private readonly EvidenceFolder folder = new();
    private readonly NoteSigner signer = Signer("example.com/audit/1");
    private readonly NoteSigner next = Signer("example.com/audit/2");
    private readonly BuiltLog first;
    private readonly BuiltLog second;

    public EvidenceOfOlderLogTests() => (first, second) = (folder.Add(300, 300, signer), folder.Add(10, 10, next, "key-lost"));

    public void Dispose()
    {
        folder.Dispose();
        signer.Dispose();
        next.Dispose();
    }

    [Fact]
    public void CheckpointOfALogThatEnded_VouchesForThatLog_AndNotForTheFolder()
    {
        var report = Verify([signer, next], first.Checkpoint(200));
        Assert.Empty(report.Findings);
        Assert.False(report.IsVouched);
        Assert.Equal(
        [
            "Nothing was found. log-0002, the newest log here, is not vouched for, and the exit code is about that log.",
            "No outside checkpoint that a given key signed is of log-0002 with at least one entry. Give one with --checkpoint. "
                + $"To have only log-0001 vouched for, give its folder {first.Path}.",
            "Vouched: entries 0 to 199 of log-0001 (example.com/audit/1), since the checkpoint of size 200 in kept-0. "
                + "That checkpoint does not cover its entries 200 to 299.",
            "The given key of example.com/audit/1 signed the checkpoint of log-0001.",
            "The given key of example.com/audit/2 signed the checkpoint of log-0002.",
        ], report.Statements);
    }

    [Fact]
    public void FolderThatTheReportNames_IsVouchedFor_WithTheOldKeyOnly()
    {
        var report = Verify([signer], [first.Checkpoint(200)], first.Path);
        Assert.True(report.IsVouched);
        Assert.StartsWith("Vouched: entries 0 to 299 of log-0001", report.Statements[0], StringComparison.Ordinal);
        Assert.DoesNotContain(report.Statements, statement => statement.Contains("given key", StringComparison.Ordinal));
    }

    [Fact]
    public void CheckpointsOfBothLogs_AreEachNamedWithTheirLog()
    {
        var report = Verify([signer, next], first.Checkpoint(300), second.Checkpoint(10), second.Checkpoint(4));
        Assert.True(report.IsVouched);
        Assert.StartsWith("Vouched: entries 0 to 9 of log-0002 (example.com/audit/2), since the checkpoint of size 10 in kept-1.", report.Statements[0],
            StringComparison.Ordinal);
        Assert.Contains("Vouched: entries 0 to 299 of log-0001 (example.com/audit/1), since the checkpoint of size 300 in kept-0.", report.Statements);
        Assert.Contains(report.Statements, statement => statement.StartsWith("Vouched: entries 0 to 3 of log-0002", StringComparison.Ordinal));
    }

    // After the loss of a key an auditor has the old one only, and the newer log cannot be checked with it.
    [Fact]
    public void OldKeyOnly_IsNamedWithItsLog_AndTheReportSaysHowToCheckThatLog()
    {
        var report = Verify([signer], first.Checkpoint(300));
        Assert.Contains(report.Findings, finding => finding is { Kind: AuditFindingKind.Signature, Log: "log-0002" });
        Assert.Contains("kept-0 is a checkpoint of size 300 of log-0001 (example.com/audit/1), and matches it. It vouches for nothing while there are "
            + $"findings. To check that log without the other ones, give its folder {first.Path}.", report.Statements);
        Assert.Contains("The given key of example.com/audit/1 signed the checkpoint of log-0001.", report.Statements);
        Assert.Contains("No key of log-0002 (example.com/audit/2) was given with --key. After the loss of a key each log has a key of its own. "
            + $"Repeat --key for each log, or give its folder {second.Path} with --one-log.", report.Statements);
    }

    [Fact]
    public void CheckpointOfNoLogHere_IsAFinding_ThatNamesTheLogsOfTheFolder()
    {
        using var other = Signer("example.com/other");
        var foreign = SignedNote.Sign(new Checkpoint("example.com/other", 3, first.Root(3)).ToText(), [other]);
        var report = Verify([signer, next, other], second.Checkpoint(10), foreign);
        var finding = Assert.Single(report.Findings);
        Assert.Equal((AuditFindingKind.UnknownLog, "kept-1"), (finding.Kind, finding.File));
        Assert.Equal("it is of the log example.com/other, which is not in this folder. "
            + "It has log-0001 (example.com/audit/1), log-0002 (example.com/audit/2)", finding.Detail);
        Assert.Contains("The given key of example.com/other is of no log in this folder.", report.Statements);
    }

    [Fact]
    public void RewrittenOlderLog_IsNamedInTheFinding_AndInTheSentenceAboutTheCheckpoint()
    {
        var foreign = SignedNote.Sign(new Checkpoint("example.com/audit/1", 200, first.Root(199)).ToText(), [signer]);
        var report = Verify([signer, next], second.Checkpoint(10), foreign);
        var finding = Assert.Single(report.Findings);
        Assert.Equal(AuditFindingKind.Rewritten, finding.Kind);
        Assert.StartsWith("the first 200 entries of log-0001 give another root", finding.Detail, StringComparison.Ordinal);
        Assert.Contains("kept-1 is a checkpoint of size 200 of log-0001 (example.com/audit/1), and does not match it.", report.Statements);
    }

    // The verdict on the newest log must not be contradicted by the sentence about its checkpoint.
    [Fact]
    public void FolderOfALogWithoutTheOneBeforeIt_IsNotSaidToBeVouchedFor()
    {
        var report = Verify([next], [second.Checkpoint(10)], second.Path);
        Assert.False(report.IsVouched);
        Assert.DoesNotContain(report.Statements, statement => statement.StartsWith("Vouched", StringComparison.Ordinal));
        Assert.Contains("kept-0 is a checkpoint of size 10 of log-0002 (example.com/audit/2), and matches it.", report.Statements);
    }

    private AuditLogReport Verify(NoteSigner[] keys, params SignedNote[] kept) => Verify(keys, kept, folder.Path);

    private static AuditLogReport Verify(NoteSigner[] keys, SignedNote[] kept, string path) => AuditLogVerifier.Verify(path, new VerificationRequest
    {
        Keys = [.. keys.Select(key => key.Key)],
        Outside = [.. kept.Select((note, at) => new OutsideCheckpoint($"kept-{at}", note.ToBytes()))],
    });

    private static NoteSigner Signer(string name) => NoteSigner.Ecdsa(name, ECDsa.Create(ECCurve.NamedCurves.nistP256));
}
