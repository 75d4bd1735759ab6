using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gatehouse.Audit.Tree;
using Gatehouse.Audit.Tree.Notes;
using Gatehouse.Audit.Verification;
using Gatehouse.Audit.Verification.Logs;
using Gatehouse.Audit.Verification.Proofs;

namespace Gatehouse.Audit.Tests.Verification;

/// <summary>A second implementation in another language, written from the specifications only, agrees with this one on logs that are good and
/// bad.</summary>
public sealed class SecondVerifierTests : IDisposable
{
    private readonly EvidenceFolder folder = new();
    private readonly NoteSigner signer = NoteSigner.Ecdsa("example.com/audit", ECDsa.Create(ECCurve.NamedCurves.nistP256));

    public void Dispose()
    {
        folder.Dispose();
        signer.Dispose();
    }

    [Theory]
    [InlineData("good", true)]
    [InlineData("archived", true)]
    [InlineData("deleted", false)]
    [InlineData("archived in part", false)]
    [InlineData("first bundle archived", false)]
    [InlineData("repeated", true)]
    [InlineData("headless", true)]
    [InlineData("headless with entries", false)]
    [InlineData("flipped", false)]
    [InlineData("tile", false)]
    [InlineData("checkpoint", false)]
    [InlineData("key", false)]
    [InlineData("rewritten", false)]
    [InlineData("rolled-back", false)]
    public async Task Both_Agree(string act, bool isGood)
    {
        Assert.SkipUnless(File.Exists(Script) && File.Exists(Node), "the second verifier or Node is not there");
        var log = folder.Add(700, 690, signer);
        log.Journal[0] = 600;
        log.Write(690);
        var outside = log.Checkpoint(650).ToBytes();
        Tamper(log, act);
        var ours =
            AuditLogVerifier.Verify(folder.Path, new VerificationRequest
            {
                Keys = [signer.Key],
                StructureOnly = true,
                Outside = [new OutsideCheckpoint("kept", outside)],
                Archived = Archived(act) is { } archived ? [ArchivedRange.Parse($"log-0001:{archived}")!] : [],
            });
        var kept = Path.Join(folder.Path, "kept");
        await File.WriteAllBytesAsync(kept, outside, TestContext.Current.CancellationToken);
        using var second = JsonDocument.Parse(await RunAsync(log, kept, Archived(act)));
        var theirs = second.RootElement;
        Assert.Equal((isGood, isGood), (ours.IsVouched, theirs.GetProperty("ok").GetBoolean()));
        Assert.Equal(isGood, theirs.GetProperty("findings").GetArrayLength() == 0);
        var report = ours.Logs[0];
        if (!isGood) return;
        Assert.Equal((report.Origin, report.Size, report.Root, report.Entries, report.Archived, report.Pending),
            (theirs.GetProperty("origin").GetString(), theirs.GetProperty("size").GetInt64(), theirs.GetProperty("root").GetString(),
                theirs.GetProperty("entries").GetInt64(), theirs.GetProperty("archived").GetInt64(), theirs.GetProperty("pending").GetInt64()));
    }

