using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Gatehouse.Audit.Tree.Notes;
using Gatehouse.Audit.Verification;

namespace Gatehouse.Audit.Tests.Verification;

/// <summary>
/// Files of a terabyte that take no room: an archive of a few megabytes has them. The verifier ends, and says which file it is (CWE-400).
/// </summary>
[Trait("Requirement", "AU-02")]
public sealed class SparseFileTests : IDisposable
{
    private const long Terabyte = 1L << 40;

    private readonly EvidenceFolder folder = new();
    private readonly NoteSigner signer = NoteSigner.Ecdsa("example.com/audit", ECDsa.Create(ECCurve.NamedCurves.nistP256));

    public void Dispose()
    {
        folder.Dispose();
        signer.Dispose();
    }

    [Fact]
    public void ASegmentOfTheJournal_IsReadAsFarAsItsFrames_AndIsAFinding()
    {
        var log = folder.Add(20, 10, signer);
        Stretch(log.JournalFile(0));
        var report = Verify();
        var finding = Assert.Single(report.Findings);
        Assert.Equal((AuditFindingKind.Journal, log.JournalFile(0)), (finding.Kind, finding.File));
        Assert.Contains("longer than any that a writer makes", finding.Detail, StringComparison.Ordinal);
        Assert.Equal(10, Assert.Single(report.Logs).Pending);
    }

    [Fact]
    public void ASegmentOfTheJournalWithoutAHeader_IsAFinding()
    {
        var log = folder.Add(20, 10, signer);
        Stretch(log.File_("journal/0000000009.journal"));
        Assert.All(Verify().Findings, finding => Assert.Equal(AuditFindingKind.Journal, finding.Kind));
    }

    [Fact]
    public void AKeptRequest_IsNotTheOneThatItsEntryNames()
    {
        var log = folder.Add(5, 0, signer);
        var name = log.Keep("payload");
        log.Append(new JsonObject { ["act"] = "kept", ["payload"] = name }, "control", 3);
        log.Write(6);
        Stretch(log.File_($"payloads/{name[7..9]}/{name[7..]}"));
        Assert.Equal(AuditFindingKind.PayloadAltered, Assert.Single(Verify().Findings).Kind);
    }

    [Fact]
    public void ASegmentOfAnEarlierBuild_IsReadToItsZeros()
    {
        const string name = "audit-0000000001.jsonl";
        var segment = Path.Join(folder.Path, name);
        File.WriteAllText(segment, """{"v":2,"seq":1,"kind":"begun","id":"a","at":"2026-11-20T08:30:00Z","gen":1}""" + "\n");
        folder.Add(5, 5, signer, "first", name);
        Assert.Empty(Verify().Findings);
        Stretch(segment);
        Assert.Contains(Verify().Findings, finding => finding.Kind == AuditFindingKind.EarlierSegment);
    }

    private static void Stretch(string file)
    {
        using var stream = new FileStream(file, FileMode.OpenOrCreate);
        stream.SetLength(Terabyte);
    }

    private AuditLogReport Verify() => AuditLogVerifier.Verify(folder.Path, new VerificationRequest { Keys = [signer.Key] });
}
