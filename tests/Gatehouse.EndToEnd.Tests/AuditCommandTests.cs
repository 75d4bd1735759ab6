using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gatehouse.Audit.Tests.Verification;
using Gatehouse.Audit.Tree;
using Gatehouse.Audit.Tree.Notes;

namespace Gatehouse.EndToEnd.Tests;

/// <summary><c>gatehouse audit</c> as an auditor meets it: with the files of a log and nothing else.</summary>
public sealed class AuditCommandTests
{
    // Behind the first two entries of a log.
    private const string Begun = """{"v":3,"seq":3,"kind":"begun","id":"a","at":"2026-11-20T08:30:00Z","gen":1}""";
    private const string Ended =
        """{"v":3,"seq":4,"kind":"ended","id":"a","at":"2026-11-20T08:30:01Z","gen":1,"up":1,"out":1,"bytesIn":9,"bytesOut":9}""";
    private const string Hostile = """{"v":3,"seq":6,"kind":"begun\u001b[2J","id":"b","at":"2026-11-20T08:30:02Z","gen":1}""";

    [Fact]
    public async Task AWholeLog_IsSaidToBeWhole_AndNoMoreThanThat()
    {
        using var log = new Folder(Begun, Ended);
        var (code, output, errors) = await RunAsync("--log", log.Path, "--damage");
        Assert.Equal(0, code);
        Assert.Contains("4 entries of 1 run in 1 evidence log, the first with seq 1; 0 lost, as the log says; 0 findings", output, StringComparison.Ordinal);
        Assert.Contains("does not detect forgery", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatIsWrong_IsSaidWithItsPlace_AndCannotForgeALine()
    {
        using var log = new Folder(Begun, Ended, Hostile, "no entry");
        var (code, output, _) = await RunAsync("--log", log.Path);
        Assert.Equal(1, code);
        Assert.Matches(": entry 4: bytes [0-9]+ to [0-9]+: gap: entries missing before this one: 1", output);
        Assert.Matches(@": entry 4: bytes [0-9]+ to [0-9]+: word: unknown kind of entry begun\\u\{001B\}\[2J", output);
        Assert.Matches(": entry 5: bytes [0-9]+ to [0-9]+: no-entry: ", output);
        Assert.DoesNotContain('\u001b', output);
    }

    [Fact]
    public async Task Json_HasItsVersionAndKind()
    {
        using var log = new Folder(Begun, "no entry");
        var (code, output, _) = await RunAsync("--log", log.Path, "--json");
        Assert.Equal(1, code);
        using var json = JsonDocument.Parse(output);
        Assert.Equal((1, "auditLog"), (json.RootElement.GetProperty("version").GetInt32(), json.RootElement.GetProperty("kind").GetString()));
        var finding = Assert.Single(json.RootElement.GetProperty("auditLog").GetProperty("findings").EnumerateArray());
        Assert.Equal(("no-entry", 3), (finding.GetProperty("kind").GetString(), finding.GetProperty("index").GetInt32()));
        Assert.Contains(json.RootElement.GetProperty("auditLog").GetProperty("facts").EnumerateArray(),
            fact => fact.GetString()!.StartsWith("calls without an end: 1, the first a (", StringComparison.Ordinal));
    }

    [Fact]
    public async Task WithoutALog_NothingIsSaidOfOne()
    {
        using var log = new Folder();
        var (code, output, errors) = await RunAsync("--state", log.Path);
        Assert.Equal((3, ""), (code, output));
        Assert.Contains("there is no audit log in", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EvidenceLog_IsVouchedForWithAKeyAndAnOutsideCheckpoint_AndEvidenceIsCheckedWithoutIt()
    {
        using var folder = new EvidenceFolder();
        using var signer = NoteSigner.Ecdsa("example.com/audit", ECDsa.Create(ECCurve.NamedCurves.nistP256));
        var log = folder.Add(300, 290, signer);
        using var outside = new Folder();
        var (key, kept, evidence) = (Path.Join(outside.Path, "audit.vkey"), Path.Join(outside.Path, "kept"), Path.Join(folder.Path, "evidence.txt"));
        await File.WriteAllTextAsync(key, signer.Key + "\n", TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(kept, log.Checkpoint(200).ToBytes(), TestContext.Current.CancellationToken);

        var (code, output, errors) = await RunAsync("--log", folder.Path, "--key", key, "--checkpoint", kept);
        Assert.True(code == 0, output + errors);
        Assert.Contains("Vouched: entries 0 to 289 of log-0001 (example.com/audit), since the checkpoint of size 200 in", output, StringComparison.Ordinal);
        Assert.Equal(1, (await RunAsync("--log", folder.Path, "--key", key)).Code);
        Assert.Equal(0, (await RunAsync("--log", folder.Path, "--damage")).Code);
        Assert.Equal(2, (await RunAsync("--log", folder.Path, "--key", "nothing")).Code);
        Assert.Equal(2, (await RunAsync("--log", folder.Path, "--from", "9", "--to", "3")).Code);
        Assert.Equal(2, (await RunAsync("--log", folder.Path, "--checkpoint", key + "x")).Code);
        var noNote = Path.Join(outside.Path, "no-note");
        await File.WriteAllTextAsync(noNote, "words\n", TestContext.Current.CancellationToken);
        Assert.Equal(2, (await RunAsync("--log", folder.Path, "--key", key, "--checkpoint", noNote)).Code);
        (code, output, errors) = await RunAsync("--log", folder.Path, "--key", key, "--checkpoint", kept, "--from", "300");
        Assert.True(code == 2 && output.Length == 0, output + errors);
        Assert.Contains("no entry 300", errors, StringComparison.Ordinal);
        (code, output, _) = await RunAsync("--log", folder.Path, "--key", key, "--checkpoint", kept, "--from", "280", "--to", "284");
        Assert.Equal(0, code);
        Assert.Contains("; 5 read, ", output, StringComparison.Ordinal);

        (code, output, errors) = await RunAsync("--log", folder.Path, "--key", key, "--checkpoint", kept, "--from", "280", "--to", "900");
        Assert.True(code == 2 && output.Length == 0, output + errors);
        Assert.Contains("--to: the newest evidence log has no entry 900", errors, StringComparison.Ordinal);
        (code, output, errors) = await AuditAsync("prove", "7", "--log", folder.Path, "--since", kept + "x", "--output", evidence);
        Assert.True(code == 2 && output.Length == 0, output + errors);
        Assert.Contains($"--since: {kept}x does not exist", errors, StringComparison.Ordinal);

        // The log's own checkpoint shows nothing, by whatever path it is given.
        var link = Path.Join(outside.Path, "link");
        Directory.CreateSymbolicLink(link, folder.Path);
        foreach (var own in (string[])[log.File_("checkpoint"), Path.Join(link, log.Name, "tile", "..", "checkpoint")])
        {
            (code, output, errors) = await RunAsync("--log", folder.Path, "--key", key, "--checkpoint", own);
            Assert.True(code == 2 && output.Length == 0, output + errors);
            Assert.Contains("kept elsewhere", errors, StringComparison.Ordinal);
        }

        Assert.Equal(2, (await RunAsync("--log", link, "--key", key, "--checkpoint", log.File_("checkpoint"))).Code);
        Assert.Equal(0, (await VerifierAsync("verify", folder.Path, "--key", signer.Key.ToString(), "--checkpoint", kept, "--since", "--json")).Code);

        Assert.Equal(0, (await AuditAsync("export", "--log", folder.Path, "--from", "7", "--to", "9", "--since", kept, "--output", evidence)).Code);
        Assert.Equal(2, (await AuditAsync("prove", "8", "--log", folder.Path, "--output", evidence)).Code);
        Assert.Equal(1, (await AuditAsync("prove", "295", "--log", folder.Path, "--output", evidence + "2")).Code);
        Assert.False(File.Exists(evidence + "2"));
        (code, output, errors) = await AuditAsync("prove", "id-9", "--log", folder.Path, "--output", evidence + "2");
        Assert.True(code == 0 && output.Length == 0, output + errors);
        Assert.Contains("the entries of id-9 of log-0001, under the checkpoint of size 290: written to", errors, StringComparison.Ordinal);
        Directory.Delete(log.Path, recursive: true);
        Assert.Equal(0, (await AuditAsync("check", evidence + "2", "--key", key)).Code);
        (code, output, errors) = await VerifierAsync("check", evidence, "--key", key, "--checkpoint", kept);
        Assert.True(code == 0, output + errors);
        Assert.Contains("Vouched: 3 entries, from 7 to 9, are in example.com/audit under its signed checkpoint of size 290.", output, StringComparison.Ordinal);
        Assert.Equal(1, (await VerifierAsync("check", evidence)).Code);
        Assert.Equal(2, (await VerifierAsync("check")).Code);
        Assert.Equal(3, (await VerifierAsync("verify", folder.Path + "x")).Code);
    }

    /// <summary>
    /// A holder of the folder can put another key there, with the real one: entries behind the outside checkpoint would then be vouched for.
    /// </summary>
    [Fact]
    [Trait("Requirement", "AU-02")]
    public async Task AKeyFromTheFolderOfALog_VouchesForNothing_AndBothFormsOfTheOutputSaySo()
    {
        using var folder = new EvidenceFolder();
        using var outside = new Folder();
        using var signer = NoteSigner.Ecdsa("example.com/audit", ECDsa.Create(ECCurve.NamedCurves.nistP256));
        using var forger = NoteSigner.Ecdsa("example.com/audit", ECDsa.Create(ECCurve.NamedCurves.nistP256));
        var log = folder.Add(30, 20, signer);
        var (kept, evidence) = (Path.Join(outside.Path, "kept"), Path.Join(outside.Path, "evidence.txt"));
        await File.WriteAllBytesAsync(kept, log.Checkpoint(10).ToBytes(), TestContext.Current.CancellationToken);
        var link = Path.Join(outside.Path, "link.vkeys");
        File.CreateSymbolicLink(link, log.File_("log.vkeys"));
        foreach (var given in (string[])[log.File_("log.vkeys"), link])
        {
            var says = $"{given} is in the folder of a log. A person who can write that folder can write another key there, so a key from it proves nothing about who signed the log.";
            var (code, output, errors) = await RunAsync("--log", folder.Path, "--key", given, "--checkpoint", kept);
            Assert.True(code == 1 && output.Contains(says, StringComparison.Ordinal), output + errors);
            Assert.DoesNotContain("Vouched:", output, StringComparison.Ordinal);
            (code, output, errors) = await VerifierAsync("verify", log.Path, "--key", given, "--checkpoint", kept, "--json");
            using var json = JsonDocument.Parse(output);
            Assert.True(code == 1 && Statements(json).Any(one => one.StartsWith(says, StringComparison.Ordinal)), output + errors);
        }

        // With the real key from elsewhere, the other one is compared and counts for nothing.
        Assert.Equal(0, (await RunAsync("--log", folder.Path, "--key", signer.Key.ToString(), "--key", link, "--checkpoint", kept)).Code);
        Assert.Equal(0, (await AuditAsync("export", "--log", folder.Path, "--output", evidence)).Code);
        var (checkedCode, checkedOutput, _) = await VerifierAsync("check", evidence, "--key", log.File_("log.vkeys"));
        Assert.True(checkedCode == 1 && checkedOutput.Contains("nothing is vouched for", StringComparison.Ordinal), checkedOutput);
        Assert.Contains("is in the folder of a log", checkedOutput, StringComparison.Ordinal);
        log.Write(25, forger);
        await File.AppendAllTextAsync(log.File_("log.vkeys"), signer.Key + "\n", TestContext.Current.CancellationToken);
        var (forgedCode, forged, _) = await RunAsync("--log", folder.Path, "--key", signer.Key.ToString(), "--key", log.File_("log.vkeys"), "--checkpoint", kept);
        Assert.True(forgedCode == 1 && !forged.Contains("Vouched:", StringComparison.Ordinal), forged);
    }

    /// <summary>A script that reads JSON learns what a person reads: that a check for damage vouches for nothing.</summary>
    [Fact]
    public async Task JsonOfACheckForDamage_SaysWhatThePlainOutputSays()
    {
        using var log = new Folder(Begun, Ended);
        var (_, _, errors) = await RunAsync("--log", log.Path, "--damage");
        var (code, output, _) = await RunAsync("--log", log.Path, "--damage", "--json");
        using var json = JsonDocument.Parse(output);
        Assert.Equal(0, code);
        var statement = Assert.Single(Statements(json));
        Assert.StartsWith("This check looks for damage and loss, and vouches for nothing", statement, StringComparison.Ordinal);
        Assert.Contains(statement, errors, StringComparison.Ordinal);
    }

    private static List<string> Statements(JsonDocument json) =>
        [.. json.RootElement.GetProperty("auditLog").GetProperty("statements").EnumerateArray().Select(one => one.GetString()!)];

    /// <summary>A fault of the command line is found before a person is asked, and is one line without names of types.</summary>
    [Theory]
    [InlineData("--limit", "x", "'x' of --limit is not a whole number")]
    [InlineData("--limit", "0", "from 1 to 1000")]
    [InlineData("--verdict", "maybe", "'maybe' of --verdict is not one of permit, deny, pass, begun, control")]
    public async Task AFaultOfASearch_IsFoundBeforeAProofIsAskedFor(string option, string value, string words)
    {
        using var folder = new Folder();
        var (code, output, errors) = await AuditAsync("search", "--state", folder.Path, option, value);
        Assert.True(code == 2 && output.Length == 0, output + errors);
        Assert.Contains(words, errors, StringComparison.Ordinal);
        Assert.DoesNotContain("needs proof", errors, StringComparison.Ordinal);
    }

    /// <summary>A link that waits beside the output is not written through, and no file of another program is deleted (CWE-59).</summary>
    [Fact]
    public async Task Evidence_IsNotWrittenThroughALink()
    {
        using var folder = new EvidenceFolder();
        using var outside = new Folder();
        using var signer = NoteSigner.Ecdsa("example.com/audit", ECDsa.Create(ECCurve.NamedCurves.nistP256));
        folder.Add(20, 20, signer);
        var (victim, evidence) = (Path.Join(outside.Path, "victim"), Path.Join(outside.Path, "evidence.txt"));
        await File.WriteAllTextAsync(victim, "precious", TestContext.Current.CancellationToken);
        File.CreateSymbolicLink(evidence + ".part", victim);
        var (code, output, errors) = await AuditAsync("prove", "7", "--log", folder.Path, "--output", evidence);
        Assert.True(code == 0, output + errors);
        Assert.Equal("precious", await File.ReadAllTextAsync(victim, TestContext.Current.CancellationToken));
        Assert.NotNull(new FileInfo(evidence + ".part").LinkTarget);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(evidence));
        Assert.Equal(3, Directory.GetFiles(outside.Path).Length);
    }

    /// <summary>The folder of one log is not the whole audit log: who is vouched for it learns which logs were not looked at.</summary>
    [Fact]
    public async Task OneLogOfSeveral_IsSaidToBeOneOfThem()
    {
        using var folder = new EvidenceFolder();
        using var outside = new Folder();
        using var signer = NoteSigner.Ecdsa("example.com/audit", ECDsa.Create(ECCurve.NamedCurves.nistP256));
        using var next = NoteSigner.Ecdsa("example.com/audit/2", ECDsa.Create(ECCurve.NamedCurves.nistP256));
        var log = folder.Add(20, 20, signer);
        var kept = Path.Join(outside.Path, "kept");
        await File.WriteAllBytesAsync(kept, log.Checkpoint(10).ToBytes(), TestContext.Current.CancellationToken);
        string[] check = ["--log", log.Path, "--key", signer.Key.ToString(), "--checkpoint", kept];
        var (code, output, errors) = await RunAsync(check);
        Assert.True(code == 0, output + errors);
        Assert.DoesNotContain("Not checked", output, StringComparison.Ordinal);
        folder.Add(5, 5, next);
        var says = $"This is about log-0001 only. Not checked: log-0002 in {folder.Path}, which began later than log-0001. To check every log, give that folder.";
        (code, output, errors) = await RunAsync(check);
        Assert.True(code == 0 && output.TrimEnd().EndsWith(says, StringComparison.Ordinal), output + errors);
        (code, output, _) = await RunAsync("--log", log.Path, "--damage");
        Assert.True(code == 0 && output.Contains(says, StringComparison.Ordinal), output);
        using var json = JsonDocument.Parse((await RunAsync([.. check, "--json"])).Output);
        Assert.Equal("log-0002", Assert.Single(json.RootElement.GetProperty("auditLog").GetProperty("notChecked").EnumerateArray()).GetString());
        Assert.Contains(json.RootElement.GetProperty("auditLog").GetProperty("statements").EnumerateArray(), one => one.GetString() == says);
        // Of the folder around them, the newest has no outside checkpoint.
        (code, output, _) = await RunAsync("--log", folder.Path, "--key", signer.Key.ToString(), "--key", next.Key.ToString(), "--checkpoint", kept);
        Assert.True(code == 1 && !output.Contains("Not checked", StringComparison.Ordinal), output);
    }

    /// <summary>An option that would have no effect is refused before anything is read: a person who gave it would believe that it had one.</summary>
    [Theory]
    [InlineData("verify --log x --damage --key k", "--key cannot be combined with --damage")]
    [InlineData("verify --log x --damage --checkpoint c", "--checkpoint cannot be combined with --damage")]
    [InlineData("verify --log x --damage --cosigner c", "--cosigner cannot be combined with --damage")]
    [InlineData("verify --log x --damage --witness-required", "--witness-required cannot be combined with --damage")]
    [InlineData("verify --log x --since", "--since needs --checkpoint or --cosigner")]
    [InlineData("verify --log x --config c", "--config cannot be combined with --log")]
    [InlineData("verify --log x --state s", "--state cannot be combined with --log")]
    [InlineData("verify --state s --config c", "--config cannot be combined with --state")]
    [InlineData("prove 1 --log x --key k -o o", "--key needs --receipt")]
    [InlineData("prove --receipt r --log x --since c -o o", "--since cannot be combined with --receipt")]
    [InlineData("prove --receipt r --log x --in log-0001 -o o", "--in cannot be combined with --receipt")]
    [InlineData("prove 1 --log x --config c -o o", "--config cannot be combined with --log")]
    [InlineData("export --id a --from 1 --log x -o o", "--from cannot be combined with --id")]
    [InlineData("export --id a --to 1 --log x -o o", "--to cannot be combined with --id")]
    [InlineData("search --log x --purpose p", "--purpose cannot be combined with --log")]
    [InlineData("show a --log x --token-file t", "--token-file cannot be combined with --log")]
    [InlineData("session a --log x --state s", "--state cannot be combined with --log")]
    [InlineData("stats --log x --config c", "--config cannot be combined with --log")]
    [InlineData("tail --state s --config c", "--config cannot be combined with --state")]
    [InlineData("gaps --log x --receipt r --config c", "--config cannot be combined with --log")]
    [InlineData("gaps --log x --key k", "--key needs --receipt")]
    [InlineData("gaps --state s --config c --receipt r", "--config cannot be combined with --state")]
    [InlineData("index --rebuild --state s --config c", "--config cannot be combined with --state")]
    [InlineData("person i s -o o --state s --config c", "--config cannot be combined with --state")]
    [InlineData("erase i s --state s --config c", "--config cannot be combined with --state")]
    public async Task AnOptionWithoutEffect_IsRefused(string line, string says)
    {
        using var folder = new Folder(Begun, Ended);
        var words = line.Split(' ').Select(word => word == "x" ? folder.Path : word);
        var (code, output, errors) = await AuditAsync([.. words]);
        Assert.True(code == 2 && output.Length == 0, $"{code}: {output}{errors}");
        Assert.Contains(says, errors, StringComparison.Ordinal);
    }

    /// <summary>A file that is not there, or cannot be written, is named with its option and the next step.</summary>
    [Theory]
    [InlineData("check nofile", 3, "gatehouse: nofile does not exist\n  give the path of a file")]
    [InlineData("receipt nofile", 3, "gatehouse: nofile does not exist\n  give the path of a file")]
    [InlineData("verify --log LOG --key nofile", 2, "--key: nofile does not exist\n  give the verifier key itself, or the path of a file")]
    [InlineData("verify --log LOG --cosigner nofile", 2, "--cosigner: nofile does not exist\n  give the verifier key itself")]
    [InlineData("verify --log LOG --checkpoint nofile", 2, "--checkpoint: nofile does not exist\n  give the path of a checkpoint")]
    [InlineData("prove 4711 --log LOG -o OUT", 1, "log-0001 has no entry 4711: its entries under the checkpoint have the indexes 0 to 289\n  give one")]
    [InlineData("prove 295 --log LOG -o OUT", 1, "entry 295 of log-0001 is not yet under a checkpoint\n  try again after the next checkpoint")]
    [InlineData("prove nosuch --log LOG -o OUT", 1, "log-0001 has no entry with the id nosuch that is here\n  give an index, or the whole id")]
    [InlineData("export --from 500 --log LOG -o OUT", 2, "--from: log-0001 has no entry 500: the last one under its checkpoint is 289\n  give an index from 0 to 289")]
    [InlineData("export --from 2 --to 900 --log LOG -o OUT", 2, "--to: log-0001 has no entry 900: the last one under its checkpoint is 289\n  give an index")]
    [InlineData("export --to 295 --log LOG -o OUT", 1, "entry 290 of log-0001 is not yet under a checkpoint")]
    [InlineData("export --from 9 --to 3 --log LOG -o OUT", 2, "--from is after --to")]
    [InlineData("export --to x --log LOG -o OUT", 2, "value 'x' of --to is not an index")]
    [InlineData("verify --config LOG/none.yaml", 2, "\n  give the folder of the audit log with --log, or the state folder of the gateway with --state")]
    [InlineData("verify --state LOG/none", 3, "there is no state folder ")]
    [InlineData("prove 3 --log LOG -o OUT/none/x", 3, "none/x cannot be written: the folder ")]
    [InlineData("export --log LOG -o OUT/none/x", 3, "\n  give a file with --output, in a folder that is there")]
    [InlineData("prove --receipt nofile --log LOG -o OUT", 3, "nofile does not exist\n  give the path of a file")]
    public async Task AFileThatCannotBeUsed_IsNamed_WithTheNextStep(string line, int expected, string says)
    {
        using var folder = new EvidenceFolder();
        using var signer = NoteSigner.Ecdsa("example.com/audit", ECDsa.Create(ECCurve.NamedCurves.nistP256));
        folder.Add(300, 290, signer);
        var output = Path.Join(folder.Path, "out");
        var words = line.Split(' ')
            .Select(word => word.Replace("LOG", folder.Path, StringComparison.Ordinal).Replace("OUT", output, StringComparison.Ordinal));
        var (code, shown, errors) = await AuditAsync([.. words]);
        Assert.True(code == expected && shown.Length == 0, $"{code}: {shown}{errors}");
        Assert.Contains(says, errors, StringComparison.Ordinal);
        Assert.False(File.Exists(output));
    }

    /// <summary>A configuration is right before the first start of its gateway, and there is no log yet: that is said, with the command.</summary>
    [Fact]
    public async Task BeforeTheFirstStart_TheRemedyIsToStartTheGateway()
    {
        using var folder = new Folder();
        var config = Path.Join(folder.Path, "gatehouse.yaml");
        await File.WriteAllTextAsync(config, $$"""
            version: 1
            publicUrl: https://mcp.example.com
            listen: { url: "http://127.0.0.1:8080" }
            state: {{folder.Path}}/state
            issuers:
              - issuer: https://login.example.com
            servers:
              tickets: { url: "https://tickets.example.com/mcp" }
            policy:
              - id: staff
                permit: { groups: [staff] }
            """, TestContext.Current.CancellationToken);
        var (code, output, errors) = await RunAsync("--config", config, "--damage");
        Assert.True(code == 3 && output.Length == 0, output + errors);
        Assert.Contains($"there is no audit log in {folder.Path}/state/audit yet: the folder does not exist", errors, StringComparison.Ordinal);
        Assert.Contains($"the gateway makes the folder at its first start: gatehouse serve --config {config}; to read another log, give its folder with --log",
            errors, StringComparison.Ordinal);
        Assert.DoesNotContain("or the configuration with --config", errors, StringComparison.Ordinal);
    }

    /// <summary>A check of a part, or of hashes only, must not look like one of everything: both verdicts say what was not read.</summary>
    [Theory]
    [InlineData("--structure", "The content of entries was not checked.")]
    [InlineData("--structure --damage", "The content of entries was not checked.")]
    [InlineData("--from 3 --to 9", "Read were entries 3 to 9. Of the others only hashes were used")]
    [InlineData("--from 3 --to 9 --damage", "Only the entries of the range were read. Of the others only hashes were used")]
    public async Task APartOfACheck_IsSaidToBeOne_AlsoWhereNothingIsVouchedFor(string options, string says)
    {
        using var folder = new EvidenceFolder();
        using var signer = NoteSigner.Ecdsa("example.com/audit", ECDsa.Create(ECCurve.NamedCurves.nistP256));
        folder.Add(30, 30, signer);
        var (_, output, errors) = await RunAsync(["--log", folder.Path, .. options.Split(' ')]);
        Assert.Contains(says, output, StringComparison.Ordinal);
        using var json = JsonDocument.Parse((await RunAsync(["--log", folder.Path, "--json", .. options.Split(' ')])).Output);
        Assert.Contains(Statements(json), one => one.StartsWith(says, StringComparison.Ordinal));
        Assert.DoesNotContain(says, (await RunAsync("--log", folder.Path)).Output, StringComparison.Ordinal);
        Assert.Empty(errors.Replace("This check looks for damage and loss, and vouches for nothing: it does not detect forgery by a person who can write the files.", "",
            StringComparison.Ordinal).Trim());
    }

    [Fact]
    public async Task AFolderAroundTheFolderOfLogs_HasItsRemedy()
    {
        using var around = new Folder();
        var inside = Path.Join(around.Path, "audit");
        Directory.CreateDirectory(inside);
        var (code, _, errors) = await RunAsync("--log", around.Path);
        Assert.True(code == 3 && errors.Contains($"there is no audit log in {around.Path}\n  there is a folder of one in it; give {inside}", StringComparison.Ordinal), errors);
        (code, _, errors) = await RunAsync("--log", inside);
        Assert.True(code == 3 && errors.Contains("give the folder of an audit log: it has a folder log-0001", StringComparison.Ordinal), errors);
    }

    /// <summary>An example of a help text begins with the words by which the command was called.</summary>
    [Theory]
    [InlineData("check")]
    [InlineData("receipt")]
    public async Task TheExamplesOfAHelp_AreThoseOfTheProgram(string command)
    {
        var (_, gatehouse, _) = await AuditAsync(command, "--help");
        var (_, verifier, _) = await VerifierAsync(command, "--help");
        Assert.Contains($"    gatehouse audit {command} ", gatehouse, StringComparison.Ordinal);
        Assert.DoesNotContain("gatehouse-verify", gatehouse, StringComparison.Ordinal);
        Assert.Contains($"    gatehouse-verify {command} ", verifier, StringComparison.Ordinal);
    }

    /// <summary>The folder is an option of the one command and an argument of the other: a line that mixes them up has a short answer.</summary>
    [Theory]
    [InlineData("verify --log x", "unknown option '--log': the folder of the log is an argument here\n  write: gatehouse-verify verify FOLDER\n")]
    [InlineData("verify x --state y", "unknown option '--state': the folder of the log is an argument here\n")]
    [InlineData("verify x --frm 3", "unknown option '--frm'\n  see: gatehouse-verify verify --help\n")]
    [InlineData("check x --log=y", "unknown option '--log'\n  see: gatehouse-verify check --help\n")]
    [InlineData("prove 1", "'prove' is a command of 'gatehouse audit' only")]
    [InlineData("nothing", "unknown command 'nothing'\n  see: gatehouse-verify --help\n")]
    [InlineData("verify", "required argument missing for command: 'verify'\n  see: gatehouse-verify verify --help\n")]
    public async Task TheCommandOfAuditors_SaysWhatIsWrongWithItsLine(string line, string says)
    {
        var (code, output, errors) = await VerifierAsync(line.Split(' '));
        Assert.True(code == 2 && output.Length == 0, output + errors);
        Assert.StartsWith($"gatehouse-verify: {says}", errors, StringComparison.Ordinal);
        Assert.True(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length == 2, errors);
    }

    [Fact]
    public async Task TheCommandOfAuditors_ListsItsCommandsInALineEach()
    {
        var (code, output, _) = await VerifierAsync("--help");
        Assert.Equal(0, code);
        Assert.Contains("  verify <folder>  Check an audit log: entries, hashes, signatures, and checkpoints that were kept elsewhere.\n", output, StringComparison.Ordinal);
        Assert.DoesNotContain("Examples:", output, StringComparison.Ordinal);
        Assert.Contains("Examples:", (await VerifierAsync("verify", "--help")).Output, StringComparison.Ordinal);
        Assert.Equal(2, (await VerifierAsync()).Code);
    }

    /// <summary>Each log counts from 0: an index alone is of the newest, which is said.</summary>
    [Fact]
    public async Task AnIndexWithoutItsLog_IsOfTheNewest_AndTheNoteNamesTheOthers()
    {
        using var folder = new EvidenceFolder();
        using var signer = NoteSigner.Ecdsa("example.com/audit", ECDsa.Create(ECCurve.NamedCurves.nistP256));
        folder.Add(300, 300, signer);
        folder.Add(20, 20, signer);
        var (code, output, errors) = await AuditAsync("prove", "200", "--log", folder.Path, "--output", Path.Join(folder.Path, "first.txt"));
        Assert.True(code == 1 && output.Length == 0, output + errors);
        Assert.Contains("log-0002 is taken, the newest of 2 logs here", errors, StringComparison.Ordinal);
        Assert.Contains("--in log-0001", errors, StringComparison.Ordinal);
        (code, _, errors) = await AuditAsync("prove", "200", "--log", folder.Path, "--in", "log-0001", "--output", Path.Join(folder.Path, "second.txt"));
        Assert.Equal(0, code);
        Assert.DoesNotContain("is taken", errors, StringComparison.Ordinal);
    }

    /// <summary>A receipt is read, compared with its call, and proven kept, not yet due, or not kept; and the proof needs no log.</summary>
    [Fact]
    [Trait("Requirement", "AU-02")]
    public async Task Receipts_AreReadAndProven_AndABrokenOneIsAFinding()
    {
        using var folder = new EvidenceFolder();
        using var kept = new Folder();
        using var signer = NoteSigner.Ecdsa("example.com/audit", ECDsa.Create(ECCurve.NamedCurves.nistP256));
        var log = folder.Add(300, 290, signer);
        var vectors = Path.Join(Repository.Root, "tests/second-verifier/receipt-vectors.json");
        var call = JsonNode.Parse(await File.ReadAllTextAsync(vectors, TestContext.Current.CancellationToken))!["calls"]![0]!;
        string PathOf(string name) => Path.Join(kept.Path, name);
        async Task<string> PutAsync(string name, string text)
        {
            await File.WriteAllTextAsync(PathOf(name), text, TestContext.Current.CancellationToken);
            return PathOf(name);
        }

        async Task<string> PromiseAsync(int index)
        {
            Assert.True(TreeHash.TryParse((string)call["call"]!, out var hash));
            var receipt = new Receipt(log.Origin, index, MerkleTree.Leaf(log.Entries[index]), TimeProvider.System.GetUtcNow(), Receipt.Within, hash);
            var note = SignedNote.Sign(receipt.ToText(), [signer]).ToString();
            return await PutAsync($"{index}.json", new JsonObject { ["note"] = note, ["salt"] = (string?)call["salt"] }.ToJsonString());
        }

        var (key, receipt, pending) = (signer.Key.ToString(), await PromiseAsync(40), await PromiseAsync(295));
        var (request, answer) = (await PutAsync("request", (string)call["request"]!), await PutAsync("answer", (string)call["answer"]!));
        Assert.Equal(0, (await VerifierAsync("receipt", receipt, "--key", key, "--request", request, "--answer", answer)).Code);
        Assert.Equal(1, (await VerifierAsync("receipt", receipt, "--key", key, "--request", answer, "--answer", answer)).Code);
        Assert.Equal(1, (await AuditAsync("receipt", receipt)).Code);
        using var newer = NoteSigner.Ecdsa("example.com/audit/2", ECDsa.Create(ECCurve.NamedCurves.nistP256));
        var ofNewer = await VerifierAsync("receipt", receipt, "--key", newer.Key.ToString());
        Assert.True(ofNewer.Code == 1 && ofNewer.Output.Contains("none of the given keys is of the log example.com/audit.", StringComparison.Ordinal), ofNewer.Output);
        // The object of a receipt has no answer. It must not look like the receipt of another call.
        var alone = await VerifierAsync("receipt", receipt, "--key", key, "--request", request);
        Assert.True(alone.Code == 2 && alone.Errors.Contains("has the receipt and not the answer", StringComparison.Ordinal), alone.Errors);
        Assert.DoesNotContain("It is not the receipt", alone.Output, StringComparison.Ordinal);
        // What is not in the hash has one form, and a large file its bound.
        var junk = await PutAsync("junk", ((string)call["request"]!).Replace("\"gatehouse/receipt\":true", "\"gatehouse/receipt\":{\"pay\":1000000}", StringComparison.Ordinal));
        var (code, output, errors) = await VerifierAsync("receipt", receipt, "--key", key, "--request", junk, "--answer", answer);
        Assert.True(code == 1 && output.Contains("does not ask for a receipt", StringComparison.Ordinal), output + errors);
        var forged = await PutAsync("forged", ((string)call["answer"]!).Replace("\"content\"", "\"_meta\":{\"gatehouse/receipt\":{\"note\":\"paid\",\"salt\":\"x\"}},\"content\"", StringComparison.Ordinal));
        (code, output, errors) = await VerifierAsync("receipt", receipt, "--key", key, "--request", request, "--answer", forged);
        Assert.True(code == 1 && output.Contains("has another receipt", StringComparison.Ordinal), output + errors);
        await using (var large = File.OpenWrite(PathOf("large"))) large.SetLength((64 << 20) + 1);
        (code, _, errors) = await VerifierAsync("receipt", receipt, "--key", key, "--request", request, "--answer", PathOf("large"));
        Assert.True(code == 3 && errors.Contains("larger than 64 MiB", StringComparison.Ordinal), errors);
        Assert.Equal(2, (await VerifierAsync("receipt", request, "--key", key)).Code);

        Assert.Equal(2, (await AuditAsync("prove", "--log", folder.Path, "--output", PathOf("none"))).Code);
        Assert.Equal(2, (await AuditAsync("prove", "40", "--receipt", receipt, "--log", folder.Path, "--output", PathOf("none"))).Code);
        Assert.Equal(2, (await AuditAsync("prove", "--receipt", request, "--log", folder.Path, "--output", PathOf("none"))).Code);
        (code, output, errors) = await AuditAsync("prove", "--receipt", pending, "--log", folder.Path, "--output", PathOf("none"));
        Assert.True(code == 3 && output.StartsWith("Not yet: entry 295", StringComparison.Ordinal), output + errors);
        Assert.Contains("it is due at", output, StringComparison.Ordinal);
        Assert.False(File.Exists(PathOf("none")));
        Assert.Contains("nothing was written", errors, StringComparison.Ordinal);
        (code, output, errors) = await AuditAsync("prove", "--receipt", receipt, "--log", folder.Path, "--output", PathOf("proof"));
        Assert.True(code == 0, output + errors);
        Assert.Contains($"evidence about the receipt: written to {PathOf("proof")}", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("receipts that were not kept", (await AuditAsync("gaps", "--log", folder.Path, "--receipt", receipt)).Output, StringComparison.Ordinal);

        log.Entries[40] = BuiltLog.Entry(41, new JsonObject { ["act"] = "changed" });
        log.Write(290);
        (code, output, errors) = await AuditAsync("prove", "--receipt", receipt, "--log", folder.Path, "--output", PathOf("broken"));
        Assert.True(code == 1 && output.StartsWith("Not kept: entry 40", StringComparison.Ordinal), output + errors);
        (code, output, errors) = await AuditAsync("gaps", "--log", folder.Path, "--receipt", receipt);
        Assert.True(code == 1 && output.Contains("receipts that were not kept: 1", StringComparison.Ordinal), output + errors);
        Directory.Delete(log.Path, recursive: true);
        Assert.Equal(0, (await VerifierAsync("check", PathOf("proof"), "--key", key)).Code);
        (code, output, errors) = await VerifierAsync("check", PathOf("broken"), "--key", key);
        Assert.True(code == 1 && output.Contains("Not kept: the receipt of entry 40 of example.com/audit.", StringComparison.Ordinal), output + errors);

        // The log is gone. Without its key, anybody could have written the receipt.
        (code, output, errors) = await AuditAsync("gaps", "--log", folder.Path, "--receipt", receipt);
        Assert.True(code == 3 && errors.Contains("not signed by a known key", StringComparison.Ordinal), output + errors);
        Assert.DoesNotContain("not kept", output + errors, StringComparison.Ordinal);
        (code, output, errors) = await AuditAsync("prove", "--receipt", receipt, "--log", folder.Path, "--output", PathOf("none"));
        Assert.True(code == 1 && errors.Contains("give its key with --key", StringComparison.Ordinal), output + errors);
        (code, output, errors) = await AuditAsync("prove", "--receipt", receipt, "--log", folder.Path, "--output", PathOf("none"), "--key", key);
        Assert.True(code == 3 && output.StartsWith("Not known: the log example.com/audit is not in the folder", StringComparison.Ordinal), output + errors);
    }

    private static Task<(int Code, string Output, string Errors)> VerifierAsync(params string[] arguments) =>
        OneShot.RunAsync(ProcessPlan.Dotnet(Repository.VerifierDll, arguments));

    private static Task<(int Code, string Output, string Errors)> AuditAsync(params string[] arguments) =>
        OneShot.RunAsync(ProcessPlan.Dotnet(Repository.GatewayDll, ["audit", .. arguments]));

    private static Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments) =>
        OneShot.RunAsync(ProcessPlan.Dotnet(Repository.GatewayDll, ["audit", "verify", .. arguments]));

    private sealed class Folder : IDisposable
    {
        private readonly EvidenceFolder folder = new();

        public Folder(params string[] entries)
        {
            if (entries.Length == 0) return;
            using var signer = NoteSigner.Ecdsa("example.com/audit", ECDsa.Create(ECCurve.NamedCurves.nistP256));
            var log = folder.Add(2, 0, signer);
            log.Entries.AddRange(entries.Select(Encoding.UTF8.GetBytes));
            log.Write(log.Entries.Count);
        }

        public string Path => folder.Path;

        public void Dispose() => folder.Dispose();
    }
}