    /// <summary>One byte, one entry or one file of a good log is changed, by chance: both vouch for the log, or neither does.</summary>
    [Fact]
    public async Task Both_AgreeAboutLogsThatWereChangedByChance()
    {
        const int Seed = 20261123;
        const int Rounds = 60;
        Assert.SkipUnless(File.Exists(Script) && File.Exists(Node), "the second verifier or Node is not there");
        var log = folder.Add(700, 690, signer);
        log.Journal[0] = 600;
        log.Write(690);
        var outside = log.Checkpoint(650).ToBytes();
        var kept = Path.Join(folder.Path, "kept");
        await File.WriteAllBytesAsync(kept, outside, TestContext.Current.CancellationToken);
        var original = log.Entries.ToList();
        var checkpoint = await File.ReadAllBytesAsync(log.File_("checkpoint"), TestContext.Current.CancellationToken);
        var (ours, folders, acts) = (new List<bool>(), new JsonArray(), new List<string>());
        for (var round = 0; round < Rounds; round++)
        {
            var random = new Random(Seed + round);
            log.Entries.Clear();
            log.Entries.AddRange(original);
            var isOfEntries = round % 3 == 2;
            if (isOfEntries) ChangeEntries(log.Entries, random, 690);
            log.Write(690);
            await File.WriteAllBytesAsync(log.File_("checkpoint"), checkpoint, TestContext.Current.CancellationToken);
            acts.Add(isOfEntries ? $"seed {Seed + round}: entries" : round == 0 ? "nothing" : $"seed {Seed + round}: {ChangeFile(log, random)}");
            var copy = Path.Join(folder.Path, "copies", round.ToString(CultureInfo.InvariantCulture));
            Copy(log.Path, copy);
            folders.Add(copy);
            ours.Add(AuditLogVerifier.Verify(copy, new VerificationRequest
            {
                Keys = [signer.Key],
                StructureOnly = true,
                Outside = [new OutsideCheckpoint("kept", outside)],
            }).IsVouched);
        }

        var input = new JsonObject { ["vkey"] = signer.Key.ToString(), ["checkpoint"] = kept, ["folders"] = folders };
        var theirs = JsonNode.Parse(await NodeAsync(input.ToJsonString(), Path.Join(Root(), "tests/second-verifier/verify-each.mjs")))!.AsArray();
        var different = Enumerable.Range(0, Rounds).Where(round => ours[round] != ((bool?)theirs[round] ?? false)).Select(round => $"{acts[round]}: ours {ours[round]}");
        Assert.Empty(different);
        Assert.True(ours[0]);
        Assert.InRange(ours.Count(isGood => !isGood), Rounds / 2, Rounds - 1);
    }

    /// <summary>What one makes, the other accepts: proofs of both kinds, notes and cosignatures.</summary>
    [Fact]
    public async Task ProofsAndNotes_AreThoseOfTheOther()
    {
        Assert.SkipUnless(File.Exists(Script) && File.Exists(Node), "the second verifier or Node is not there");
        var log = folder.Add(700, 690, signer);
        var leaves = log.Entries.Take(690).Select(entry => MerkleTree.Leaf(entry)).ToArray();
        foreach (var index in (int[])[0, 255, 256, 689])
        {
            var theirs = await AskAsync("inclusion", log.Path, index.ToString(CultureInfo.InvariantCulture));
            Assert.True(InclusionProof.Verify(leaves[index], index, 690, Hashes(theirs), log.Root(690)), $"the proof of {index}");
            var input = new JsonObject
            {
                ["index"] = index,
                ["size"] = 690,
                ["leafHash"] = leaves[index].ToString(),
                ["root"] = log.Root(690).ToString(),
                ["proof"] = theirs["proof"]!.DeepClone(),
            };
            Assert.True(await IsOkAsync("check-inclusion", input));
            input["index"] = index ^ 1;
            Assert.False(await IsOkAsync("check-inclusion", input));
        }

        foreach (var old in (int[])[1, 256, 500, 690])
        {
            var theirs = await AskAsync("consistency", log.Path, old.ToString(CultureInfo.InvariantCulture));
            Assert.True(ConsistencyProof.Verify(old, log.Root(old), 690, log.Root(690), Hashes(theirs)), $"the proof from {old}");
            var input = new JsonObject
            {
                ["oldSize"] = old,
                ["newSize"] = 690,
                ["oldRoot"] = log.Root(old).ToString(),
                ["newRoot"] = log.Root(690).ToString(),
                ["proof"] = theirs["proof"]!.DeepClone(),
            };
            Assert.True(await IsOkAsync("check-consistency", input));
            input["oldRoot"] = log.Root(2).ToString();
            Assert.False(await IsOkAsync("check-consistency", input));
        }

        using var witness = Cosigner.Ecdsa("witness.example/w1", ECDsa.Create(ECCurve.NamedCurves.nistP256));
        List<Cosigner> witnesses = [witness];
        using var modern = NoteSigner.HasEd25519 ? Cosigner.WithEd25519("witness.example/w1", new byte[32]) : null;
        if (modern is not null) witnesses.Add(modern);
        var note = log.Checkpoint(690);
        var time = DateTimeOffset.FromUnixTimeSeconds(1_790_000_000);
        note = note with { Signatures = [.. note.Signatures, .. witnesses.Select(one => one.Sign(note.Text, time))] };
        await File.WriteAllBytesAsync(log.File_("checkpoint"), note.ToBytes(), TestContext.Current.CancellationToken);
        foreach (var cosigner in witnesses)
        {
            foreach (var (key, isGood) in ((NoteKey, bool)[])[(cosigner.Key, true), (Stranger(), false)])
            {
                var ours = AuditLogVerifier.Verify(log.Path, new VerificationRequest
                {
                    Keys = [signer.Key],
                    StructureOnly = true,
                    Cosigners = [new WitnessKey(key, "operator")],
                    RequiresWitness = true,
                });
                Assert.Equal(isGood, ours.Findings.Count == 0);
                Assert.Equal(isGood, (bool)(await AskAsync("verify", log.Path, "--cosigner", key.ToString()))["ok"]!);
            }
        }
    }

