using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gatehouse.Audit.Tree;
using Gatehouse.Audit.Tree.Notes;
using Gatehouse.Audit.Verification.Logs;
using Gatehouse.Audit.Verification.Proofs;

namespace Gatehouse.Audit.Tests.Verification;

/// <summary>A promise that was kept is proven, and one that was not is shown to anybody, without the log and without the entry.</summary>
[Trait("Requirement", "AU-02")]
public sealed class ReceiptProofTests : IDisposable
{
    private static readonly DateTimeOffset At = new(2026, 11, 22, 13, 0, 0, TimeSpan.Zero);

    private readonly EvidenceFolder folder = new();
    private readonly NoteSigner signer = NoteSigner.Ecdsa("example.com/audit/1", ECDsa.Create(ECCurve.NamedCurves.nistP256));
    private readonly NoteSigner next = NoteSigner.Ecdsa("example.com/audit/2", ECDsa.Create(ECCurve.NamedCurves.nistP256));

    private string Evidence => Path.Join(folder.Path, "evidence.txt");

    public void Dispose()
    {
        folder.Dispose();
        signer.Dispose();
        next.Dispose();
    }

    [Theory]
    [InlineData(10, 3, 5)]
    [InlineData(700, 2, 650)]
    [InlineData(700, 699, 700)]
    public void PromiseThatWasKept_IsProvenWithoutTheEntry(int size, int index, int total)
    {
        var log = folder.Add(Math.Max(size, total), size, signer);
        var answer = Ask(Promise(log, index));
        Assert.Equal(ReceiptState.Kept, answer.State);
        Assert.DoesNotContain(answer.Evidence, line => line.Contains("\"seq\"", StringComparison.Ordinal));
        var report = Check(answer, signer);
        Assert.True(report.IsVouched);
        var receipt = Assert.Single(report.Receipts);
        Assert.Equal((ReceiptState.Kept, (long)index, true), (receipt.State, receipt.Index, receipt.IsProven));
        Assert.StartsWith("Kept:", report.Statements[0], StringComparison.Ordinal);
        Assert.False(Check(answer).IsVouched);
        Assert.False(Check(answer, next).IsVouched);
    }

    // A proof of a receipt cannot be made with --since.
    [Fact]
    public void CheckpointOfAnotherSize_HasARemedyThatTheCommandsAccept()
    {
        var log = folder.Add(10, 10, signer);
        Assert.True(Check(Ask(Promise(log, 3)), signer).IsVouched);
        var kept = SignedNote.Parse(log.Checkpoint(7).ToBytes())!;
        var detail = Assert.Single(EvidenceCheck.Check(Evidence, [signer.Key], [kept]).Findings).Detail;
        Assert.Contains("cannot be compared with one of size 10: the proof of a receipt is for its own checkpoint; leave out the given one", detail, StringComparison.Ordinal);
    }

