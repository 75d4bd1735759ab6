using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Gatehouse.Audit.Tree;
using Gatehouse.Audit.Tree.Notes;
using Gatehouse.Audit.Verification;

namespace Gatehouse.Audit.Tests.Verification;

/// <summary>Each tampering of an evidence log is found and named: without the log's key from the files, with it by an outside checkpoint.</summary>
public sealed class EvidenceVerifierTests : IDisposable
{
    private const int Entries = 700;
    private const int Size = 690;

    private readonly EvidenceFolder folder = new();
    private readonly NoteSigner signer = Signer("example.com/audit");

    public void Dispose()
    {
        folder.Dispose();
        signer.Dispose();
    }

    [Theory]
    [InlineData(3, 0)]
    [InlineData(3, 3)]
    [InlineData(256, 256)]
    [InlineData(700, 690)]
    [InlineData(1030, 1025)]
    public void WholeLog_IsVouchedFor_OnlyWithAKeyAndAnOutsideCheckpoint(int entries, int size)
    {
        var log = folder.Add(entries, size, signer);
        var bare = Verify(null);
        Assert.Empty(bare.Findings);
        Assert.False(bare.IsVouched);
        Assert.Contains(bare.Statements, line => line.Contains("cannot be known", StringComparison.Ordinal));
        Assert.Contains(bare.Statements, line => line.Contains("No key", StringComparison.Ordinal));
        Assert.False(Verify(log, size).IsVouched && size == 0);
        if (size == 0) return;
        var whole = Verify(log, Math.Max(1, size / 2));
        Assert.Empty(whole.Findings);
        Assert.True(whole.IsVouched);
        Assert.Contains($"Vouched: entries 0 to {size - 1} of log-0001 (example.com/audit), since the checkpoint of size {Math.Max(1, size / 2)} in",
            whole.Statements[0], StringComparison.Ordinal);
        var report = Assert.Single(whole.Logs);
        Assert.Equal((size, size, entries - size, entries), (report.Size, report.Entries, report.Pending, whole.Entries));
        Assert.Equal([signer.Key.ToString()], report.SignedBy);
    }

    // Without the log's key: the files and the given key are enough.
    [Theory]
    [InlineData(0)]
    [InlineData(300)]
    [InlineData(Size - 1)]
    public void FlippedEntry_IsNamedWithItsFileAndRange(int index)
    {
        var log = Standard();
        var (file, offset) = Place(log, index);
        Flip(file, offset + 9);
        var finding = Assert.Single(Verify(log, 500).Findings, finding => finding.Kind == AuditFindingKind.EntryAltered);
        Assert.Equal((index, file, (long)offset, (long)log.Entries[index].Length),
            (finding.Index!.Value, finding.File, finding.Offset!.Value, finding.Length!.Value));
    }

    // The journal and the bundle agree: a damaged tile accuses neither.
    [Fact]
    public void FlippedTile_DoesNotAccuseTheJournal()
    {
        var log = Standard();
        Flip(log.File_("tile/0/001"), 44 * 32);
        Assert.All(Structure(log), static finding => Assert.Equal(AuditFindingKind.TileAltered, finding.Kind));
        Assert.NotEmpty(Structure(log));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(300)]
    [InlineData(Size - 1)]
    public void DroppedEntry_IsNamed(int index)
    {
        var log = Standard();
        Rewrite(log, index, entries => entries.RemoveAt(index % 256));
        Assert.Equal(index, Assert.Single(Structure(log), finding => finding.Kind == AuditFindingKind.EntryMissing).Index);
        Assert.Single(Structure(log));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(300)]
    [InlineData(Size - 1)]
    public void InsertedEntry_IsNamed(int index)
    {
        var log = Standard();
        Rewrite(log, index, entries => entries.Insert(index % 256, BuiltLog.Entry(9, new JsonObject { ["act"] = "new" })));
        var finding = Assert.Single(Structure(log));
        Assert.Equal((AuditFindingKind.EntryInserted, index), (finding.Kind, finding.Index));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(300, 400)]
    [InlineData(600, 689)]
    public void SwappedEntries_AreNamed(int one, int other)
    {
        var log = Standard();
        Rewrite(log, one, entries => (entries[one % 256], entries[other % 256]) = (entries[other % 256], entries[one % 256]));
        Assert.Equal([(AuditFindingKind.EntryMoved, one), (AuditFindingKind.EntryMoved, other)],
            Structure(log).Select(finding => (finding.Kind, (int)finding.Index!.Value)));
    }

    [Fact]
    public void LengthThatWasChanged_HidesNoOtherEntry()
    {
        var log = Standard();
        var (file, offset) = Place(log, 300);
        Flip(file, offset - 1);
        var finding = Assert.Single(Verify(log, 500).Findings);
        Assert.Equal((AuditFindingKind.EntryAltered, 300L, 2L), (finding.Kind, finding.Index, finding.Length));
    }

    [Fact]
    public void EntryAndItsHash_ChangedTogether_AreFoundByTheLevelAbove()
    {
        var log = Standard();
        var (file, offset) = Place(log, 300);
        Flip(file, offset + 9);
        var hash = MerkleTree.Leaf(File.ReadAllBytes(file).AsSpan(offset, log.Entries[300].Length));
        var tile = File.ReadAllBytes(log.File_("tile/0/001"));
        hash.Bytes.CopyTo(tile.AsSpan(44 * 32));
        File.WriteAllBytes(log.File_("tile/0/001"), tile);
        var findings = Structure(log);
        Assert.Contains(findings, finding => finding.Kind == AuditFindingKind.RootMismatch);
        Assert.Contains(findings, finding => finding is { Kind: AuditFindingKind.EntryAltered, Index: 256 });
        Assert.DoesNotContain(findings, finding => finding.Kind == AuditFindingKind.Rewritten);
    }

    [Fact]
    public void WholeTreeWrittenAgainWithoutTheKey_DoesNotGiveTheRoot()
    {
        var log = Standard();
        var checkpoint = File.ReadAllBytes(log.File_("checkpoint"));
        Change(log, 40);
        log.Write(Size);
        File.WriteAllBytes(log.File_("checkpoint"), checkpoint);
        Assert.Contains(Verify(null, signer).Findings, finding => finding.Kind == AuditFindingKind.RootMismatch);
    }

