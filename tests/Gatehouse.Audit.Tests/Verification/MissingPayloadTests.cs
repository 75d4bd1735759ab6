using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Gatehouse.Audit.Tree.Notes;
using Gatehouse.Audit.Verification;

namespace Gatehouse.Audit.Tests.Verification;

/// <summary>An entry excuses an absent kept request only where its key was destroyed, and what the verifier does not remember is counted.</summary>
[Trait("Requirement", "DP-03")]
public sealed class MissingPayloadTests : IDisposable
{
    private readonly EvidenceFolder folder = new();
    private readonly NoteSigner signer = NoteSigner.Ecdsa("example.com/audit", ECDsa.Create(ECCurve.NamedCurves.nistP256));

    public void Dispose()
    {
        folder.Dispose();
        signer.Dispose();
    }

    // Threat: a person deletes a kept request after an attempt of retention that failed, and destroyed nothing. The request is of 2026-11.
    [Theory]
    [InlineData("2026-12", true)]
    [InlineData("2026-11", false)]
    [InlineData("2026-12 failed:2026-12", false)]
    [InlineData("failed:2026-12", false)]
    [InlineData("2026-12 failed:2026-12 done:2026-12", true)]
    [InlineData("2026-12 failed:2026-12:2026-12", true)]
    [InlineData("2026-12 failed:2026-12:2026-11", false)]
    [InlineData("2026-12 failed:2026-12:2027-01", true)]
    [InlineData("2026-12 2027-01 failed:2027-01", true)]
    [InlineData("2026-12 failed:2026-12 2027-01 failed:2027-01", false)]
    [InlineData("2026-12 failed:2026-12 2027-01", true)]
    [InlineData("2026-12 2026-12 failed:2026-12", false)] // each start announces it again
    [InlineData("2026-12 2026-12 2026-12 failed:2026-12 2026-12 failed:2026-12", false)]
    [InlineData("2026-12 2026-12", true)]
    [InlineData("2026-12 2026-12 failed:2026-12 done:2026-12", true)]
    [InlineData("2026-12 2027-01 2027-01 failed:2027-01", true)]
    [InlineData("2026-12 other:2026-12", true)]
    [InlineData("other:2026-12", false)]
    public void AbsentRequest_IsExcusedByADestructionThatHappened_AndNotByOneThatFailed(string entries, bool isExcused)
    {
        var log = folder.Add(5, 0, signer);
        var name = log.Keep("payload");
        log.Append(new JsonObject { ["act"] = "kept", ["payload"] = name });
        foreach (var entry in entries.Split(' ')) log.Append(Retention(entry.Split(':')));
        log.Write(log.Entries.Count);
        File.Delete(log.File_($"payloads/{name[7..9]}/{name[7..]}"));
        var report = AuditLogVerifier.Verify(folder.Path, new VerificationRequest { Keys = [signer.Key] });
        if (isExcused) Assert.Empty(report.Findings);
        else Assert.Equal(AuditFindingKind.PayloadMissing, Assert.Single(report.Findings).Kind);
    }

    // The entries that were cut off may name the payload, and may say why the other one is not there. Each finding has to be true.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void OneDamagedBundle_IsOneFinding_AndNoPayloadIsJudgedByIt(bool isAbsent)
    {
        var log = folder.Add(300, 0, signer);
        var (erased, named) = (log.Keep("erased"), log.Keep("named later"));
        log.Append(new JsonObject { ["act"] = "kept", ["payload"] = erased });
        while (log.Entries.Count < 600) log.Append(new JsonObject { ["act"] = "reload" });
        log.Append(new JsonObject { ["act"] = "payload.erased", ["payload"] = erased });
        log.Append(new JsonObject { ["act"] = "kept", ["payload"] = named });
        while (log.Entries.Count < 1000) log.Append(new JsonObject { ["act"] = "reload" });
        log.Journal[0] = 900;
        log.Write(log.Entries.Count);
        File.Delete(log.File_($"payloads/{erased[7..9]}/{erased[7..]}"));
        var bundle = log.File_("tile/entries/002");
        if (isAbsent) File.Delete(bundle);
        else File.WriteAllBytes(bundle, File.ReadAllBytes(bundle)[..(2 + log.Entries[512].Length)]);
        var report = AuditLogVerifier.Verify(folder.Path, new VerificationRequest { Keys = [signer.Key] });
        var finding = Assert.Single(report.Findings);
        Assert.Equal(isAbsent ? AuditFindingKind.BundleMissing : AuditFindingKind.EntryMissing, finding.Kind);
        if (!isAbsent) Assert.Equal("the entries 513 to 767 are not in their bundle", finding.Detail);
        Assert.Contains("log-0001: kept requests that no entry here names: 1. Their entries may be archived, or could not be read, so they were not judged",
            report.Facts);
        Assert.Contains("kept requests that are not here, and were not judged: 1. Entries that are archived, absent or could not be read may say that they were "
            + "erased", report.Facts);
    }

