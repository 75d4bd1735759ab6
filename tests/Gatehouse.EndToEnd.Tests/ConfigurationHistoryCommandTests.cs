using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Gatehouse.EndToEnd.Tests.Harness;
using Gatehouse.Testing;

namespace Gatehouse.EndToEnd.Tests;

/// <summary><c>gatehouse config history|diff|rollback</c> with the program as it is delivered, beside a running gateway and without one.</summary>
[Trait("Requirement", "CO-02")]
public sealed class ConfigurationHistoryCommandTests : ConfiguredGateway
{
    [Fact]
    public async Task AWeakenedConfiguration_IsSeenComparedAndRolledBack_AndAnAuditorCanProveIt()
    {
        string first, weak;
        await using (await ServeAsync())
        {
            WritePolicy("\"a*\"");
            Assert.Equal(0, (await RunAsync("reload")).Code);
            await File.AppendAllTextAsync(Config, "unknown: 1\n");
            Assert.Equal(1, (await RunAsync("reload", "--state", State)).Code);
            await File.WriteAllTextAsync(Config, (await File.ReadAllTextAsync(Config)).Replace("unknown: 1\n", "", StringComparison.Ordinal));

            var history = await HistoryAsync();
            Assert.Equal([("refused", "reload", false), ("applied", "reload", true), ("applied", "start", false)],
                history.Select(one => (Text(one, "outcome"), Text(one, "cause"), one.GetProperty("inForce").GetBoolean())));
            (weak, first) = (Text(history[1], "digest"), Text(history[2], "digest"));
            Assert.Equal(first, Text(history[1], "previous"));
            Assert.Equal(["at", "outcome", "digest", "generation", "cause", "previous", "source", "inForce", "kept", "id", "log", "index"],
                history[1].EnumerateObject().Select(member => member.Name));

            var (different, output, _) = await RunAsync("config", "diff", "previous", "in-force");
            var (also, same, _) = await RunAsync("config", "diff", "previous");
            Assert.Equal((different, output), (also, same));
            Assert.Equal(1, different);
            Assert.Contains($"--- {Policy} (previous)\n+++ {Policy} (in-force)\n@@ -2,5 +2,5 @@\n", output, StringComparison.Ordinal);
            Assert.Contains("\n-      subjects: [alice]\n+      subjects: [\"a*\"]\n", output, StringComparison.Ordinal);
            Assert.Equal(0, (await RunAsync("config", "diff")).Code);

            var (tried, shown, accepted) = await RunAsync("config", "rollback", first[..12], "--dry-run");
            Assert.Equal(0, tried);
            Assert.Contains("+      subjects: [alice]", shown, StringComparison.Ordinal);
            Assert.Contains("accepts the stored texts; nothing was changed", accepted, StringComparison.Ordinal);

            Assert.Equal(2, (await RunAsync("config", "rollback", first)).Code);
            var (unproven, _, why) = await RunAsync("config", "rollback", first, "--reason", "ticket 4711");
            Assert.Equal(1, unproven);
            Assert.Contains("--token-file", why, StringComparison.Ordinal);
            var (done, _, sentence) = await RunAsync("config", "rollback", first[..12], "--reason", "ticket 4711", "--token-file", await TokenAsync());
            Assert.True(done == 0, sentence);
            Assert.Contains($"configuration {first[..12]} is in force as generation 3; 1 file written", sentence, StringComparison.Ordinal);
            Assert.Contains("[alice]", await File.ReadAllTextAsync(Policy), StringComparison.Ordinal);

            var newest = (await HistoryAsync())[0];
            Assert.Equal((first, weak, "rollback", "control-socket"), (Text(newest, "digest"), Text(newest, "previous"), Text(newest, "cause"),
                Text(newest, "source")));
            var (code, table, _) = await RunAsync("config", "history");
            Assert.Equal(0, code);
            Assert.Contains($"{first[..12]}*", table, StringComparison.Ordinal);
            // The account may list changes. To see who made one needs the right to read the log.
            Assert.DoesNotContain("developer", table, StringComparison.Ordinal);
            Assert.DoesNotContain(Config, table, StringComparison.Ordinal);
        }

        await ProveAsync(first, weak);
    }