    // Threat: a client that fetches the replaced partial file gets other hashes. No proof of the log needs the file, and the finding says so.
    [Theory]
    [InlineData("tile/0/000.p/7", "tile/0/000", 7 * 32)]
    [InlineData("tile/entries/000.p/7", "tile/entries/000", 0)]
    public void PartialFileBesideItsFullOne_ThatHasOtherBytes_IsAFindingOfItsOwn(string partial, string full, int length)
    {
        var log = Standard();
        Directory.CreateDirectory(Path.GetDirectoryName(log.File_(partial))!);
        var bytes = File.ReadAllBytes(log.File_(full))[..(length == 0 ? log.Entries.Take(7).Sum(entry => entry.Length + 2) : length)];
        File.WriteAllBytes(log.File_(partial), bytes);
        Assert.Empty(Structure(log));
        byte[] flipped = [.. bytes[..^1], (byte)(bytes[^1] ^ 1)];
        foreach (var other in (byte[][])[bytes[..^1], [.. bytes, 0], new byte[bytes.Length], flipped, new byte[20 << 20]])
        {
            File.WriteAllBytes(log.File_(partial), other);
            var finding = Assert.Single(Structure(log));
            Assert.Equal((AuditFindingKind.PartialAltered, true), (finding.Kind, finding.File.EndsWith(partial, StringComparison.Ordinal)));
            Assert.False(Verify(log, 500).IsVouched);
        }

        // Where the full file is not right, or not there, the other one may be the only witness of what was there.
        File.WriteAllBytes(log.File_(partial), new byte[bytes.Length]);
        Flip(log.File_(full), 40);
        Assert.DoesNotContain(Structure(log), finding => finding.Kind == AuditFindingKind.PartialAltered);
        Assert.Contains(Structure(log), finding => finding.File.EndsWith(partial, StringComparison.Ordinal));
        File.Delete(log.File_(full));
        Assert.DoesNotContain(Structure(log), finding => finding.Kind == AuditFindingKind.PartialAltered);
        Assert.Contains(Structure(log), finding => finding.File.EndsWith(partial, StringComparison.Ordinal));
    }

    [Fact]
    public void PartialFileOfTheLastTile_ThatHasOtherBytes_IsAnAlteredTile()
    {
        var log = Standard();
        File.WriteAllBytes(log.File_("tile/0/002.p/9"), new byte[9 * 32]);
        var finding = Assert.Single(Structure(log));
        Assert.Equal((AuditFindingKind.TileAltered, 512), (finding.Kind, finding.Index));
    }

    [Fact]
    public void LinkWithTheNameOfAPartialFile_IsNamed()
    {
        if (OperatingSystem.IsWindows()) return;
        var log = Standard();
        Directory.CreateDirectory(log.File_("tile/0/000.p"));
        File.CreateSymbolicLink(log.File_("tile/0/000.p/7"), log.File_("tile/0/000"));
        Assert.Equal(AuditFindingKind.NotAFile, Assert.Single(Structure(log)).Kind);
    }

    [Fact]
    public void MissingFiles_AreNamed()
    {
        var log = folder.Add(1300, 1200, signer);
        File.Delete(log.File_("tile/entries/003"));
        File.Delete(log.File_("tile/0/000"));
        File.Delete(log.File_("tile/1/000.p/4"));
        var findings = Structure(log);
        Assert.Contains(findings, finding => finding is { Kind: AuditFindingKind.BundleMissing, Index: 768 });
        Assert.Contains(findings, finding => finding is { Kind: AuditFindingKind.TileMissing, Index: 0 });
        Assert.Contains(findings, finding => finding.Kind == AuditFindingKind.TileMissing && finding.File.EndsWith("tile/1/000.p/4", StringComparison.Ordinal));
    }

    // It names the log before this one: without it, that log could be gone without a trace.
    // The first entry is the right one in each case, so that no finding may say otherwise.
    [Theory]
    [InlineData("tile")]
    [InlineData("checkpoint")]
    public void TreeThatDoesNotGiveTheRoot_LeavesTheFirstEntryAlone(string damaged)
    {
        var log = Standard();
        if (damaged == "tile") File.Delete(log.File_("tile/0/000"));
        else File.WriteAllBytes(log.File_("checkpoint"), SignedNote.Sign(new Checkpoint(log.Origin, Size - 1, log.Root(Size)).ToText(), [signer]).ToBytes());
        var findings = Verify(log, 500).Findings;
        Assert.NotEmpty(findings);
        Assert.DoesNotContain(findings, finding => finding.Kind == AuditFindingKind.Chain);
    }

    // A range reads no tile of the first entry, so that no other check misses it.
    [Fact]
    public void RangeWithoutTheTileOfTheFirstEntry_SaysThatTheFirstEntryCannotBeCompared()
    {
        var log = Standard();
        File.Delete(log.File_("tile/0/000"));
        var finding = Assert.Single(Range(log, 600, 650).Findings);
        Assert.Equal(AuditFindingKind.Chain, finding.Kind);
        Assert.Contains("cannot be compared with the checkpoint", finding.Detail, StringComparison.Ordinal);
    }

    // The page for auditors advises a range where a part of the log is damaged.
    [Fact]
    public void RangeBesideADamagedEntry_IsVouchedFor()
    {
        var log = Standard();
        var (file, offset) = Place(log, 300);
        Flip(file, offset + 9);
        Assert.False(Verify(log, 500).IsVouched);
        Assert.True(Range(log, 512, 600).IsVouched);
    }

    [Fact]
    public void FirstBundleThatIsArchived_IsNotVouchedFor()
    {
        var log = Standard();
        log.Journal[0] = 600;
        log.Write(Size);
        File.Delete(log.File_("tile/entries/000"));
        var report = Verify(log, 500);
        Assert.False(report.IsVouched);
        Assert.Contains(report.Findings, finding => finding.Kind == AuditFindingKind.Chain && finding.Detail.Contains("put tile/entries/000 back", StringComparison.Ordinal));
    }

    [Fact]
    public void TruncationToAnOlderCheckpoint_IsFoundOnlyWithANewerOne()
    {
        var log = Standard();
        var newer = log.Checkpoint(Size).ToBytes();
        log.Entries.RemoveRange(400, Entries - 400);
        log.Write(400);
        Assert.Empty(Verify(null, signer).Findings);
        var finding = Assert.Single(Verify(newer, signer).Findings);
        Assert.Equal(AuditFindingKind.RolledBack, finding.Kind);
    }

    [Fact]
    public void OlderCheckpointPutBack_IsFoundFromTheJournal()
    {
        var log = Standard();
        log.Journal[0] = 600;
        log.Write(Size);
        File.WriteAllBytes(log.File_("checkpoint"), log.Checkpoint(400).ToBytes());
        var finding = Assert.Single(Verify(null, signer).Findings, finding => finding.Kind == AuditFindingKind.EntryMissing);
        Assert.Equal(400, finding.Index);
    }