    [Fact]
    public void ReceiptOfAnotherKey_OrThatWasChanged_IsNoReceiptOfTheLog()
    {
        var log = folder.Add(10, 10, signer);
        using var stranger = NoteSigner.Ecdsa("example.com/audit/1", ECDsa.Create(ECCurve.NamedCurves.nistP256));
        Assert.Contains("not signed", Assert.Throws<EvidenceException>(() => Ask(Promise(log, 4, stranger))).Message, StringComparison.Ordinal);
        var given = Promise(log, 4);
        var changed = given.Receipt with { Index = 5 };
        var forged = given with { Receipt = changed, Note = given.Note with { Text = changed.ToText() } };
        Assert.Contains("not signed", Assert.Throws<EvidenceException>(() => Ask(forged)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void EntryThatWasWrittenAgain_OrDropped_IsShownByTheSignatureOfTheLog()
    {
        var log = folder.Add(300, 300, signer);
        var (changed, dropped) = (Promise(log, 40), Promise(log, 60));
        log.Entries[40] = BuiltLog.Entry(41, new JsonObject { ["act"] = "changed" });
        log.Entries.RemoveAt(60);
        log.Write(290);
        foreach (var given in (GivenReceipt[])[changed, dropped])
        {
            var answer = Ask(given);
            Assert.Equal(ReceiptState.NotKept, answer.State);
            var report = Check(answer, signer);
            Assert.False(report.IsVouched);
            Assert.Equal((ReceiptState.NotKept, true), (Assert.Single(report.Receipts).State, report.Receipts[0].IsProven));
            Assert.Contains("another entry", Assert.Single(report.Findings).Detail, StringComparison.Ordinal);
            Assert.Contains("Signatures of the given keys show it", report.Statements[0], StringComparison.Ordinal);
        }
    }

    [Fact]
    public void EntryThatIsNotYetUnderACheckpoint_IsDue_AndAFindingWhenTheTimeIsOver()
    {
        var log = folder.Add(300, 200, signer);
        var given = Promise(log, 250);
        var answer = Ask(given);
        Assert.Equal((ReceiptState.Pending, 0), (answer.State, answer.Evidence.Count));
        Assert.Contains("due at 2026-11-23T13:00:00Z", answer.Detail, StringComparison.Ordinal);

        var late = Ask(given, given.Receipt.Due);
        Assert.Equal(ReceiptState.NotKept, late.State);
        // The log can sign an old size at any time: without a witness nothing shows when it did.
        var alone = Check(late, signer);
        Assert.Equal((ReceiptState.Pending, false, false), (alone.Receipts[0].State, alone.Receipts[0].IsProven, alone.IsVouched));

        using var witness = Cosigner.Ecdsa("witness.example/w1", ECDsa.Create(ECCurve.NamedCurves.nistP256));
        foreach (var (after, isShown) in ((TimeSpan, bool)[])[(TimeSpan.Zero, false), (TimeSpan.FromSeconds(1), true)])
        {
            var note = log.Checkpoint(200);
            Directory.CreateDirectory(log.File_("cosigned"));
            var cosigned = note with { Signatures = [.. note.Signatures, witness.Sign(note.Text, given.Receipt.Due + after)] };
            File.WriteAllBytes(log.File_("cosigned/w1"), cosigned.ToBytes());
            Write(Ask(given, given.Receipt.Due));
            var report = EvidenceCheck.Check(Evidence, [signer.Key], [], [witness.Key]);
            Assert.Equal((isShown ? ReceiptState.NotShown : ReceiptState.Pending, isShown), (report.Receipts[0].State, report.Receipts[0].IsProven));
            Assert.False(report.IsVouched);
            if (!isShown) continue;
            Assert.StartsWith("Not shown to this witness in time:", report.Statements[0], StringComparison.Ordinal);
            // The witness was behind: a checkpoint that covers the entry, cosigned within the time, refutes it. One that came too late does not.
            foreach (var (time, isRefuted) in ((DateTimeOffset, bool)[])[(given.Receipt.Due, true), (given.Receipt.Due.AddSeconds(1), false)])
            {
                var newer = log.Checkpoint(300);
                newer = newer with { Signatures = [.. newer.Signatures, witness.Sign(newer.Text, time)] };
                report = EvidenceCheck.Check(Evidence, [signer.Key], [newer], [witness.Key]);
                var expected = isRefuted ? ReceiptState.Unknown : ReceiptState.NotShown;
                Assert.Equal((expected, !isRefuted), (report.Receipts[0].State, report.Receipts[0].IsProven));
            }
        }
    }

    // The entry was on stable storage when the receipt was given: a log without it was cut, however long its time still is.
    [Fact]
    public void EntryOfWhichTheLogHasNoTrace_IsAFindingBeforeItsTimeIsOver()
    {
        var log = folder.Add(300, 200, signer);
        var given = Promise(log, 250);
        Assert.Equal(ReceiptState.Pending, Ask(given).State);
        log.Entries.RemoveRange(240, 60);
        log.Write(200);
        var answer = Ask(given);
        Assert.Equal((ReceiptState.NotKept, 0), (answer.State, answer.Evidence.Count));
        Assert.StartsWith("log-0001 has no trace of entry 250, which was on stable storage at 2026-11-22T13:00:00Z: its end was cut", answer.Detail,
            StringComparison.Ordinal);
    }

    [Fact]
    public void AnotherEntryInTheJournal_IsAFindingBeforeTheCheckpoint()
    {
        var log = folder.Add(300, 200, signer);
        var given = Promise(log, 250);
        log.Entries[250] = BuiltLog.Entry(251, new JsonObject { ["act"] = "changed" });
        log.Write(200);
        Assert.Equal(ReceiptState.NotKept, Ask(given).State);
    }

    [Fact]
    public void LogThatEnded_KeepsItsPromisesOrIsFound()
    {
        var log = folder.Add(300, 200, signer);
        var (kept, broken) = (Promise(log, 150), Promise(log, 250));
        folder.Add(20, 20, next);
        Assert.True(Check(Ask(kept), signer).IsVouched);
        var answer = Ask(broken);
        Assert.Equal(ReceiptState.NotKept, answer.State);
        var report = Check(answer, signer, next);
        Assert.Equal((ReceiptState.NotKept, true), (report.Receipts[0].State, report.Receipts[0].IsProven));
        Assert.Contains("ended with 200 entries", report.Findings[0].Detail, StringComparison.Ordinal);
        Assert.DoesNotContain(Check(answer, signer).Receipts, one => one.IsProven); // the key of the new log is needed too

        // The files of the old log are gone. Its successor says how long it was.
        Directory.Delete(log.Path, recursive: true);
        Assert.Equal((ReceiptState.NotKept, ReceiptState.Unknown), (Ask(broken, null, signer).State, Ask(kept, null, signer).State));
    }

    /// <summary>A writer of the folder makes a second folder with the name of the log: it hides no entry of the real one.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void SecondFolderWithTheOriginOfTheLog_HidesNoEntry(bool isOlderCopy)
    {
        var log = folder.Add(300, 200, signer);
        var given = Promise(log, 150);
        Directory.Move(log.Path, Path.Join(folder.Path, "log-0003"));
        Directory.CreateDirectory(log.Path);
        File.WriteAllText(log.File_("log.vkeys"), signer.Key + "\n");
        var claim = isOlderCopy ? log.Checkpoint(100).ToBytes() : Encoding.UTF8.GetBytes($"example.com/audit/1\n9000\n{log.Root(200)}\n\n");
        File.WriteAllBytes(log.File_("checkpoint"), claim);
        Assert.Equal(ReceiptState.Kept, Ask(given).State);
    }

    [Theory]
    [InlineData(true, "that log is not in the folder, and log-0002 names it as the log before it")]
    [InlineData(false, "that log is not in the folder, and no log here names it as the log before it")]
    public void ReceiptOfALogThatEndedAndIsNotHere_SaysSo(bool isNamed, string words)
    {
        var log = folder.Add(300, 200, signer);
        folder.Add(20, 20, next);
        using var other = NoteSigner.Ecdsa("example.com/audit/9", ECDsa.Create(ECCurve.NamedCurves.nistP256));
        var given = Promise(log, 150);
        var elsewhere = given.Receipt with { Origin = "example.com/audit/9" };
        if (!isNamed) given = new GivenReceipt(SignedNote.Sign(elsewhere.ToText(), [other]), elsewhere, null);
        Directory.Delete(log.Path, recursive: true);
        Assert.Contains(words, Assert.Throws<EvidenceException>(() => Ask(given)).Message, StringComparison.Ordinal);
    }

    /// <summary>A first entry is the word of its own log: the holder of the key of another gateway ends no log by it.</summary>
    [Theory]
    [InlineData("other.example/audit/1", null)]
    [InlineData("other.example/audit/1", "example.com/audit/2")]
    public void FirstEntryOfALogOfAnotherGateway_ConvictsNoLog(string origin, string? named)
    {
        var log = folder.Add(300, 200, signer);
        var given = Promise(log, 250);
        using var stranger = NoteSigner.Ecdsa(origin, ECDsa.Create(ECCurve.NamedCurves.nistP256));
        var other = folder.Add(20, 20, stranger);
        var birth = (JsonObject)JsonNode.Parse(other.Entries[0])!;
        Assert.Equal("example.com/audit/1", birth["previous"]!.GetValue<string>());
        if (named is not null) birth["log"] = named;
        birth["previousSize"] = "0";
        other.Entries[0] = Encoding.UTF8.GetBytes(birth.ToJsonString());
        other.Write(20);
        Assert.Equal(ReceiptState.Pending, Ask(given).State);

        // The same file with the evidence of the first entry, as the stranger would write it.
        using var snapshot = EvidenceLog.At(other.Path)[0].Open();
        File.WriteAllLines(Evidence,
            [.. EvidenceWriter.Lines(snapshot, 0, 0, null, null), .. EvidenceFormat.NoteLines(EvidenceFormat.Receipt, given.Note)]);
        var report = EvidenceCheck.Check(Evidence, [signer.Key, stranger.Key], []);
        Assert.Equal((ReceiptState.Unknown, false), (Assert.Single(report.Receipts).State, report.Receipts[0].IsProven));
    }

    [Fact]
    public void LogThatIsNotThere_IsNotKnown()
    {
        var log = folder.Add(10, 10, signer);
        var given = Promise(log, 4);
        Directory.Delete(log.Path, recursive: true);
        folder.Add(10, 10, next);
        Directory.Move(Path.Join(folder.Path, "log-0002"), Path.Join(folder.Path, "log-0007"));
        File.WriteAllText(Path.Join(folder.Path, "log-0007", "log.vkeys"), next.Key + "\n");
        Assert.Equal(ReceiptState.Unknown, Ask(given, null, signer).State);
    }

    /// <summary>Anybody can write a receipt of a log that is gone. Without its key it is no broken promise.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ForgedReceiptOfALogThatIsGone_IsNoBrokenPromise(bool isKnown)
    {
        var log = folder.Add(300, 200, signer);
        folder.Add(20, 20, next);
        using var stranger = NoteSigner.Ecdsa("example.com/audit/1", ECDsa.Create(ECCurve.NamedCurves.nistP256));
        var forged = Promise(log, 250, stranger);
        Directory.Delete(log.Path, recursive: true);
        var fault = Assert.Throws<EvidenceException>(() => Ask(forged, forged.Receipt.Due, isKnown ? [signer] : []));
        Assert.Contains("not signed by a known key of example.com/audit/1", fault.Message, StringComparison.Ordinal);
        Assert.Equal(!isKnown, fault.Remedy.Contains("give its key with --key", StringComparison.Ordinal));
    }

    [Fact]
    public void EvidenceThatWasChanged_DoesNotPass_WhicheverLine()
    {
        var log = folder.Add(300, 300, signer);
        var answer = Ask(Promise(log, 40));
        var random = new Random(20261122);
        for (var line = 0; line < answer.Evidence.Count; line++)
        {
            var text = answer.Evidence[line];
            if (text.StartsWith("# ", StringComparison.Ordinal) || text.StartsWith("vkey ", StringComparison.Ordinal)) continue;
            for (var round = 0; round < 6; round++)
            {
                var at = random.Next(Math.Max(1, text.Length));
                var changed = text.Length == 0 ? "x" : $"{text[..at]}{(char)(text[at] ^ 1)}{text[(at + 1)..]}";
                Write(answer with { Evidence = [.. answer.Evidence.Select((old, i) => i == line ? changed : old)] });
                Assert.False(EvidenceCheck.Check(Evidence, [signer.Key], []).IsVouched, $"line {line + 1}: {changed}");
            }

            Write(answer with { Evidence = [.. answer.Evidence.Where((_, i) => i != line)] });
            Assert.False(EvidenceCheck.Check(Evidence, [signer.Key], []).IsVouched, $"without line {line + 1}: {text}");
        }
    }

    [Fact]
    public void Receipt_IsReadFromANote_AnObjectOrAnAnswer_AndNothingElse()
    {
        var log = folder.Add(10, 10, signer);
        var note = Promise(log, 4).Note.ToString();
        var salt = Convert.ToBase64String(new byte[32]);
        var receipt = JsonSerializer.Serialize(new { note, salt });
        string[] good =
        [
            note, receipt, $"{{\"gatehouse/receipt\":{receipt}}}", $"{{\"result\":{{\"_meta\":{{\"gatehouse/receipt\":{receipt}}}}}}}",
            $" \n{{\"error\":{{\"data\":{{\"gatehouse/receipt\":{receipt}}}}}}}",
        ];
        Assert.All(good, text => Assert.Equal(4, GivenReceipt.Parse(Encoding.UTF8.GetBytes(text))!.Receipt.Index));
        string[] bad =
        [
            "", "x", "{}", "{\"note\":1}", "{\"note\":\"x\"}", "{\"note\":\"\\ud800\"}", "{\"result\":1}", "{\"gatehouse/receipt\":1}",
            receipt.Replace(salt, "!", StringComparison.Ordinal), log.Checkpoint(10).ToString(), "[" + receipt + "]", new string('{', 5000),
        ];
        Assert.All(bad, text => Assert.Null(GivenReceipt.Parse(Encoding.UTF8.GetBytes(text))));
        var random = new Random(7);
        var bytes = Encoding.UTF8.GetBytes(good[3]);
        for (var round = 0; round < 5000; round++)
        {
            var changed = bytes.ToArray();
            changed[random.Next(changed.Length)] = (byte)random.Next(256);
            GivenReceipt.Parse(changed.AsMemory(0, random.Next(4) == 0 ? random.Next(changed.Length) : changed.Length)); // it never throws
        }
    }

    [Fact]
    public void ReceiptOfAnAnswerOfSeveralMebibytes_IsRead_AndALargerFileIsRefusedWithItsBound()
    {
        var log = folder.Add(10, 10, signer);
        var receipt = JsonSerializer.Serialize(new { note = Promise(log, 4).Note.ToString(), salt = Convert.ToBase64String(new byte[32]) });
        var answer = $"{{\"result\":{{\"_meta\":{{\"gatehouse/receipt\":{receipt}}},\"text\":\"{new string('x', 5 << 20)}\"}}}}";
        File.WriteAllText(Evidence, answer);
        var given = GivenReceipt.Read(Evidence)!;
        Assert.Equal(4, given.Receipt.Index);
        Assert.True(given.IsIn(GivenReceipt.ReadBytes(Evidence)));
        Assert.False((given with { Salt = new byte[31] }).IsIn(GivenReceipt.ReadBytes(Evidence)));
        Assert.False(given.IsIn(Encoding.UTF8.GetBytes("{\"result\":{\"_meta\":{\"gatehouse/receipt\":{\"note\":\"paid\",\"salt\":\"x\"}}}}")));
        Assert.False(given.IsIn("{\"error\":{\"data\":{\"gatehouse/receipt\":1}}}"u8.ToArray()));
        Assert.True(given.IsIn("{\"result\":{}}"u8.ToArray()));
        using (var file = File.OpenWrite(Evidence)) file.SetLength(GivenReceipt.MostBytes + 1L);
        Assert.Contains("larger than 64 MiB", Assert.Throws<IOException>(() => GivenReceipt.Read(Evidence)).Message, StringComparison.Ordinal);
    }

    private GivenReceipt Promise(BuiltLog log, int index, NoteSigner? other = null)
    {
        var leaf = MerkleTree.Leaf(log.Entries[index]);
        var receipt = new Receipt(log.Origin, index, leaf, At, Receipt.Within, leaf);
        return new GivenReceipt(SignedNote.Sign(receipt.ToText(), [other ?? signer]), receipt, null);
    }

    private ReceiptAnswer Ask(GivenReceipt given, DateTimeOffset? now = null, params NoteSigner[] known) =>
        ReceiptProof.Of(folder.Path, given, now ?? At, [.. known.Select(one => one.Key)]);

    private void Write(ReceiptAnswer answer) => File.WriteAllLines(Evidence, answer.Evidence);

    private EvidenceReport Check(ReceiptAnswer answer, params NoteSigner[] keys)
    {
        Write(answer);
        return EvidenceCheck.Check(Evidence, [.. keys.Select(key => key.Key)], []);
    }
}
