using System.Security.Cryptography;
using Gatehouse.Audit.Tree.Notes;
using Gatehouse.Audit.Verification;
using Gatehouse.Audit.Verification.Logs;

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
    [InlineData("audit-0000000001.jsonl")]
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

    // The gateway passes over such a folder. Nothing vouches for a folder that has one.
    [Fact]
    public void FolderWithTheNameOfALog_ThatIsTooFarAhead_IsAFinding()
    {
        var kept = folder.Add(20, 20, signer).Checkpoint(20).ToBytes();
        Directory.CreateDirectory(At("log-999999998")).CreateSubdirectory("tile");
        var request = new VerificationRequest { Keys = [signer.Key], Outside = [new OutsideCheckpoint("kept", kept)] };
        var report = AuditLogVerifier.Verify(folder.Path, request);
        Assert.False(report.IsVouched);
        Assert.Contains(report.Findings, static finding => finding is { Log: "log-999999998", Kind: AuditFindingKind.UnknownName }
            && finding.Detail.Contains("no gateway continues or follows", StringComparison.Ordinal));
        Assert.All(report.Findings, static finding => Assert.Equal("log-999999998", finding.Log));
    }

    // Threat: the only log is renamed, and the folder looks like one that never had a log.
    [Fact]
    public void OnlyLogWithAnotherName_IsAFinding_AndOtherNamesThereAreNone()
    {
        var only = folder.Add(20, 20, signer);
        Directory.Move(only.Path, At("old"));
        File.WriteAllText(At("notes.txt"), "x");
        Directory.CreateDirectory(At("lost+found")).CreateSubdirectory("more");
        Assert.Equal(["old"], Unknown());
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
        Directory.CreateDirectory(At("lost+found"));
        Assert.Empty(Unknown());
    }

    // Threat: whoever can write the folder puts a log into a lost+found of the own account, and closes it to the account that verifies.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ClosedFolderOfAVolume_IsReported_AndIsAFindingUnlessItIsTheAdministrators(bool isOfAdministrator)
    {
        folder.Add(20, 20, signer);
        var closed = At("lost+found");
        Directory.CreateDirectory(closed);
        var (findings, facts) = (new FindingCollector(), new List<string>());
        new FolderNames(findings, facts)
        {
            List = path => path == closed ? throw new UnauthorizedAccessException("closed") : Directory.EnumerateFileSystemEntries(path),
            IsOfAdministrator = _ => isOfAdministrator,
        }.Check(folder.Path, hasLogs: true);
        if (isOfAdministrator)
        {
            Assert.Contains("was not checked", Assert.Single(facts), StringComparison.Ordinal);
            Assert.Empty(findings.Kept);
        }
        else
        {
            Assert.Equal((AuditFindingKind.UnknownName, closed), (findings.Kept.Single().Kind, findings.Kept.Single().File));
            Assert.Empty(facts);
        }
    }

    [Fact]
    public void OwnerOfAPath_IsReadFromTheSystem()
    {
        Assert.True(FileKind.IsOfRoot("/"));
        Assert.False(FileKind.IsOfRoot(At("nothing")));
    }

    private List<string> Unknown() => [.. AuditLogVerifier.Verify(folder.Path).Findings.Where(finding => finding.Kind == AuditFindingKind.UnknownName)
        .Select(finding => Path.GetFileName(finding.File)!)];

    private string At(string name) => Path.Join(folder.Path, name);

    private static NoteSigner Signer(string name) => NoteSigner.Ecdsa(name, ECDsa.Create(ECCurve.NamedCurves.nistP256));
}