    // Threat: a hostile log names payloads without end, and the verifier keeps all of them (CWE-770).
    [Theory]
    [InlineData(null, 3)]
    [InlineData("2026-12", 0)]
    [InlineData("2026-11", 3)]
    public void NamesBeyondTheBound_AreOneFinding_UnlessTheirTimeIsOver(string? until, int findings)
    {
        var found = new FindingCollector();
        var missing = new MissingPayloads(found, most: 2);
        for (var number = 0; number < 5; number++)
            missing.Add(default, string.Create(CultureInfo.InvariantCulture, $"sha256:{number}"), new DateTimeOffset(2026, 11, 20, 0, 0, 0, TimeSpan.Zero));
        if (until is not null) missing.Retained(System.Text.Json.JsonSerializer.SerializeToElement(Retention([until])));
        Assert.Empty(missing.End(isOneLog: false, isUpTo: false));
        Assert.Equal(findings, found.Kept.Count);
        if (findings > 0) Assert.StartsWith("further payloads that are not there: 3. The names of at most 2 are remembered", found.Kept[^1].Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void FilesBeyondTheBound_AreCountedAsNotCompared()
    {
        var log = folder.Add(5, 5, signer);
        for (var number = 0; number < 4; number++) log.Keep(string.Create(CultureInfo.InvariantCulture, $"payload{number}"));
        var findings = new FindingCollector();
        using var snapshot = Gatehouse.Audit.Verification.Logs.LogSnapshot.Open(log.Path, log.Name);
        var check = new PayloadCheck(snapshot, findings, new MissingPayloads(findings), most: 1);
        Assert.Equal(["log-0001: kept requests that were not compared with the entries: 3. At most 1 files are held to the entries"],
            check.End(hasUnread: false, isNewest: true, isSucceeded: false));
        Assert.Equal(AuditFindingKind.PayloadUnnamed, Assert.Single(findings.Kept).Kind);
    }

    [Fact]
    public void CallsBeyondTheBound_AreCountedAsNotCompared()
    {
        var findings = new FindingCollector();
        var pairs = new PairCheck(findings, most: 2);
        foreach (var id in (string[])["a", "b", "c", "b"]) pairs.Begun(default, id);
        Assert.Equal(AuditFindingKind.BegunTwice, Assert.Single(findings.Kept).Kind);
        Assert.Equal("calls that were not compared with their ends: 1. At most 2 calls without an end are remembered", pairs.End().First());
    }

    // Threat: files with names that come first hide the checkpoint that a witness cosigned.
    [Fact]
    public void CosignedFilesBeyondTheBound_AreAFact_AndOneIsReadByItsName()
    {
        using var witness = NoteSigner.Ecdsa("witness.example/w1", ECDsa.Create(ECCurve.NamedCurves.nistP256));
        var log = folder.Add(5, 5, signer);
        Directory.CreateDirectory(log.File_("cosigned"));
        for (var number = 0; number < 40; number++)
            File.WriteAllBytes(log.File_(string.Create(CultureInfo.InvariantCulture, $"cosigned/n{number:D2}")), log.Checkpoint(5).ToBytes());
        var request = new VerificationRequest { Keys = [signer.Key], Cosigners = [new WitnessKey(witness.Key, "Example Org")] };
        var report = AuditLogVerifier.Verify(folder.Path, request);
        Assert.Contains("log-0001: files in cosigned that were not read: 8. The first 32 by name are read. Give others with --checkpoint", report.Facts);
        using var snapshot = Gatehouse.Audit.Verification.Logs.LogSnapshot.Open(log.Path, log.Name);
        Assert.Equal(("n39", true), (snapshot.Cosigned("n39")!.Name, snapshot.Cosigned("n39")!.Note is not null));
        Assert.Null(snapshot.Cosigned("n40"));
    }

    // The outcome, the month of the attempt, and the month before which keys are destroyed nevertheless.
    private static JsonObject Retention(string[] parts)
    {
        var entry = new JsonObject { ["act"] = "audit.retention", ["class"] = parts is ["other", ..] ? "calls" : "payloads", ["until"] = parts.Length == 1 ? parts[0] : parts[1] };
        if (parts is ["failed" or "done", ..]) entry["outcome"] = parts[0];
        if (parts.Length == 3) entry["destroyed"] = parts[2];
        return entry;
    }
}
