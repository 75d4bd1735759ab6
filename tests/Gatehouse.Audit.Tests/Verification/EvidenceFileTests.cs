using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Gatehouse.Audit.Tree.Notes;
using Gatehouse.Audit.Verification.Logs;
using Gatehouse.Audit.Verification.Proofs;

namespace Gatehouse.Audit.Tests.Verification;

/// <summary>Evidence of entries is checked without the log, and no change of it passes.</summary>
public sealed class EvidenceFileTests : IDisposable
{
    private readonly EvidenceFolder folder = new();
    private readonly NoteSigner signer = NoteSigner.Ecdsa("example.com/audit", ECDsa.Create(ECCurve.NamedCurves.nistP256));

    private string Evidence => Path.Join(folder.Path, "evidence.txt");

    public void Dispose()
    {
        folder.Dispose();
        signer.Dispose();
    }

    [Theory]
    [InlineData(1, 0, 0)]
    [InlineData(300, 299, 299)]
    [InlineData(700, 250, 260)]
    [InlineData(700, 0, 699)]
    public void Evidence_IsAcceptedWithTheKeyOnly(int size, int from, int to)
    {
        folder.Add(Math.Max(size, 3), size, signer);
        Write(from, to);
        var report = Check(signer);
        Assert.Empty(report.Findings);
        Assert.Equal((true, to - from + 1, from, to, size), (report.IsVouched, report.Entries, report.First, report.Last, report.Size));
        Assert.Contains(report.Statements, line => line.Contains("can sign another tree", StringComparison.Ordinal));
        Assert.False(Check().IsVouched);
        using var other = NoteSigner.Ecdsa("example.com/audit", ECDsa.Create(ECCurve.NamedCurves.nistP256));
        Assert.Contains("not signed", Assert.Single(Check(other).Findings).Detail, StringComparison.Ordinal);
    }

    // Threat: one entry with half a character, and no entry can be proven by its id (CWE-248).
    [Theory]
    [InlineData("\"id\":\"id-7\\ud800\"")]
    [InlineData("\"id\":\"id-7\",\"act\":\"\\udc00\"")]
    [InlineData("\"\\ud800id-7\":1,\"id\":\"id-7\"")]
    [InlineData("\"id\":\"\\ud800\\ud800id-7\"")]
    public void EntryWithHalfACharacter_IsNotFoundByAnId_AndHidesNoOther(string members)
    {
        var log = folder.Add(5, 0, signer);
        log.Entries.Add(Encoding.UTF8.GetBytes($"{{\"v\":2,\"seq\":6,{members}}}"));
        log.Append(new JsonObject { ["act"] = "found" });
        log.Write(7);
        using var snapshot = LogSnapshot.Open(log.Path, log.Name);
        Assert.True(EvidenceWriter.Has(snapshot, "id-7"));
        var lines = EvidenceWriter.Lines(snapshot, 0, 6, "id-7", null).ToList();
        Assert.Equal(["entry 6"], lines.Where(static line => line.StartsWith("entry ", StringComparison.Ordinal)));
        Assert.False(EvidenceWriter.Has(snapshot, "id-7\ud800"));
    }

    [Fact]
    public void AnyCharacterThatIsChanged_IsFound_ButInTheRemarksAndTheCopyOfTheKey()
    {
        folder.Add(300, 300, signer);
        Write(7, 9);
        var lines = File.ReadAllLines(Evidence);
        var random = new Random(20261122);
        for (var line = 0; line < lines.Length; line++)
        {
            if (lines[line].StartsWith("# ", StringComparison.Ordinal) || lines[line].StartsWith("vkey ", StringComparison.Ordinal)) continue;
            for (var round = 0; round < 6; round++)
            {
                var changed = lines.ToArray();
                var at = random.Next(Math.Max(1, lines[line].Length));
                changed[line] = lines[line].Length == 0 ? "x" : $"{lines[line][..at]}{(char)(lines[line][at] ^ 1)}{lines[line][(at + 1)..]}";
                File.WriteAllText(Evidence, string.Join('\n', changed) + "\n");
                Assert.False(Check(signer).IsVouched, $"line {line + 1}: {changed[line]}");
            }

            File.WriteAllText(Evidence, string.Join('\n', lines.Where((_, other) => other != line)) + "\n");
            Assert.False(Check(signer).IsVouched, $"without line {line + 1}: {lines[line]}");
        }
    }