    /// <summary>The program is held to the vectors of the specifications, and not only to this implementation.</summary>
    [Fact]
    public async Task SelfTest_OfTheSecondVerifier_HoldsForItsFastPart()
    {
        Assert.SkipUnless(File.Exists(Script) && File.Exists(Node), "the second verifier or Node is not there");
        var output = await NodeAsync("", "--test", "--test-reporter=tap",
            "--test-name-pattern=vectors|example|strict values|archived bundles|pending entries|findings|cosignatures|the note command|verifier keys|numbers",
            Path.Join(Root(), "tests/second-verifier/selftest.mjs"));
        Assert.Contains("# fail 0", output, StringComparison.Ordinal);
        Assert.Matches("# pass [1-9][0-9]", output);
    }

    private async Task<JsonNode> AskAsync(params IEnumerable<string> words) =>
        JsonNode.Parse(await NodeAsync("", [Script, .. words, "--vkey", signer.Key.ToString()]))!;

    private static NoteKey Stranger()
    {
        using var other = Cosigner.Ecdsa("witness.example/w1", ECDsa.Create(ECCurve.NamedCurves.nistP256));
        return NoteKey.TryParse(other.Key.ToString(), out var key, out _) ? key : throw new InvalidOperationException("the key is none");
    }

    private static IReadOnlyList<TreeHash> Hashes(JsonNode proof) =>
        [.. proof["proof"]!.AsArray().Select(hash => TreeHash.TryParse((string)hash!, out var read) ? read : throw new FormatException("no hash"))];

    private static async Task<bool> IsOkAsync(string command, JsonNode input) => (bool)JsonNode.Parse(await RunAsync(command, input))!["ok"]!;

    private static void ChangeEntries(List<byte[]> entries, Random random, int size)
    {
        var at = random.Next(size);
        var other = (at + 1 + random.Next(size - 1)) % size;
        switch (random.Next(4))
        {
            case 0:
                entries.RemoveAt(at);
                break;
            case 1:
                (entries[at], entries[other]) = (entries[other], entries[at]);
                break;
            case 2:
                entries.Insert(at, entries[other]);
                break;
            default:
                entries[at] = BuiltLog.Entry(at + 1, new JsonObject { ["act"] = "changed" });
                break;
        }
    }

    // Keys beside the log are not a part of what the second verifier reads. Bytes behind the checkpoint are vouched for by nothing.
    private static string ChangeFile(BuiltLog log, Random random)
    {
        var files = Directory.GetFiles(log.Path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Where(file => Path.GetFileName(file) == "checkpoint" || file.Contains("/tile/", StringComparison.Ordinal)).ToList();
        var file = files[random.Next(files.Count)];
        var bytes = File.ReadAllBytes(file);
        var at = random.Next(bytes.Length);
        switch (random.Next(4))
        {
            case 0:
                File.WriteAllBytes(file, bytes[..at]);
                return $"{file} cut at {at}";
            case 1:
                File.WriteAllBytes(file, [.. bytes, (byte)random.Next(256)]);
                return $"{file} with a byte more";
            default:
                bytes[at] ^= (byte)(1 << random.Next(8));
                File.WriteAllBytes(file, bytes);
                return $"{file} with another byte at {at}";
        }
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.GetFiles(from)) File.Copy(file, Path.Join(to, Path.GetFileName(file)));
        foreach (var inner in Directory.GetDirectories(from)) Copy(inner, Path.Join(to, Path.GetFileName(inner)));
    }

