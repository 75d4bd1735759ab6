using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Gatehouse.Audit.Tree;
using Gatehouse.Audit.Tree.Notes;
using Gatehouse.Audit.Verification;
using Gatehouse.Audit.Verification.Logs;

namespace Gatehouse.Audit.Tests.Verification;

/// <summary>
/// Files of a terabyte that take no room: an archive of a few megabytes has them. The verifier ends, and says which file it is (CWE-400).
/// </summary>
[Trait("Requirement", "AU-02")]
public sealed class SparseFileTests : IDisposable
{
    private const long Terabyte = 1L << 40;
    private const long Largest = 4L << 30; // of a segment, so that it is searched to its end

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
        log.Append(new JsonObject { ["act"] = "kept", ["payload"] = name });
        log.Write(6);
        Stretch(log.File_($"payloads/{name[7..9]}/{name[7..]}"));
        Assert.Equal(AuditFindingKind.PayloadAltered, Assert.Single(Verify().Findings).Kind);
    }

    // Reads ask for the next byte that is there, and pass over what is not.
    [Fact]
    public void NextData_IsBehindTheHole_OrTheEndOfTheFile()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "holes are asked for on Linux");
        var file = Path.Join(folder.Path, "holes");
        using var stream = new FileStream(file, FileMode.CreateNew, FileAccess.ReadWrite);
        stream.SetLength(Largest);
        stream.Position = Largest / 2;
        stream.WriteByte(1);
        stream.Flush();
        Assert.InRange(SparseFile.NextData(stream.SafeFileHandle, 0), 1, Largest / 2);
        Assert.Equal(Largest / 2, SparseFile.NextData(stream.SafeFileHandle, Largest / 2));
        Assert.Equal(Largest, SparseFile.NextData(stream.SafeFileHandle, Largest - 1));
    }

    // Threat: a copy of a log with many sparse segments keeps the auditor's machine busy for minutes, and takes no room. Here 156 GiB of zeros.
    [Fact]
    public void ManySegmentsWithHoles_CostTheBytesThatAreThere()
    {
        var log = folder.Add(20, 10, signer);
        for (var number = 2; number <= 40; number++)
            Stretch(log.File_(string.Create(CultureInfo.InvariantCulture, $"journal/{number:D10}.journal")), Largest);
        Assert.Empty(Verify().Findings);
    }

    // The first bytes of a frame are zeros, and may be the last ones of a hole.
    [Theory]
    [InlineData(3L << 30)]
    [InlineData((3L << 30) - 1)]
    [InlineData((3L << 30) - 2)]
    [InlineData((1L << 20) - 10)]
    public void AWholeFrameBehindAHole_IsFound(long offset)
    {
        var log = folder.Add(20, 10, signer);
        byte[] frame = [.. new byte[JournalFormat.FrameBytes], .. log.Entries[^1]];
        JournalFormat.WritePrefix(frame, log.Entries[^1]);
        using (var stream = new FileStream(log.JournalFile(0), FileMode.Open))
        {
            stream.Position = offset;
            stream.Write(frame);
        }

        var finding = Assert.Single(Verify().Findings);
        Assert.Contains("whole frames follow it, and were not read", finding.Detail, StringComparison.Ordinal);
    }

    private static void Stretch(string file, long length = Terabyte)
    {
        using var stream = new FileStream(file, FileMode.OpenOrCreate);
        stream.SetLength(length);
    }

    private AuditLogReport Verify() => AuditLogVerifier.Verify(folder.Path, new VerificationRequest { Keys = [signer.Key] });
}
