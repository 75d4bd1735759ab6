using System.Security.Cryptography;
using Gatehouse.Audit.Tree.Notes;
using Gatehouse.Audit.Verification;

namespace Gatehouse.Audit.Tests.Verification;

/// <summary>Kept requests whose entries were never written, in a log that ended with the loss of its key.</summary>
[Trait("Requirement", "AU-02")]
public sealed class EndedLogPayloadTests : IDisposable
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

    [Fact]
    public void PayloadAheadOfAnEntryThatWasNeverWritten_IsAFact_OnceALaterLogNamesTheLog()
    {
        var log = folder.Add(5, 5, signer);
        PutAhead(log, log.Keep("ahead"));
        var second = folder.Add(3, 3, next, "key-lost");
        var report = AuditLogVerifier.Verify(folder.Path, new VerificationRequest
        {
            Keys = [signer.Key, next.Key],
            Outside = [new OutsideCheckpoint("kept", second.Checkpoint(3).ToBytes())],
        });
        Assert.Empty(report.Findings);
        Assert.True(report.IsVouched);
        Assert.Contains(report.Facts, fact => fact.StartsWith("log-0001: kept requests in payloads/new without an entry: 1.", StringComparison.Ordinal));
    }

    // It had an entry on stable storage once: only then does a payload get this name.
    [Fact]
    public void PayloadThatHadAnEntry_StaysAFinding()
    {
        folder.Add(5, 5, signer).Keep("named");
        folder.Add(3, 3, next, "key-lost");
        Assert.Equal(AuditFindingKind.PayloadUnnamed, Assert.Single(Findings()).Kind);
    }

    [Fact]
    public void PayloadAheadOfItsEntry_InALogThatNoLaterOneNames_IsAFinding()
    {
        using var third = Signer("example.com/audit/3");
        folder.Add(5, 5, signer);
        var second = folder.Add(3, 3, next, "key-lost");
        PutAhead(second, second.Keep("ahead"));
        var last = folder.Add(3, 3, third, "key-lost");
        last.Entries.RemoveAt(0);
        last.Entries.Insert(0, BuiltLog.Entry(1, new() { ["act"] = "log.birth", ["log"] = last.Origin, ["reason"] = "first" }));
        last.Write(3);
        Assert.Contains(Findings(), finding => finding is { Kind: AuditFindingKind.PayloadUnnamed, Log: "log-0002" });
    }

    private IReadOnlyList<AuditLogFinding> Findings() =>
        AuditLogVerifier.Verify(folder.Path, new VerificationRequest { Keys = [signer.Key, next.Key] }).Findings;

    private static void PutAhead(BuiltLog log, string payload)
    {
        var digest = payload["sha256:".Length..];
        Directory.CreateDirectory(log.File_("payloads/new"));
        File.Move(log.File_($"payloads/{digest[..2]}/{digest}"), log.File_($"payloads/new/{digest}"));
    }

    private static NoteSigner Signer(string name) => NoteSigner.Ecdsa(name, ECDsa.Create(ECCurve.NamedCurves.nistP256));
}