    // With the log's key: only what was kept outside shows it.
    [Theory]
    [InlineData("rewrite")]
    [InlineData("truncate")]
    [InlineData("split")]
    public void HolderOfTheKey_IsFoundWithAnOutsideCheckpoint_AndNotWithoutOne(string act)
    {
        var log = Standard();
        var kept = log.Checkpoint(600).ToBytes();
        if (act == "rewrite") Change(log, 40);
        if (act == "truncate") log.Entries.RemoveRange(500, Entries - 500);
        if (act == "split") Change(log, 599);
        log.Write(Math.Min(Size, log.Entries.Count));
        var bare = Verify(null, signer);
        Assert.Empty(bare.Findings);
        Assert.False(bare.IsVouched);
        Assert.Contains(bare.Statements, line => line.Contains("It cannot be known whether the holder of the log's key", StringComparison.Ordinal));
        var finding = Assert.Single(Verify(kept, signer).Findings);
        Assert.Equal(act == "truncate" ? AuditFindingKind.RolledBack : AuditFindingKind.Rewritten, finding.Kind);
        Assert.False(Verify(kept, signer).IsVouched);
    }

    [Fact]
    public void EntryBehindTheOutsideCheckpoint_IsNotVouchedForByIt_AndTheReportSaysSo()
    {
        var log = Standard();
        var kept = log.Checkpoint(600).ToBytes();
        Change(log, 650);
        log.Write(Size);
        Assert.Contains(Verify(kept, signer).Statements, line => line.StartsWith("Entries 600 to 689 are signed by the log's key only.", StringComparison.Ordinal));
    }

    [Fact]
    public void ReplacedKey_IsFoundWithTheOldOne()
    {
        var log = Standard();
        using var other = Signer("example.com/audit");
        log.Write(Size, other);
        Assert.Empty(Verify(null).Findings);
        Assert.Equal([AuditFindingKind.KeyFile, AuditFindingKind.Signature],
            Verify(null, signer).Findings.Select(finding => finding.Kind).Order().Reverse());
    }

    [Fact]
    public void OutsideCheckpointOfAnotherLog_OrOfNobody_IsNoEvidence()
    {
        var log = Standard();
        using var other = Signer("example.com/other");
        using var same = Signer("example.com/audit");
        var foreign = SignedNote.Sign(new Checkpoint("example.com/other", 3, log.Root(3)).ToText(), [other]).ToBytes();
        Assert.Contains(Verify(foreign, signer, other).Findings, finding => finding.Kind == AuditFindingKind.UnknownLog);
        Assert.Equal(AuditFindingKind.OutsideCheckpoint, Assert.Single(Verify(log.Checkpoint(600, same).ToBytes(), signer).Findings).Kind);
        Assert.Equal(AuditFindingKind.OutsideCheckpoint, Assert.Single(Verify("nothing\n"u8.ToArray(), signer).Findings).Kind);
        var forged = Encoding.UTF8.GetBytes(log.Checkpoint(600).ToString().Replace("\n600\n", "\n500\n", StringComparison.Ordinal));
        Assert.Contains(Verify(forged, signer).Findings, finding => finding.Kind == AuditFindingKind.OutsideCheckpoint);
    }

    [Fact]
    public void Cosignature_IsAskedForAndChecked()
    {
        var log = Standard();
        using var witness = Cosigner.Ecdsa("witness.example/w", ECDsa.Create(ECCurve.NamedCurves.nistP256));
        var note = log.Checkpoint(600);
        var request = new VerificationRequest
        {
            Keys = [signer.Key],
            Cosigners = [new WitnessKey(witness.Key, "Example Org")],
            RequiresWitness = true,
            Outside = [new OutsideCheckpoint("kept", note.ToBytes())],
        };
        Assert.Equal(AuditFindingKind.Cosignature, Assert.Single(AuditLogVerifier.Verify(folder.Path, request).Findings).Kind);
        var report = AuditLogVerifier.Verify(folder.Path, request with { Outside = [new OutsideCheckpoint("kept", Cosigned(note, witness).ToBytes())] });
        Assert.True(report.IsVouched);
        Assert.Contains("kept was cosigned by witness.example/w (Example Org) at 2023-11-14T22:13:20Z", report.Facts);
        Assert.Contains(report.Statements, text => text.StartsWith("Witnesses: witness.example/w (Example Org).", StringComparison.Ordinal)
            && text.EndsWith("A witness on the operator's own machine proves nothing.", StringComparison.Ordinal));
        var wrong = note with { Signatures = [.. note.Signatures, witness.Sign("other\n", DateTimeOffset.UnixEpoch)] };
        Assert.All(AuditLogVerifier.Verify(folder.Path, request with { Outside = [new OutsideCheckpoint("kept", wrong.ToBytes())] }).Findings,
            finding => Assert.Equal(AuditFindingKind.Cosignature, finding.Kind));
    }

    [Fact]
    public void CosignedCheckpoint_BesideTheLog_CountsAsAnOutsideOne_ForAWitnessOfTheAuditor()
    {
        var log = Standard();
        using var witness = Cosigner.Ecdsa("witness.example/w", ECDsa.Create(ECCurve.NamedCurves.nistP256));
        using var other = Cosigner.Ecdsa("witness.example/w", ECDsa.Create(ECCurve.NamedCurves.nistP256));
        PutCosigned(log, "one", Cosigned(log.Checkpoint(600), witness));
        var request = new VerificationRequest { Keys = [signer.Key], Cosigners = [new WitnessKey(witness.Key, null)], RequiresWitness = true };
        var report = AuditLogVerifier.Verify(folder.Path, request);
        Assert.True(report.IsVouched, string.Join('\n', report.Statements));
        Assert.Contains(report.Statements, text => text.Contains(
            "since the checkpoint of size 600 in cosigned/one, cosigned by witness.example/w (operator not given) at 2023-11-14T22:13:20Z", StringComparison.Ordinal));
        // Without its key, or with the key of another one, the file proves nothing.
        Assert.False(AuditLogVerifier.Verify(folder.Path, request with { Cosigners = [], RequiresWitness = false }).IsVouched);
        var ofOther = request with { Cosigners = [new WitnessKey(other.Key, null)], RequiresWitness = false };
        Assert.False(AuditLogVerifier.Verify(folder.Path, ofOther).IsVouched);
        // The holder of the log's key writes history again: the witness did not cosign that.
        log.Entries[40] = BuiltLog.Entry(41, new() { ["act"] = "changed" });
        log.Write(700);
        PutCosigned(log, "one", Cosigned(log.Checkpoint(600), other));
        Assert.Equal(AuditFindingKind.Cosignature, Assert.Single(AuditLogVerifier.Verify(folder.Path, request).Findings).Kind);
    }