    // Threat: the holder of the file takes the inconvenient entry out of it, or puts a copy of another one in its place, so that the number is right.
    [Fact]
    public void AnEntryThatIsTakenOut_IsNamed_AndACopyInItsPlaceIsFound()
    {
        folder.Add(300, 300, signer);
        Write(3, 9);
        var lines = File.ReadAllLines(Evidence);
        var begins = Enumerable.Range(0, lines.Length).Where(at => lines[at].StartsWith("entry ", StringComparison.Ordinal)).Append(lines.Length).ToList();
        IEnumerable<string> Block(int at) => lines[begins[at]..begins[at + 1]];
        IEnumerable<string> File_(params int[] blocks) => [.. lines[..begins[0]], .. blocks.SelectMany(Block)];
        Assert.Empty(Check(signer).Absent);
        File.WriteAllLines(Evidence, File_(0, 1, 3, 6));
        var report = Check(signer);
        Assert.True(report.IsVouched);
        Assert.Equal([new AbsentEntries(5, 5), new AbsentEntries(7, 8)], report.Absent);
        Assert.Equal(["Vouched: 4 entries between 3 and 9 are in example.com/audit under its signed checkpoint of size 300.",
            "Not in the file: 5, 7 to 8. The entries were not asked for, or were taken out of the file."], report.Statements.Take(2));
        File.WriteAllLines(Evidence, File_(2));
        Assert.Equal("Vouched: entry 5 is in example.com/audit under its signed checkpoint of size 300.", Check(signer).Statements[0]);
        foreach (var blocks in (int[][])[[0, 1, 1, 3, 4, 5, 6], [0, 2, 1, 3, 4, 5, 6]])
        {
            File.WriteAllLines(Evidence, File_(blocks));
            Assert.Contains("twice, or not in the order", Assert.Single(Check(signer).Findings).Detail, StringComparison.Ordinal);
            Assert.False(Check(signer).IsVouched);
        }
    }

    // Anybody can write a note with another root: without a signature of the log it shows nothing, and what was not compared is not passed over.
    [Fact]
    public void ACheckpointThatIsNotOfTheLog_OrCannotBeCompared_ShowsNoSecondView()
    {
        var log = folder.Add(700, 690, signer);
        Write(600, 600, null);
        var note = Encoding.UTF8.GetString(log.Checkpoint(400).ToBytes());
        var forged = SignedNote.Parse(Encoding.UTF8.GetBytes(note.Replace("\n400\n", "\n690\n", StringComparison.Ordinal)))!;
        foreach (var (kept, words) in ((SignedNote, string)[])[(forged, "shows nothing"), (log.Checkpoint(400), "--since")])
        {
            var report = EvidenceCheck.Check(Evidence, [signer.Key], [kept]);
            Assert.False(report.IsVouched);
            Assert.Contains(words, Assert.Single(report.Findings).Detail, StringComparison.Ordinal);
        }

        Assert.True(EvidenceCheck.Check(Evidence, [signer.Key], [log.Checkpoint(690)]).IsVouched);
    }