    // The command needs the state folder only, and a file with a fault may name it: the gateway refuses, and the refusal is an entry.
    [Fact]
    public async Task AReloadOfAFaultyFile_IsAnEntry_ThoughTheCommandReadsTheFileToo()
    {
        await using (await ServeAsync())
        {
            await File.AppendAllTextAsync(Config, "unknown: 1\n");
            var (code, _, errors) = await RunAsync("reload");
            Assert.True(code == 1, errors);
            Assert.Contains("unknown", errors, StringComparison.Ordinal);
            Assert.Equal([("refused", "reload"), ("applied", "start")], (await HistoryAsync()).Select(one => (Text(one, "outcome"), Text(one, "cause"))));

            // Where the file does not say which gateway it is, no gateway is asked, and the command says so.
            await File.AppendAllTextAsync(Config, "\tno: [yaml\n");
            (code, _, errors) = await RunAsync("reload");
            Assert.True(code == 2, errors);
            Assert.Contains("no gateway was asked, and no entry was written", errors, StringComparison.Ordinal);
            Assert.Equal(1, (await RunAsync("reload", "--state", State)).Code);
            await File.WriteAllTextAsync(Config, (await File.ReadAllTextAsync(Config)).Replace("\tno: [yaml\n", "", StringComparison.Ordinal));
            Assert.Equal(["refused", "refused", "applied"], (await HistoryAsync()).Select(one => Text(one, "outcome")));
        }
    }

    // A name that is made up for a second file of the same name may be that of another file.
    [Fact]
    public async Task FilesOfTheSameName_AreAllWrittenToTheFolder()
    {
        var numbered = Enumerable.Range(8, 8).Select(static at => string.Create(CultureInfo.InvariantCulture, $"b/{at}-team.yaml"));
        List<string> names = ["a/team.yaml", .. numbered, "c/team.yaml"];
        foreach (var name in names)
        {
            var path = Path.Combine(Folder, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllTextAsync(path, $"# {name}\nversion: 1\nrules: []\n");
        }

        var config = await File.ReadAllTextAsync(Config);
        await File.WriteAllTextAsync(Config, config.Replace("[team.yaml]", $"[team.yaml, {string.Join(", ", names)}]", StringComparison.Ordinal));
        await using (await ServeAsync())
        {
            // Its start has the entry.
        }

        var (code, output, errors) = await RunAsync("config", "history", "--log", Path.Combine(State, "audit"), "--json");
        Assert.True(code == 0, errors);
        var digest = Text(JsonSerializer.Deserialize<JsonElement>(output).GetProperty("configurations")[0], "digest");
        var into = Path.Combine(Folder, "restored");
        (code, output, errors) = await RunAsync("config", "rollback", digest, "--into", into);
        Assert.True(code == 0, errors);
        // And the main file, the first policy, the values from outside, and the manifest.
        Assert.Equal(names.Count + 4, Directory.GetFiles(into).Length);
        var texts = string.Concat(Directory.GetFiles(into).Select(File.ReadAllText));
        Assert.All(names, name => Assert.Contains($"# {name}\n", texts, StringComparison.Ordinal));
        (code, output, errors) = await RunAsync("config", "diff", "previous");
        Assert.True(code == 3 && output.Length == 0, output + errors);
        Assert.Contains("there is no configuration before the one in force", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WithoutAGateway_TheTextsAreWrittenToAFolder_AndTheLogIsTheAuthority()
    {
        var revoked = Path.Combine(Folder, "revoked.jsonl");
        await File.WriteAllTextAsync(revoked, "{\"version\":1}\n");
        await File.AppendAllTextAsync(Config, $"revocations:\n  file: {revoked}\n");
        await using (await ServeAsync())
        {
            WritePolicy("bob");
            Assert.Equal(0, (await RunAsync("reload")).Code);
        }

        var (code, output, errors) = await RunAsync("config", "history", "--log", Path.Combine(State, "audit"), "--json");
        Assert.True(code == 0, errors);
        var first = Text(JsonSerializer.Deserialize<JsonElement>(output).GetProperty("configurations")[1], "digest");
        var into = Path.Combine(Folder, "restored");
        (code, output, errors) = await RunAsync("config", "rollback", first, "--into", into);
        Assert.True(code == 0, errors);
        // Every line of the manifest has its file, so that an auditor can check all of the digest.
        var digests = Directory.GetFiles(into).Select(file => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)))).ToList();
        foreach (var line in (await File.ReadAllLinesAsync(Path.Combine(into, "MANIFEST"))).Skip(1)) Assert.Contains(line.Split(' ')[1], digests);
        Assert.Contains("/flags-and-variables  (values of flags and variables; no file of the configuration)", output, StringComparison.Ordinal);
        Assert.Contains("--dev", await File.ReadAllTextAsync(Path.Combine(into, "flags-and-variables")), StringComparison.Ordinal);
        Assert.Contains("not included, because the configuration only refers to it, and its digest does not cover it:\n  revocations.file  " + revoked, errors, StringComparison.Ordinal);
        Assert.Equal(["MANIFEST", "flags-and-variables", "gatehouse.yaml", "team.yaml"], Directory.GetFiles(into).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Contains("[alice]", await File.ReadAllTextAsync(Path.Combine(into, "team.yaml")), StringComparison.Ordinal);
        Assert.Equal(first, Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(Path.Combine(into, "MANIFEST")))));
        Assert.Equal(2, (await RunAsync("config", "rollback", first, "--into", into)).Code);
        // What is not there has one exit code, for each command that looks for it. 1 is left for an answer.
        var (unknown, _, why) = await RunAsync("config", "rollback", new string('0', 64), "--into", into + "2");
        Assert.Equal(3, unknown);
        Assert.Contains("the audit log has no configuration in force with this digest", why, StringComparison.Ordinal);
        Assert.Equal(3, (await RunAsync("config", "rollback", new string('0', 64), "--dry-run")).Code);
        Assert.Equal(3, (await RunAsync("config", "diff", new string('0', 64))).Code);
        foreach (var line in (string[])[$"config rollback no --into {into}2", "config rollback no --dry-run", "config rollback no --reason x", "config diff no", "config diff files"])
        {
            (unknown, _, why) = await RunAsync(line.Split(' '));
            Assert.True(unknown == 2 && why.Contains("give at least 8 lower-case hexadecimal digits", StringComparison.Ordinal), $"{line}: {unknown} {why}");
        }