    // The witness refused this log; its cosignature of another log of the same operator is put beside it.
    [Fact]
    public void CosignatureOfAnotherLog_DoesNotSatisfy_WhoAsksForAWitness()
    {
        var log = Standard();
        using var witness = Cosigner.Ecdsa("witness.example/w", ECDsa.Create(ECCurve.NamedCurves.nistP256));
        using var older = NoteSigner.Ecdsa("log.example/older", ECDsa.Create(ECCurve.NamedCurves.nistP256));
        var ofOlder = Cosigned(SignedNote.Sign(new Checkpoint("log.example/older", 5, MerkleTree.Empty).ToText(), [older]), witness);
        PutCosigned(log, "one", ofOlder);
        var request = new VerificationRequest
        {
            Keys = [signer.Key, older.Key],
            Cosigners = [new WitnessKey(witness.Key, null)],
            RequiresWitness = true,
            Outside = [new OutsideCheckpoint("kept", log.Checkpoint(600).ToBytes())],
        };
        var report = AuditLogVerifier.Verify(folder.Path, request);
        Assert.Equal(AuditFindingKind.Cosignature, Assert.Single(report.Findings).Kind);
        Assert.False(report.IsVouched);
        Assert.Contains(report.Facts, fact => fact.Contains("is a checkpoint of the log log.example/older, and was not used", StringComparison.Ordinal));
        Assert.True(AuditLogVerifier.Verify(folder.Path, request with { RequiresWitness = false }).IsVouched);
    }

    // The word of such an entry says that kept requests were asked for: it is no name of one.
    [Theory]
    [InlineData("control.audit.show")]
    [InlineData("control.audit.person")]
    public void ReadingOfKeptRequests_IsNoFinding(string act)
    {
        var log = folder.Add(10, 10, signer);
        log.Append(new() { ["act"] = act, ["outcome"] = "done", ["payload"] = "true", ["purpose"] = "ticket 4711" });
        log.Write(11);
        Assert.Empty(Verify(log, 10).Findings);
        log.Append(new() { ["act"] = "payload.erased", ["payload"] = "true" });
        log.Write(12);
        Assert.Equal("payload", Assert.Single(Verify(log, 10).Findings).Field);
    }

    // The holder of both keys writes a log that has ended again, before the next log names it.
    [Fact]
    public void RewrittenOlderLog_IsFound_ByTheCheckpointThatAWitnessCosigned()
    {
        var older = Standard();
        using var witness = Cosigner.Ecdsa("witness.example/w", ECDsa.Create(ECCurve.NamedCurves.nistP256));
        using var next = Signer("log.example/next");
        var cosigned = Cosigned(older.Checkpoint(600), witness);
        older.Entries[40] = BuiltLog.Entry(41, new() { ["act"] = "changed" });
        older.Write(700);
        folder.Add(300, 300, next);
        var request = new VerificationRequest { Keys = [signer.Key, next.Key], Cosigners = [new WitnessKey(witness.Key, null)] };
        Assert.Empty(AuditLogVerifier.Verify(folder.Path, request).Findings);
        PutCosigned(older, "one", cosigned);
        Assert.Contains(AuditLogVerifier.Verify(folder.Path, request).Findings, finding => finding.Kind == AuditFindingKind.Rewritten);
    }

    [Fact]
    public void RewrittenLog_BesideACosignedCheckpoint_IsFound()
    {
        var log = Standard();
        using var witness = Cosigner.Ecdsa("witness.example/w", ECDsa.Create(ECCurve.NamedCurves.nistP256));
        var cosigned = Cosigned(log.Checkpoint(600), witness);
        log.Entries[40] = BuiltLog.Entry(41, new() { ["act"] = "changed" });
        log.Write(700);
        PutCosigned(log, "one", cosigned);
        var request = new VerificationRequest { Keys = [signer.Key], Cosigners = [new WitnessKey(witness.Key, null)] };
        Assert.Contains(AuditLogVerifier.Verify(folder.Path, request).Findings, finding => finding.Kind == AuditFindingKind.Rewritten);
        File.WriteAllText(log.File_("cosigned/one"), "words\n");
        Assert.Contains(AuditLogVerifier.Verify(folder.Path, request).Facts,
            fact => fact.Contains("cosigned/one is no signed checkpoint", StringComparison.Ordinal));
    }

    private static SignedNote Cosigned(SignedNote note, Cosigner witness) =>
        note with { Signatures = [.. note.Signatures, witness.Sign(note.Text, DateTimeOffset.FromUnixTimeSeconds(1_700_000_000))] };

    private static void PutCosigned(BuiltLog log, string name, SignedNote note)
    {
        Directory.CreateDirectory(log.File_("cosigned"));
        File.WriteAllBytes(log.File_($"cosigned/{name}"), note.ToBytes());
    }

    [Theory]
    [InlineData(0, 10)]
    [InlineData(250, 260)]
    [InlineData(300, 310)]
    [InlineData(680, 699)]
    [InlineData(695, 695)]
    public void Range_IsReadAlone_AndStillUnderTheRoot(int from, int to)
    {
        var log = folder.Add(1300, 1200, signer);
        File.Delete(log.File_("tile/entries/003"));
        var request = new VerificationRequest
        {
            Keys = [signer.Key],
            From = from,
            To = to,
            Outside =
            [new OutsideCheckpoint("kept", log.Checkpoint(700).ToBytes())]
        };
        var report = AuditLogVerifier.Verify(folder.Path, request);
        Assert.Empty(report.Findings);
        Assert.True(report.IsVouched);
        Assert.Equal(to - from + 1, report.Entries);
        var (file, offset) = Place(log, from);
        Flip(file, offset + 9);
        Assert.Contains(AuditLogVerifier.Verify(folder.Path, request).Findings, finding => finding.Kind == AuditFindingKind.EntryAltered
            && finding.Index == from);
    }

    [Theory]
    [InlineData(700L, null)]
    [InlineData(9_000_000_000L, null)]
    [InlineData(700L, 710L)]
    [InlineData(699L, 710L)] // the last entry is 699
    [InlineData(310L, 300L)]
    public void RangeWithoutEntries_GetsNoVerdict(long from, long? to)
    {
        var log = Standard();
        OutsideCheckpoint kept = new("kept", log.Checkpoint(500).ToBytes());
        var request = new VerificationRequest { Keys = [signer.Key], From = from, To = to, Outside = [kept] };
        Assert.Equal("request", Assert.Throws<ArgumentOutOfRangeException>(() => AuditLogVerifier.Verify(folder.Path, request)).ParamName);
        // Entries behind the checkpoint are read, and whoever can write the journal can forge them.
        Assert.False(AuditLogVerifier.Verify(folder.Path, request with { From = 699, To = 699 }).IsVouched);
        Assert.False(AuditLogVerifier.Verify(folder.Path, request with { From = 680, To = 690 }).IsVouched);
        Assert.True(AuditLogVerifier.Verify(folder.Path, request with { From = 680, To = 689 }).IsVouched);
    }