    [Fact]
    public void OlderCheckpoint_TiesTheEvidenceToWhatAnAuditorKept()
    {
        var log = folder.Add(700, 690, signer);
        Write(600, 600, log.Checkpoint(400));
        var report = EvidenceCheck.Check(Evidence, [signer.Key], [log.Checkpoint(400)]);
        Assert.True(report.IsVouched);
        Assert.Equal(["From size 400 to size 690 entries were only added.", "A checkpoint that was given agrees with the file."], report.Statements.Skip(1));
        log.Entries[20] = BuiltLog.Entry(21, new JsonObject { ["act"] = "changed" });
        Assert.Contains("two views", Assert.Single(EvidenceCheck.Check(Evidence, [signer.Key], [log.Checkpoint(690)]).Findings).Detail,
            StringComparison.Ordinal);
        var kept = log.Checkpoint(400);
        log.Entries[20] = BuiltLog.Entry(21, new JsonObject { ["act"] = "again" });
        log.Write(690);
        Assert.Contains("does not begin", Assert.Throws<EvidenceException>(() => Write(600, 600, kept)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void EntryThatIsNotThere_NotUnderACheckpoint_OrAnother_GivesNoEvidence()
    {
        var log = folder.Add(300, 290, signer);
        Assert.Contains("not yet under", Assert.Throws<EvidenceException>(() => Write(295, 295)).Message, StringComparison.Ordinal);
        Assert.Contains("no entry 400", Assert.Throws<EvidenceException>(() => Write(400, 400)).Message, StringComparison.Ordinal);
        var bundle = File.ReadAllBytes(log.File_("tile/entries/000"));
        bundle[20] ^= 1;
        File.WriteAllBytes(log.File_("tile/entries/000"), bundle);
        Assert.Contains("entry 0 of log-0001 differs from the entry in the tree",
            Assert.Throws<EvidenceException>(() => Write(0, 0)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Exchange_IsFoundByItsId()
    {
        var log = folder.Add(5, 0, signer);
        log.Append(new JsonObject { ["name"] = "id-3" }, "begun");
        log.Write(6);
        using var snapshot = EvidenceLog.In(folder.Path)[0].Open();
        File.WriteAllLines(Evidence, EvidenceWriter.Lines(snapshot, 0, long.MaxValue, "id-3", null));
        Assert.Equal((1L, 2L), (Check(signer).Entries, Check(signer).First));
        Assert.True(EvidenceWriter.Has(snapshot, "id-6"));
        Assert.False(EvidenceWriter.Has(snapshot, "id"));
        Assert.Throws<EvidenceException>(() => EvidenceWriter.Lines(snapshot, 0, long.MaxValue, "nothing", null).ToList());
    }

    [Fact]
    public void Rubbish_IsNoEvidence_AndEndsInFindings()
    {
        folder.Add(300, 300, signer);
        Write(7, 9);
        var good = File.ReadAllText(Evidence);
        string[] files =
        [
            "", "\n", "x", EvidenceFormat.Header, EvidenceFormat.Header + "\n", EvidenceFormat.Header + "\nentry 1\njson {}\n",
            EvidenceFormat.Header + "\n" + new string('x', 1 << 20), good[..^1], good + "more\n", good + "entry 1\n", good + "entry -1\n", good + "since\n  x\n",
            good.Replace("checkpoint\n", "checkpoint\n" + string.Concat(Enumerable.Repeat("  " + new string('x', 1000) + "\n", 100)), StringComparison.Ordinal),
            good + "entry 1\njson {}\n" + string.Concat(Enumerable.Repeat($"hash {new string('A', 43)}=\n", 70)),
        ];
        foreach (var file in files)
        {
            File.WriteAllText(Evidence, file);
            var report = Check(signer);
            Assert.NotEmpty(report.Findings);
            Assert.False(report.IsVouched);
        }

        File.WriteAllBytes(Evidence, [.. Encoding.UTF8.GetBytes(good), 0xff, (byte)'\n']);
        Assert.NotEmpty(Check(signer).Findings);
    }

    [Fact]
    public void EntryThatIsNoPlainText_IsInBase64()
    {
        var log = folder.Add(3, 0, signer);
        log.Entries.Add([0, 10, 255]);
        log.Write(4);
        Write(3, 3);
        Assert.Contains("base64 AAr/", File.ReadAllLines(Evidence));
        Assert.True(Check(signer).IsVouched);
    }

    private void Write(long from, long to, SignedNote? since = null)
    {
        using var snapshot = EvidenceLog.In(folder.Path)[0].Open();
        File.WriteAllLines(Evidence, EvidenceWriter.Lines(snapshot, from, to, null, since));
    }

    private EvidenceReport Check(params NoteSigner[] keys) => EvidenceCheck.Check(Evidence, [.. keys.Select(key => key.Key)], []);
}
