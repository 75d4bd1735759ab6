using System.Security.Cryptography;
using Gatehouse.Audit.Tree.Notes;
using Gatehouse.Audit.Verification;

namespace Gatehouse.Audit.Tests.Verification;

/// <summary>A log that was given another name is not silently outside the verdict.</summary>
[Trait("Requirement", "AU-02")]
public sealed class FolderNamesTests : IDisposable
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

    // Threat: the newest log is renamed, and the older one is vouched for as if it were all.
    [Theory]
    [InlineData("old-2")]
    [InlineData("log-2")]
    [InlineData("log-0002.bak")]
    [InlineData(".log-0002")]
    public void LogWithAnotherName_IsAFinding(string name)
    {
        var kept = folder.Add(20, 20, signer).Checkpoint(20).ToBytes();
        var second = folder.Add(10, 10, next);
        Directory.Move(second.Path, Path.Join(folder.Path, name));
        var request = new VerificationRequest { Keys = [signer.Key], Outside = [new OutsideCheckpoint("kept", kept)] };
        var report = AuditLogVerifier.Verify(folder.Path, request);
        var finding = Assert.Single(report.Findings);
        Assert.Equal((AuditFindingKind.UnknownName, Path.Join(folder.Path, name)), (finding.Kind, finding.File));
        Assert.Contains("a checkpoint of the log example.com/audit/2", finding.Detail, StringComparison.Ordinal);
        Assert.False(report.IsVouched);
    }

    [Fact]
    public void FilesFoldersAndLinks_ThatBelongToNoLog_AreFindings()
    {
        folder.Add(20, 20, signer);
        File.WriteAllText(At("notes.txt"), "x");
        Directory.CreateDirectory(At("empty"));
        File.CreateSymbolicLink(At("link"), "/nowhere");
        Directory.CreateDirectory(At("lost+found")).CreateSubdirectory("log-0002");
        Directory.CreateDirectory(At("lock"));
        Assert.Equal(["empty", "link", "lock", "lost+found", "notes.txt"], Unknown());
    }

    [Fact]
    public void FilesOfTheWriterAndOfTheVolume_AreKnown()
    {
        folder.Add(20, 20, signer);
        File.WriteAllText(At("lock"), "");
        File.WriteAllText(At("audit-0000000001.jsonl.unfinished"), "x");
        Directory.CreateDirectory(At("lost+found"));
        Assert.Empty(Unknown());
    }

    private List<string> Unknown() => [.. AuditLogVerifier.Verify(folder.Path).Findings.Where(finding => finding.Kind == AuditFindingKind.UnknownName)
        .Select(finding => Path.GetFileName(finding.File)!)];

    private string At(string name) => Path.Join(folder.Path, name);

    private static NoteSigner Signer(string name) => NoteSigner.Ecdsa(name, ECDsa.Create(ECCurve.NamedCurves.nistP256));
}