    [Fact]
    public void SinceAnOutsideCheckpoint_OnlyWhatFollowsIsRead_UnlessItsRootIsWrong()
    {
        var log = folder.Add(1300, 1200, signer);
        var request = new VerificationRequest
        {
            Keys = [signer.Key],
            SinceOutside = true,
            Outside =
            [new OutsideCheckpoint("kept", log.Checkpoint(900).ToBytes())]
        };
        var report = AuditLogVerifier.Verify(folder.Path, request);
        Assert.True(report.IsVouched);
        Assert.Equal(400, report.Entries);
        Assert.Contains(report.Statements, line => line.StartsWith("Read were entries 900 to 1299.", StringComparison.Ordinal));
        Change(log, 20);
        log.Write(1200);
        Assert.Equal(AuditFindingKind.Rewritten, Assert.Single(AuditLogVerifier.Verify(folder.Path, request).Findings).Kind);
    }

    [Fact]
    public void JournalThatDiffersFromTheTree_OrIsDamaged_IsNamed()
    {
        var log = Standard();
        log.Journal.AddRange([650, 695]);
        log.Write(Size);
        Assert.Empty(Verify(null, signer).Findings);
        var bytes = File.ReadAllBytes(log.JournalFile(1));
        Flip(log.JournalFile(1), 64 + 34 + 20); // the first frame: its entry is under the checkpoint, the others are not read
        AssertFrame(log, 650, 64, "to entry 694");
        File.WriteAllBytes(log.JournalFile(1), bytes);
        bytes = File.ReadAllBytes(log.JournalFile(2));
        Flip(log.JournalFile(2), 64 + 34 + 20);
        AssertFrame(log, 695, 64, "whole frames follow it");
        File.WriteAllBytes(log.JournalFile(2), bytes);
        Flip(log.JournalFile(2), 20);
        var finding = Assert.Single(Verify(null, signer).Findings);
        Assert.Equal((AuditFindingKind.Journal, "the header is damaged; the segment was not read"), (finding.Kind, finding.Detail));
        var end = bytes.AsSpan().LastIndexOfAnyExcept((byte)0) + 1L;
        Assert.Equal((0L, end), (finding.Offset, finding.Length));
        File.WriteAllBytes(log.JournalFile(2), [.. new byte[64], .. bytes.AsSpan(64)]); // zeros, as a segment that is being made has them
        finding = Assert.Single(Verify(null, signer).Findings);
        Assert.Equal((AuditFindingKind.Journal, 0L, end), (finding.Kind, finding.Offset, finding.Length));
        File.WriteAllBytes(log.JournalFile(2), bytes);
        Flip(log.JournalFile(1), 20);
        finding = Assert.Single(Verify(null, signer).Findings);
        Assert.Equal((AuditFindingKind.Journal, log.JournalFile(1)), (finding.Kind, finding.File));
    }