        Assert.Equal(3, (await RunAsync("config", "history")).Code);
    }

    // Before and after look alike. Otherwise a new password or another command would be no change at all.
    [Fact]
    public async Task AHiddenValueThatChanged_IsMarked_AndNeitherItNorADigestIsShown()
    {
        const string Local = "  tool:\n    command: [cat, --label, LABEL]\n    environment:\n      API_NAME: first hunter1\n      LOG_LEVEL: info\npolicyFiles";
        await File.WriteAllTextAsync(Config, (await File.ReadAllTextAsync(Config)).Replace("policyFiles", Local, StringComparison.Ordinal));
        await using (await ServeAsync())
        {
            await File.WriteAllTextAsync(Config, (await File.ReadAllTextAsync(Config)).Replace("first hunter1", "first hunter2", StringComparison.Ordinal));
            var (code, output, errors) = await RunAsync("config", "diff");
            Assert.True(code == 1, errors);
            Assert.Contains("\n-      API_NAME: <hidden>\n+      API_NAME: <hidden>  (changed, not shown)\n       LOG_LEVEL: info\n", output, StringComparison.Ordinal);
            Assert.Contains("     command: [cat, --label, <hidden>]\n", output, StringComparison.Ordinal);
            Assert.DoesNotContain("hunter", output, StringComparison.Ordinal);
            await File.WriteAllTextAsync(Config, (await File.ReadAllTextAsync(Config)).Replace("      LOG_LEVEL: info\n", "", StringComparison.Ordinal));
            Assert.Equal(0, (await RunAsync("reload")).Code);
            (code, output, errors) = await RunAsync("config", "diff", "in-force", "previous", "--json");
            Assert.True(code == 1, errors);
            var lines = JsonSerializer.Deserialize<JsonElement>(output).GetProperty("difference").GetProperty("files")[0].GetProperty("lines");
            Assert.Single(lines.EnumerateArray(), line => line.GetString()!.EndsWith("(changed, not shown)", StringComparison.Ordinal));
        }
    }

    // Whoever can write the folder of the texts does not choose what is compared.
    [Fact]
    public async Task ADigestThatTheLogDoesNotName_IsNotCompared_AndWithoutALogTheOutputSaysSo()
    {
        await using (await ServeAsync())
        {
            WritePolicy("bob");
            Assert.Equal(0, (await RunAsync("reload")).Code);
        }

        var (code, output, errors) = await RunAsync("config", "history", "--log", Path.Combine(State, "audit"), "--json");
        Assert.True(code == 0, errors);
        var first = Text(JsonSerializer.Deserialize<JsonElement>(output).GetProperty("configurations")[1], "digest");
        (code, _, errors) = await RunAsync("config", "rollback", first[..12], "--dry-run");
        Assert.True(code == 0 && !errors.Contains("not checked", StringComparison.Ordinal), errors);

        Directory.Move(Path.Combine(State, "audit"), Path.Combine(State, "aside"));
        (code, output, errors) = await RunAsync("config", "diff", "previous", "in-force");
        Assert.True(code == 1, errors);
        Assert.Contains("audit has no log", errors, StringComparison.Ordinal);
        Assert.Contains("-      subjects: [alice]", output, StringComparison.Ordinal);

        Directory.CreateDirectory(Path.Combine(State, "audit"));
        foreach (var command in new[] { $"config diff {first[..12]} files", "config diff previous in-force", $"config rollback {first} --dry-run" })
        {
            (code, output, errors) = await RunAsync(command.Split(' '));
            Assert.True((code, output) == (3, ""), output + errors);
            Assert.Contains("the audit log does not name that configuration", errors, StringComparison.Ordinal);
        }
    }

    // A text with a fault was never in force, and may hold what no configuration may hold.
    [Fact]
    public async Task ADifference_ShowsNoSecret_AndNothingThatATerminalActsOn()
    {
        const string token = "ghp_16C7e42F292c6912E7710c838347Ae178B4a";
        await using var gateway = await ServeAsync();
        await File.AppendAllTextAsync(Policy, $"# {token}\n# \u001b[2J\u202e\nnote: a\u202eb\napiKey: hunter2-in-clear-4711\n");
        var (code, output, errors) = await RunAsync("config", "diff", "in-force", "files", "--state", State);
        Assert.True(code == 1, errors);
        Assert.DoesNotContain(token, output + errors, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", output + errors, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', output);
        Assert.DoesNotContain('\u202e', output);
        Assert.Contains("+# <hidden>\n+note: a\\u{202E}b\n+apiKey: <secret>\n", output, StringComparison.Ordinal);
        var (asJson, json, _) = await RunAsync("config", "diff", "in-force", "files", "--state", State, "--json");
        Assert.Equal(1, asJson);
        Assert.DoesNotContain("hunter2", json, StringComparison.Ordinal);
        var file = JsonSerializer.Deserialize<JsonElement>(json).GetProperty("difference").GetProperty("files")[0];
        Assert.Equal((Policy, "changed"), (Text(file, "path"), Text(file, "state")));
    }

    // A change that is in force and of which a step failed: the history of applied and refused ones alone would not show it.
    [Fact]
    public async Task AChangeThatIsIncomplete_IsInTheHistory_WithTheStepsThatFailed()
    {
        var log = Directory.CreateDirectory(Path.Combine(Folder, "log"));
        WrittenLog.Write(log.FullName,
        [
            """{"v":3,"seq":1,"kind":"control","id":"01a","at":"2026-03-01T09:00:00Z","gen":1,"act":"configuration.applied","digest":"0123456789abcdef","previous":"","generation":"1","cause":"start"}""",
            """{"v":3,"seq":2,"kind":"control","id":"01b","at":"2026-03-01T09:00:01Z","gen":2,"act":"configuration.applied","digest":"fedcba9876543210","previous":"0123456789abcdef","generation":"2","cause":"reload"}""",
            """{"v":3,"seq":3,"kind":"control","id":"01c","at":"2026-03-01T09:00:02Z","gen":2,"act":"configuration.incomplete","digest":"fedcba9876543210","generation":"2","why":"streams servers"}""",
            """{"v":3,"seq":4,"kind":"control","id":"01d","at":"2026-03-01T09:00:03Z","gen":2,"act":"configuration.refused","digest":"0123456789abcdef","generation":"2","cause":"rollback","undone":"yes","recovered":"yes","attempted":"2026-03-01T08:59:58.0000000Z"}""",
        ]);
        var (code, output, errors) = await OneShot.RunAsync(ProcessPlan.Dotnet(Repository.GatewayDll, "config", "history", "--log", log.FullName));
        Assert.True(code == 0, errors);
        var rows = output.Split('\n');
        Assert.Equal(["refused", "incomplete", "applied", "applied"],
            rows.Skip(1).Where(row => row.StartsWith("2026", StringComparison.Ordinal))
                .Select(row => row.Split("  ", StringSplitOptions.RemoveEmptyEntries)[1].Trim()));
        Assert.Contains("the configuration is in force, and these steps failed after that: streams servers. See event 1101, then reload", output, StringComparison.Ordinal);
        Assert.Contains("the configuration before it stayed in force", output, StringComparison.Ordinal);
        Assert.Contains("the entry was written later; the time of the attempt is 2026-03-01 08:59:58Z", output, StringComparison.Ordinal);
        (_, output, _) = await OneShot.RunAsync(ProcessPlan.Dotnet(Repository.GatewayDll, "config", "history", "--log", log.FullName, "--json"));
        var incomplete = JsonSerializer.Deserialize<JsonElement>(output).GetProperty("configurations")[1];
        Assert.Equal(("incomplete", "streams servers", 2L), (Text(incomplete, "outcome"), Text(incomplete, "failedSteps"), incomplete.GetProperty("generation").GetInt64()));
        Assert.False(incomplete.TryGetProperty("inForce", out _)); // without the state folder the command did not look
    }

    // The record about a change comes before its entry.
    [Fact]
    public async Task AChangeThatWasUndone_AndMayHaveNoEntry_IsShownAsSuch()
    {
        var log = Directory.CreateDirectory(Path.Combine(Folder, "log"));
        WrittenLog.Write(log.FullName,
        [
            """{"v":3,"seq":1,"kind":"control","id":"01a","at":"2026-03-01T09:00:00Z","gen":1,"act":"configuration.refused","digest":"0123456789abcdef","generation":"1","cause":"reload","undone":"yes","fault":"process-ended","change":"0123456789abcdef0123456789abcdef","recovered":"yes","attempted":"2026-03-01T08:59:58.0000000Z"}""",
            """{"v":3,"seq":2,"kind":"control","id":"01b","at":"2026-03-01T09:00:01Z","gen":1,"act":"configuration.refused","digest":"","undone":"yes","fault":"pending-change-damaged","recovered":"yes"}""",
        ]);
        var (code, output, errors) = await OneShot.RunAsync(ProcessPlan.Dotnet(Repository.GatewayDll, "config", "history", "--log", log.FullName));
        Assert.True(code == 0, errors);
        Assert.Contains("the process ended within its change. It has no entry 'applied' if that was before the entry was in the log; the configuration",
            output, StringComparison.Ordinal);
        Assert.Contains("the record of a pending change is damaged", output, StringComparison.Ordinal);
        Assert.Contains("the time of the attempt is not known", output, StringComparison.Ordinal);
        (_, output, _) = await OneShot.RunAsync(ProcessPlan.Dotnet(Repository.GatewayDll, "config", "history", "--log", log.FullName, "--json"));
        var ended = JsonSerializer.Deserialize<JsonElement>(output).GetProperty("configurations")[1];
        Assert.Equal(("process-ended", true), (Text(ended, "fault"), ended.GetProperty("recovered").GetBoolean()));
    }

    [Theory]
    [InlineData("config history --limit 0", 2, "from 1 to 1000")]
    [InlineData("config history --log /nowhere", 3, "there is no audit log")]
    [InlineData("config diff --state /nowhere", 3, "has no stored configurations")]
    [InlineData("config rollback 0123456789ab --dry-run --into /tmp/x --state /nowhere", 2, "exclude each other")]
    [InlineData("config rollback 0123456789ab --state /nowhere", 2, "no reason is given")]
    [InlineData("config rollback 0123456789ab --into /tmp/x --force --state /nowhere", 2, "--force cannot be combined with --into")]
    [InlineData("config rollback 0123456789ab --dry-run --reason x --state /nowhere", 2, "--reason cannot be combined with --dry-run")]
    public async Task AFaultyQuestion_HasItsRemedy(string line, int expected, string says)
    {
        var (code, _, errors) = await OneShot.RunAsync(ProcessPlan.Dotnet(Repository.GatewayDll, line.Split(' ')));
        Assert.True(expected == code, errors);
        Assert.Contains(says, errors, StringComparison.Ordinal);
    }

    // As an auditor: the entry is in the log, and names the digest.
    private async Task ProveAsync(string first, string weak)
    {
        var (code, output, errors) = await RunAsync("config", "history", "--log", Path.Combine(State, "audit"), "--json");
        Assert.True(code == 0, errors);
        var changes = JsonSerializer.Deserialize<JsonElement>(output).GetProperty("configurations").EnumerateArray().ToList();
        Assert.Equal([first, weak, first],
            changes.Where(one => Text(one, "outcome") == "applied").Select(one => Text(one, "digest")));
        Assert.All(changes, one => Assert.False(one.TryGetProperty("account", out _))); // sealed: the auditor has no key
        var proof = Path.Combine(Folder, "proof.txt");
        var index = changes.First(one => Text(one, "digest") == weak).GetProperty("index").GetInt64().ToString(CultureInfo.InvariantCulture);
        var (proven, _, why) = await RunAsync("audit", "prove", index, "--output", proof);
        Assert.True(proven == 0, why);
        Assert.Contains(weak, await File.ReadAllTextAsync(proof), StringComparison.Ordinal);
    }
}
