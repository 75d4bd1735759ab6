using System.Diagnostics;
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
                Outside =
                [new OutsideCheckpoint("kept", outside)]
            });
        var kept = Path.Join(folder.Path, "kept");
        await File.WriteAllBytesAsync(kept, outside, TestContext.Current.CancellationToken);
        using var second = JsonDocument.Parse(await RunAsync(log, kept));
        var theirs = second.RootElement;
        Assert.Equal((isGood, isGood), (ours.IsVouched, theirs.GetProperty("ok").GetBoolean()));
        Assert.Equal(isGood, theirs.GetProperty("findings").GetArrayLength() == 0);
        var report = ours.Logs[0];
        if (!isGood) return;
        Assert.Equal((report.Origin, report.Size, report.Root, report.Entries, report.Archived, report.Pending),
            (theirs.GetProperty("origin").GetString(), theirs.GetProperty("size").GetInt64(), theirs.GetProperty("root").GetString(),
                theirs.GetProperty("entries").GetInt64(), theirs.GetProperty("archived").GetInt64(), theirs.GetProperty("pending").GetInt64()));
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
        Assert.Equal(18, hashes.Count);
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

    private static async Task<string> RunAsync(string command, JsonNode input)
    {
        var start = new ProcessStartInfo(Node, [Script, command]) { RedirectStandardOutput = true, RedirectStandardInput = true };
        using var process = Process.Start(start)!;
        await process.StandardInput.WriteAsync(input.ToJsonString());
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
            case "archived":
                File.Delete(log.File_("tile/entries/001"));
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

    private async Task<string> RunAsync(BuiltLog log, string outside)
    {
        var start = new ProcessStartInfo(Node, [Script, "verify", log.Path, "--vkey", signer.Key.ToString(), "--checkpoint", outside]) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return output;
    }
}