    [Fact]
    public async Task Receipt_IsReadAndProvenByBoth()
    {
        Assert.SkipUnless(File.Exists(Script) && File.Exists(Node), "the second verifier or Node is not there");
        var file = Path.Join(Root(), "tests/second-verifier/receipt-vectors.json");
        var vectors = JsonNode.Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken))!;
        Assert.Equal(vectors["calls"]!.AsArray().Select(call => (string?)call!["call"]),
            JsonNode.Parse(await RunAsync("hash-calls", vectors))!["hashes"]!.AsArray().Select(hash => (string?)hash));
        foreach (var none in vectors["none"]!.AsArray()) none!["salt"] = (string?)vectors["calls"]![0]!["salt"];
        var hashes = JsonNode.Parse(await RunAsync("hash-calls", new JsonObject { ["calls"] = vectors["none"]!.DeepClone() }))!["hashes"]!.AsArray();
        Assert.Equal(24, hashes.Count);
        Assert.All(hashes, Assert.Null);

        var log = folder.Add(700, 690, signer);
        var call = vectors["calls"]![4]!.AsObject();
        Assert.True(TreeHash.TryParse((string)call["call"]!, out var hash));
        var receipt = new Receipt(log.Origin, 400, MerkleTree.Leaf(log.Entries[400]), DateTimeOffset.UnixEpoch, Receipt.Within, hash);
        var given = new GivenReceipt(SignedNote.Sign(receipt.ToText(), [signer]), receipt, null);
        Assert.Equal("ok", await CheckAsync(given, call));
        Assert.Equal("it is the receipt of another call", await CheckAsync(given, vectors["calls"]![3]!.AsObject()));
        Assert.Equal("the request does not ask for a receipt", await CheckAsync(given, vectors["none"]![5]!.AsObject(), proven: false));
        Assert.Equal("the answer has another receipt", await CheckAsync(given, call, proven: false, own: false));
        Assert.Equal("the key did not sign the receipt",
            await CheckAsync(given with { Note = given.Note with { Text = (receipt with { Index = 401 }).ToText() } }, call, proven: false));
        Assert.Equal("not a receipt", await CheckAsync(given with { Note = log.Checkpoint(690) }, call, proven: false));
        log.Entries[400] = BuiltLog.Entry(401, new JsonObject { ["act"] = "changed" });
        log.Write(690);
        Assert.Equal("the promise was not kept", await CheckAsync(given, call));
    }

    private async Task<string> CheckAsync(GivenReceipt given, JsonObject call, bool proven = true, bool own = true)
    {
        // An answer that has a receipt has this one.
        var note = new JsonObject { ["note"] = given.Note.ToString(), ["salt"] = (string?)call["salt"] };
        var answered = ((string)call["answer"]!).Replace("{\"note\":\"n\",\"salt\":\"s\"}", own ? note.ToJsonString() : "{\"note\":\"n\",\"salt\":\"s\"}", StringComparison.Ordinal);
        var input = new JsonObject
        {
            ["vkey"] = signer.Key.ToString(),
            ["note"] = given.Note.ToString(),
            ["salt"] = (string?)call["salt"],
            ["request"] = (string?)call["request"],
            ["answer"] = answered,
        };
        if (proven)
        {
            var lines = ReceiptProof.Of(folder.Path, given, DateTimeOffset.UnixEpoch).Evidence;
            input["leafHash"] = lines.Single(line => line.StartsWith("leaf ", StringComparison.Ordinal))[5..];
            var path = lines.Where(line => line.StartsWith("hash ", StringComparison.Ordinal)).Select(line => JsonValue.Create(line[5..]));
            input["proof"] = new JsonArray([.. path]);
            var checkpoint = EvidenceLog.In(folder.Path)[0].Open();
            using (checkpoint) (input["size"], input["root"]) = (checkpoint.Checkpoint!.Size, checkpoint.Checkpoint.Root.ToString());
        }

        var answer = JsonNode.Parse(await RunAsync("check-receipt", input))!;
        return (bool)answer["ok"]! ? "ok" : (string)answer["findings"]![0]!["detail"]!;
    }

    private static Task<string> RunAsync(string command, JsonNode input) => NodeAsync(input.ToJsonString(), Script, command);

    private static async Task<string> NodeAsync(string input, params IEnumerable<string> words)
    {
        var start = new ProcessStartInfo(Node, words) { RedirectStandardOutput = true, RedirectStandardInput = true };
        using var process = Process.Start(start)!;
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return output;
    }

    private static string Script => Path.Join(Root(), "tests/second-verifier/verify.mjs");

    private static string Node => Path.Join(Root(), ".tools/node/bin/node");

    private static string Root([CallerFilePath] string here = "") =>
        here.StartsWith("/_/", StringComparison.Ordinal) ? Above(AppContext.BaseDirectory) : Above(Path.GetDirectoryName(here)!);

    private static string Above(string folder) => File.Exists(Path.Join(folder, "Gatehouse.slnx")) ? folder
        : Above(Path.GetDirectoryName(folder) ?? throw new IOException("no repository"));

    private static void Tamper(BuiltLog log, string act)
    {
        switch (act)
        {
            case "archived" or "archived in part" or "deleted":
                File.Delete(log.File_("tile/entries/001"));
                break;
            case "first bundle archived": // it names the log before this one
                File.Delete(log.File_("tile/entries/000"));
                break;
            case "repeated": // a process began with entries of the one before it, whose sync was not certain
                var first = File.ReadAllBytes(log.JournalFile(0));
                log.Journal.Add(650);
                log.Write(690);
                File.WriteAllBytes(log.JournalFile(0), first);
                break;
            case "headless": // the first sync of the second segment failed
                log.Journal.AddRange([650, 650]);
                log.Write(690);
                File.WriteAllBytes(log.JournalFile(1), [.. new byte[JournalFormat.HeaderBytes], 1, 2, 3]);
                break;
            case "headless with entries":
                log.Journal.AddRange([650, 660]);
                log.Write(690);
                File.WriteAllBytes(log.JournalFile(1), new byte[5000]);
                break;
            case "flipped":
                Flip(log.File_("tile/entries/001"), 4000);
                break;
            case "tile":
                Flip(log.File_("tile/0/001"), 40);
                break;
            case "checkpoint":
                File.WriteAllText(log.File_("checkpoint"), File.ReadAllText(log.File_("checkpoint")).Replace("\n690\n", "\n689\n", StringComparison.Ordinal));
                break;
            case "key":
                using (var other = NoteSigner.Ecdsa("example.com/audit", ECDsa.Create(ECCurve.NamedCurves.nistP256))) log.Write(690, other);
                break;
            case "rewritten":
                log.Entries[40] = BuiltLog.Entry(41, new() { ["act"] = "changed" });
                log.Write(690);
                break;
            case "rolled-back":
                log.Entries.RemoveRange(400, 300);
                log.Journal[0] = 300;
                log.Write(400);
                break;
        }
    }

    private static void Flip(string file, int offset)
    {
        var bytes = File.ReadAllBytes(file);
        bytes[offset] ^= 1;
        File.WriteAllBytes(file, bytes);
    }

    private Task<string> RunAsync(BuiltLog log, string outside, string? archived = null) => NodeAsync("",
        [Script, "verify", log.Path, "--vkey", signer.Key.ToString(), "--checkpoint", outside, .. archived is null ? (string[])[] : ["--archived", archived]]);

    private static string? Archived(string act) => act switch
    {
        "archived" => "256-511",
        "archived in part" => "256-400",
        "first bundle archived" => "0-255",
        _ => null,
    };
}