    // The hash, the length and the text of a frame: each damage is one finding with the bytes of that frame, and no torn end is reported with it.
    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(60)]
    public void DamagedFrameOfTheJournal_IsOneFinding_WithItsBytes(int at)
    {
        var log = Standard();
        log.Journal.AddRange([650]);
        log.Write(Size);
        var offset = 64 + Enumerable.Range(650, 45).Sum(index => 34 + log.Entries[index].Length);
        Flip(log.JournalFile(1), offset + at);
        AssertFrame(log, 695, offset, "whole frames follow it");
        log.Journal.Add(697);
        log.Write(Size);
        Flip(log.JournalFile(1), offset + at);
        AssertFrame(log, 695, offset, "to entry 696");
        log.Journal[^1] = 696;
        log.Write(Size);
        Flip(log.JournalFile(1), offset + at);
        AssertFrame(log, 695, offset, "the last one of its segment");
    }

    // A search through much that looks like entries is bounded. The finding says so, and not that it saw frames.
    [Fact]
    public void DamageWithMuchBehindItThatLooksLikeEntries_IsNoTornEnd_AndTheFindingClaimsNoFrame()
    {
        var log = Standard();
        log.Journal.AddRange([695]);
        log.Write(Size);
        var end = 64 + log.Entries.Skip(695).Sum(entry => 34 + entry.Length);
        using (var file = File.OpenWrite(log.JournalFile(1)))
        {
            file.Position = end;
            file.Write(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"v\":", 5000))));
        }

        var report = Verify(null, signer);
        var finding = Assert.Single(report.Findings);
        Assert.Equal((AuditFindingKind.Journal, (long?)end, (long?)25000), (finding.Kind, finding.Offset, finding.Length));
        Assert.EndsWith("; so much that looks like entries follows it that it was not searched to its end", finding.Detail, StringComparison.Ordinal);
        Assert.Equal(0, report.Logs[0].TornBytes);
    }

    private void AssertFrame(BuiltLog log, int index, int offset, string consequence)
    {
        var report = Verify(null, signer);
        var finding = Assert.Single(report.Findings);
        Assert.Equal((AuditFindingKind.Journal, (long?)index, (long?)offset, (long?)(34 + log.Entries[index].Length)),
            (finding.Kind, finding.Index, finding.Offset, finding.Length));
        Assert.Contains(consequence, finding.Detail, StringComparison.Ordinal);
        Assert.Equal(0, report.Logs[0].TornBytes);
        Assert.DoesNotContain(report.Facts, fact => fact.Contains("follow the last whole frame", StringComparison.Ordinal));
    }

    [Fact]
    public void EntryOfTheJournalWithItsHash_ThatIsAnother_IsFoundUnderTheCheckpoint()
    {
        var log = Standard();
        log.Journal[0] = 600;
        log.Write(Size);
        var other = BuiltLog.Entry(601, new JsonObject { ["act"] = "reload", ["number"] = "666" });
        Assert.Equal(log.Entries[600].Length, other.Length);
        var bytes = File.ReadAllBytes(log.JournalFile(0));
        JournalFormat.WritePrefix(bytes.AsSpan(64), other);
        other.CopyTo(bytes.AsSpan(64 + 34));
        File.WriteAllBytes(log.JournalFile(0), bytes);
        var finding = Assert.Single(Verify(null, signer).Findings);
        Assert.Equal((AuditFindingKind.JournalDiffers, 600L, 98L), (finding.Kind, finding.Index, finding.Offset));
    }

    [Fact]
    public void TornEndOfTheNewestJournal_IsAFact()
    {
        var log = Standard();
        var bytes = File.ReadAllBytes(log.JournalFile(0));
        File.WriteAllBytes(log.JournalFile(0), bytes[..^5050]);
        var report = Verify(null, signer);
        Assert.Empty(report.Findings);
        Assert.Equal(Entries - Size - 1, report.Logs[0].Pending);
        Assert.True(report.Logs[0].TornBytes > 0);
        Assert.Contains(report.Facts, fact => fact.Contains("follow the last whole frame", StringComparison.Ordinal));
    }

    [Fact]
    public void ChainOfLogs_IsChecked()
    {
        var first = folder.Add(300, 290, signer);
        using var next = Signer("example.com/audit/2");
        var second = folder.Add(10, 10, next);
        var request = new VerificationRequest
        {
            Keys = [signer.Key, next.Key],
            Outside =
            [new OutsideCheckpoint("kept", second.Checkpoint(5).ToBytes())]
        };
        var report = AuditLogVerifier.Verify(folder.Path, request);
        Assert.Empty(report.Findings);
        Assert.True(report.IsVouched);
        Assert.Contains(report.Statements, line => line.StartsWith("log-0001 (example.com/audit) has the size and root", StringComparison.Ordinal));

        // Of a range, the older log is not read.
        report = AuditLogVerifier.Verify(folder.Path, request with { From = 2, To = 4 });
        Assert.True(report.IsVouched);
        Assert.Contains("log-0001 (example.com/audit) has the size and root that a later log names in its first entry: only its hashes are vouched for. "
            + "Its 290 entries were not read, and the files with them may be damaged or absent.", report.Statements);
        Assert.DoesNotContain(report.Statements, line => line.EndsWith("is vouched for by it.", StringComparison.Ordinal));

        // The newer one without the older one, which it follows by its own words, is vouched for only where that is asked for.
        report = AuditLogVerifier.Verify(second.Path, request);
        Assert.Empty(report.Findings);
        Assert.False(report.IsVouched);
        Assert.Contains(report.Statements, line => line.StartsWith("log-0002 follows the log example.com/audit, which is not in the given folder", StringComparison.Ordinal));
        report = AuditLogVerifier.Verify(second.Path, request with { OneLog = true });
        Assert.Empty(report.Findings);
        Assert.True(report.IsVouched);
        Assert.Contains("Not vouched for: the logs before log-0002.", report.Statements);
        Assert.Contains("log-0002 follows the log example.com/audit, which was not checked: that log is not in the folder of this one", report.Facts);

        // The older log written again with its key: the newer one still names the root.
        Change(first, 30);
        first.Write(290);
        Assert.Equal(AuditFindingKind.Chain, Assert.Single(AuditLogVerifier.Verify(folder.Path, request).Findings).Kind);
        first.Entries.RemoveRange(100, 200);
        first.Write(100);
        Assert.Equal(AuditFindingKind.RolledBack, Assert.Single(AuditLogVerifier.Verify(folder.Path, request).Findings).Kind);
        Directory.Delete(first.Path, recursive: true);
        Assert.Equal(AuditFindingKind.Chain, Assert.Single(AuditLogVerifier.Verify(folder.Path, request).Findings).Kind);
    }

    /// <summary>The files of the newer log, moved up into the folder of all logs, hide no older log.</summary>
    [Fact]
    public void NewerLogThatIsMovedUpIntoTheFolder_IsNotVouchedFor()
    {
        var first = folder.Add(300, 290, signer);
        using var next = Signer("example.com/audit/2");
        var second = folder.Add(10, 10, next);
        var kept = new OutsideCheckpoint("kept", second.Checkpoint(5).ToBytes());
        Directory.Delete(first.Path, recursive: true);
        foreach (var entry in new DirectoryInfo(second.Path).EnumerateFileSystemInfos())
        {
            if (entry is DirectoryInfo inner) inner.MoveTo(Path.Join(folder.Path, inner.Name));
            else File.Move(entry.FullName, Path.Join(folder.Path, entry.Name));
        }

        Directory.Delete(second.Path);
        var report = AuditLogVerifier.Verify(folder.Path, new VerificationRequest { Keys = [signer.Key, next.Key], Outside = [kept] });
        Assert.Single(report.Logs);
        Assert.False(report.IsVouched);
        Assert.Contains(report.Statements, line => line.Contains("follows the log example.com/audit, which is not in the given folder", StringComparison.Ordinal));
    }

    [Fact]
    public void LogThatNoLaterOneNames_IsFound_AndSoIsANewestOneThatWasTakenAway()
    {
        folder.Add(10, 10, signer);
        using var second = Signer("example.com/audit/2");
        using var third = Signer("example.com/audit/3");
        folder.Add(10, 10, second);
        var last = folder.Add(10, 10, third);
        NoteKey[] keys = [signer.Key, second.Key, third.Key];
        Assert.Empty(AuditLogVerifier.Verify(folder.Path, new VerificationRequest { Keys = keys }).Findings);
        var kept = new OutsideCheckpoint("kept", last.Checkpoint(10).ToBytes());
        Directory.Move(last.Path, folder.Path + "-away");
        Assert.Equal(AuditFindingKind.UnknownLog,
            Assert.Single(AuditLogVerifier.Verify(folder.Path, new VerificationRequest { Keys = keys, Outside = [kept] }).Findings).Kind);
        Directory.Move(folder.Path + "-away", last.Path);
        Directory.Delete(Path.Join(folder.Path, "log-0002"), recursive: true);
        var findings = AuditLogVerifier.Verify(folder.Path, new VerificationRequest { Keys = keys }).Findings;
        Assert.Equal([("log-0003", AuditFindingKind.Chain), ("log-0001", AuditFindingKind.Chain)], findings.Select(finding => (finding.Log!, finding.Kind)));
    }

    [Fact]
    public void Payloads_AreHeldToTheirNames()
    {
        var log = folder.Add(5, 0, signer);
        var names = Enumerable.Range(0, 4).Select(i => log.Keep($"payload{i}")).ToList();
        foreach (var name in names.Take(3)) log.Append(new JsonObject { ["act"] = "kept", ["payload"] = name });
        log.Append(new JsonObject { ["act"] = "payload.erased", ["payload"] = names[3] });
        log.Write(9);
        Assert.Empty(Verify(null, signer).Findings);
        File.Delete(log.File_($"payloads/{names[3][7..9]}/{names[3][7..]}"));
        Assert.Empty(Verify(null, signer).Findings);
        File.Delete(log.File_($"payloads/{names[0][7..9]}/{names[0][7..]}"));
        Flip(log.File_($"payloads/{names[1][7..9]}/{names[1][7..]}"), 2);
        var other = log.Keep("not named");
        var findings = Verify(null, signer).Findings;
        Assert.Equal([(AuditFindingKind.PayloadAltered, 6L), (AuditFindingKind.PayloadMissing, 5L)],
            findings.Where(finding => finding.Index is not null).Select(finding => (finding.Kind, finding.Index!.Value)));
        Assert.EndsWith(other[7..], Assert.Single(findings, finding => finding.Kind == AuditFindingKind.PayloadUnnamed).File,
            StringComparison.Ordinal);
    }

    [Fact]
    public void PayloadThatWasErasedAfterTheRange_IsNoFindingOfTheRange()
    {
        var log = folder.Add(5, 0, signer);
        var name = log.Keep("payload");
        log.Append(new JsonObject { ["act"] = "kept", ["payload"] = name });
        log.Append(new JsonObject { ["act"] = "payload.erased", ["payload"] = name });
        log.Write(7);
        File.Delete(log.File_($"payloads/{name[7..9]}/{name[7..]}"));
        Assert.Empty(Verify(null, signer).Findings);
        var range = AuditLogVerifier.Verify(folder.Path, new VerificationRequest { Keys = [signer.Key], From = 0, To = 5 });
        Assert.Empty(range.Findings);
        Assert.Contains(range.Facts, static fact => fact.StartsWith("kept requests that are not here: 1.", StringComparison.Ordinal));
    }

    // Threat: a hundred bytes that any writer of the folder can make keep the verifier, an erasure or a search busy for ever.
    [Fact]
    public void CheckpointThatNoKeySigned_CostsNoMoreThanTheFilesThatAreThere()
    {
        const long claimed = 1L << 60;
        var log = folder.Add(300, 300, signer);
        var text = File.ReadAllText(log.File_("checkpoint")).Replace("\n300\n", $"\n{claimed}\n", StringComparison.Ordinal);
        File.WriteAllText(log.File_("checkpoint"), text);
        Assert.NotEmpty(Verify(null, signer).Findings);
        using var snapshot = Gatehouse.Audit.Verification.Logs.LogSnapshot.Open(log.Path, log.Name);
        Assert.Equal(claimed, snapshot.Checkpoint!.Size);
        Assert.InRange(snapshot.Entries().Count(), 256, 300);
        foreach (var file in Directory.EnumerateFiles(log.Path, "*", SearchOption.AllDirectories))
        {
            if (!file.EndsWith("checkpoint", StringComparison.Ordinal)) File.Delete(file);
        }

        Assert.NotEmpty(Verify(null, signer).Findings);
    }

    /// <summary>A gateway that lost the key of its log began another one, and then erased a person: that entry is in the second log.</summary>
    [Fact]
    public void APayloadThatALaterLogErased_IsNoFinding_AndAnEarlierEntryErasesNothing()
    {
        using var next = NoteSigner.Ecdsa("log.example/next", ECDsa.Create(ECCurve.NamedCurves.nistP256));
        var log = folder.Add(5, 0, signer);
        var names = Enumerable.Range(0, 2).Select(i => log.Keep($"payload{i}")).ToList();
        log.Append(new JsonObject { ["act"] = "payload.erased", ["payload"] = names[1] });
        foreach (var name in names) log.Append(new JsonObject { ["act"] = "kept", ["payload"] = name });
        log.Write(8);
        var later = folder.Add(3, 3, next);
        later.Append(new JsonObject { ["act"] = "payload.erased", ["payload"] = names[0] });
        later.Write(4);
        Assert.Empty(Verify(null, signer, next).Findings);
        foreach (var name in names) File.Delete(log.File_($"payloads/{name[7..9]}/{name[7..]}"));
        var finding = Assert.Single(Verify(null, signer, next).Findings);
        Assert.Equal((AuditFindingKind.PayloadMissing, 7L, "log-0001"), (finding.Kind, finding.Index, finding.Log));
        var ofOne = AuditLogVerifier.Verify(log.Path, new VerificationRequest { Keys = [signer.Key] }).Findings;
        Assert.Equal(2, ofOne.Count(one => one.Kind == AuditFindingKind.PayloadMissing && one.Detail.EndsWith("one of a later log may", StringComparison.Ordinal)));
    }

    [Fact]
    public void EntryThatBreaksTheModel_IsNamedWithItsField()
    {
        var log = folder.Add(5, 0, signer);
        log.Append(new JsonObject { ["up"] = "1", ["out"] = 1, ["bytesIn"] = 1, ["bytesOut"] = 1 }, "ended");
        log.Write(6);
        var finding = Assert.Single(Verify(null, signer).Findings);
        Assert.Equal((AuditFindingKind.Member, "up", 5L, "log-0001"), (finding.Kind, finding.Field, finding.Index, finding.Log));
        Assert.Empty(AuditLogVerifier.Verify(folder.Path, new VerificationRequest { Keys = [signer.Key], StructureOnly = true }).Findings);
    }

    /// <summary>A member of another type would be read in two ways, or hide from every search; a person in clear is reached by no erasure.</summary>
    [Fact]
    public void MembersOfAnotherType_AndPersonsInClear_AreNamed()
    {
        var log = folder.Add(5, 0, signer);
        JsonObject[] ends =
        [
            new()
            {
                ["server"] = 7, ["method"] = new JsonArray("a"), ["personal"] = "none", ["checks"] = "authorize", ["status"] = "two hundred", ["receipt"] = "yes",
                ["notes"] = -5, ["code"] = 4003, ["sub"] = "alice", ["uri"] = "file:///x", ["us"] = 1.5, ["cut"] = false, ["session"] = true,
            },
            new()
            {
                ["personal"] = new JsonArray(new JsonObject { ["who"] = "p" }), ["receipt"] = new JsonObject { ["call"] = "c" }, ["keptBytes"] = "12", ["trace"] = null,
                ["checks"] = new JsonArray("accept", 7), ["verb"] = new JsonObject(), ["via"] = 1, ["name"] = false,
            },
        ];
        foreach (var end in ends)
        {
            var names = end.Select(member => member.Key).ToList();
            foreach (var count in (string[])["up", "out", "bytesIn", "bytesOut"]) end[count] = 0;
            log.Entries.RemoveRange(5, log.Entries.Count - 5);
            log.Append(end, "ended", 3);
            log.Write(6);
            Assert.Equal(names.Order(StringComparer.Ordinal),
                Verify(null, signer).Findings.Select(finding => finding.Field!).Distinct().Order(StringComparer.Ordinal));
        }

        log.Entries.RemoveRange(5, log.Entries.Count - 5);
        log.Append(new JsonObject { ["act"] = "reload", ["status"] = "200", ["number"] = 5 });
        log.Write(6);
        var finding = Assert.Single(Verify(null, signer).Findings);
        Assert.Equal((AuditFindingKind.Member, "number"), (finding.Kind, finding.Field));
    }

    [Fact]
    public void CheckpointThatIsNone_KeepsEntriesFromBeingVouchedFor_AndIsNamed()
    {
        var log = Standard();
        File.Delete(log.File_("checkpoint"));
        Assert.Contains(Verify(null, signer).Findings, finding => finding.Kind == AuditFindingKind.Checkpoint);
        File.WriteAllText(log.File_("checkpoint"), "nothing");
        Assert.Contains(Verify(null, signer).Findings, finding => finding.Kind == AuditFindingKind.Checkpoint);
    }

    // The log is here, and its checkpoint is not: no sentence says that the log is absent.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void LogWithoutItsCheckpoint_IsNotCalledAbsent(bool isTorn)
    {
        var log = folder.Add(300, 300, signer);
        using var second = Signer("example.com/audit/second");
        folder.Add(20, 20, second, "damaged");
        var kept = new OutsideCheckpoint("kept", log.Checkpoint(200).ToBytes());
        if (isTorn) File.WriteAllBytes(log.File_("checkpoint"), File.ReadAllBytes(log.File_("checkpoint"))[..20]);
        else File.Delete(log.File_("checkpoint"));
        var report = AuditLogVerifier.Verify(folder.Path, new VerificationRequest { Keys = [signer.Key, second.Key], Outside = [kept] });
        Assert.False(report.IsVouched);
        Assert.Contains(report.Findings, static finding => finding.Kind == AuditFindingKind.Checkpoint);
        Assert.DoesNotContain(report.Findings, static finding => finding.Kind is AuditFindingKind.Chain or AuditFindingKind.UnknownLog);
        Assert.Contains(report.Findings, static finding =>
            finding.Detail.StartsWith("it is of log-0001, and cannot be compared", StringComparison.Ordinal));
        Assert.DoesNotContain(report.Statements, static line => line.Contains("is of no log in this folder", StringComparison.Ordinal));
    }

    // Threat: a system without Ed25519 reports a witness whose cosignature it did not check like one that it did.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void WitnessWhoseKeyThisSystemCannotCheck_IsNamed_AndIsAFindingWhereItIsRequired(bool isRequired)
    {
        Standard();
        var report = AuditLogVerifier.Verify(folder.Path, new VerificationRequest
        {
            Keys = [signer.Key],
            Cosigners = [new WitnessKey(new UnsupportedKey("witness.example/w1"), null)],
            RequiresWitness = isRequired,
        });
        Assert.Contains(report.Facts, static fact =>
            fact.EndsWith("with Ed25519 were not checked: this system has no OpenSSL 3 with Ed25519", StringComparison.Ordinal));
        var said = report.Facts.Concat(report.Findings.Select(static finding => finding.Detail)).Where(static line =>
            line.StartsWith("this system can check no cosignature of the witness", StringComparison.Ordinal));
        Assert.EndsWith("; give its key on P-256 as well", Assert.Single(said), StringComparison.Ordinal);
        Assert.Equal(isRequired, report.Findings.Any(static finding => finding.Kind == AuditFindingKind.Cosignature));
    }

    private sealed class UnsupportedKey(string name) : NoteKey(name, [0])
    {
        public override uint Id => 1;

        public override bool IsSupported => false;

        public override bool Verifies(string text, ReadOnlySpan<byte> signature) =>
            throw new InvalidOperationException("the key cannot be checked here");
    }

    private static NoteSigner Signer(string name) => NoteSigner.Ecdsa(name, ECDsa.Create(ECCurve.NamedCurves.nistP256));

    private static void Flip(string file, int offset)
    {
        var bytes = File.ReadAllBytes(file);
        bytes[offset] ^= 1;
        File.WriteAllBytes(file, bytes);
    }

    private static void Change(BuiltLog log, int index) =>
        log.Entries[index] = BuiltLog.Entry(index + 1, new JsonObject { ["act"] = "reload", ["number"] = "changed" });

    private static (string File, int Offset) Place(BuiltLog log, int index)
    {
        var bundle = index / 256;
        var path = TilePath.In(log.Size, null, bundle)!.Value;
        return (log.File_(path.ToString()), log.Entries.Skip(bundle * 256).Take(index % 256).Sum(entry => entry.Length + 2) + 2);
    }

    // As a person without the key does it: the bundle, and the journal, which is cut to what the checkpoint lacks.
    private static void Rewrite(BuiltLog log, int index, Action<List<byte[]>> change)
    {
        log.Journal[0] = log.Size;
        log.Write(log.Size);
        var path = TilePath.In(log.Size, null, index / 256)!.Value;
        var entries = log.Entries.Skip((int)path.FirstLeaf).Take(path.Width).ToList();
        change(entries);
        File.WriteAllBytes(log.File_(path.ToString()),
            [.. entries.SelectMany(entry => (byte[])[(byte)(entry.Length >> 8), (byte)entry.Length, .. entry])]);
    }

    private BuiltLog Standard() => folder.Add(Entries, Size, signer);


    // The first entry names the log: where it is another one, that is a finding of its own.
    private List<AuditLogFinding> Structure(BuiltLog log) => [.. AuditLogVerifier.Verify(folder.Path, new VerificationRequest
    {
        Keys = [log.Signer.Key],
        StructureOnly = true,
        Outside = [new OutsideCheckpoint("kept", log.Checkpoint(500).ToBytes())],
    }).Findings.Where(finding => finding.Kind != AuditFindingKind.Chain)];

    private AuditLogReport Range(BuiltLog log, int from, int to) => AuditLogVerifier.Verify(folder.Path, new VerificationRequest
    {
        Keys = [log.Signer.Key],
        From = from,
        To = to,
        Outside = [new OutsideCheckpoint("kept", log.Checkpoint(500).ToBytes())],
    });

    private AuditLogReport Verify(BuiltLog log, int outside) => Verify(log.Checkpoint(outside).ToBytes(), log.Signer);

    private AuditLogReport Verify(byte[]? outside, params NoteSigner[] keys) => AuditLogVerifier.Verify(folder.Path, new VerificationRequest
    {
        Keys = [.. keys.Select(key => key.Key)],
        Outside = outside is null ? [] : [new OutsideCheckpoint("kept", outside)],
    });
}
