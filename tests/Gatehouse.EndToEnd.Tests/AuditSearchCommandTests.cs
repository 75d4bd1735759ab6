using System.Security.Cryptography;
using System.Text.Json;
using Gatehouse.Audit.Tests.Verification;
using Gatehouse.Audit.Tree.Notes;
using Gatehouse.EndToEnd.Tests.Harness;

namespace Gatehouse.EndToEnd.Tests;

/// <summary><c>gatehouse audit search</c> and its relatives over files, as an auditor meets them who has only a copy of the log.</summary>
[Trait("Requirement", "AU-05")]
[Trait("NoRetry", "yes")]
public sealed class AuditSearchCommandTests : IDisposable
{
    private static readonly string[] Entries =
    [
        """{"v":3,"seq":1,"kind":"control","id":"010","at":"2026-03-01T08:59:59Z","gen":1,"act":"log.birth","log":"example.com/audit","reason":"first"}""",
        """{"v":3,"seq":2,"kind":"begun","id":"01a","at":"2026-03-01T09:00:00Z","gen":1,"server":"files","method":"tools/call","name":"write","iss":"https://login.example.com","sub":"alice","session":"01s","parts":[{"kind":"decision","outcome":"permit"}]}""",
        """{"v":3,"seq":3,"kind":"ended","id":"01a","at":"2026-03-01T09:00:01Z","gen":1,"server":"files","method":"tools/call","name":"write","iss":"https://login.example.com","sub":"alice","session":"01s","parts":[{"kind":"decision","outcome":"permit"}],"status":200,"up":1,"out":1,"bytesIn":5,"bytesOut":6,"us":7}""",
        """{"v":3,"seq":4,"kind":"ended","id":"01b","at":"2026-03-01T09:00:02Z","gen":1,"server":"files","method":"tools/call","name":"=cmd|' /C calc'!A0","sub":"bob\u001b[31m","code":"GH4003","status":200,"up":0,"out":0,"bytesIn":5,"bytesOut":6,"us":7}""",
        """{"v":3,"seq":5,"kind":"control","id":"01c","at":"2026-03-01T09:00:03Z","gen":1,"act":"reload"}""",
    ];

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gatehouse-audit-");

    public AuditSearchCommandTests() => WrittenLog.Write(folder.FullName, Entries);

    public void Dispose() => folder.Delete(recursive: true);

    [Theory]
    [InlineData("search", 0, "reload")]
    [InlineData("search --person alice --verdict permit", 0, "01a")]
    [InlineData("search --code GH4003", 0, @"bob\u{001B}[31m")]
    [InlineData("search --text elephants", 0, "no entries")]
    [InlineData("search --limit 1", 0, "continue with --after")]
    [InlineData("search --since yesterday-ish", 2, "is not a time")]
    [InlineData("search --limit 5000", 2, "from 1 to 1000")]
    [InlineData("search --csv --json", 2, "exclude each other")]
    [InlineData("search --verdict maybe", 2, "maybe")]
    [InlineData("search --after 1-2", 2, "the place '1-2' is not one that a page gave; copy it")]
    [InlineData("search --code 4003", 2, "'4003' is not a code: give GH and four digits, such as GH4003\n  see: gatehouse audit search --help")]
    [InlineData("search --code gh9999", 0, "no entries")]
    [InlineData("stats --help", 0, "finding, act and issuer")]
    [InlineData("show 01a", 0, "not kept")]
    [InlineData("show 01zzz", 1, "there is no entry of 01zzz that you may read\n  compare the id: a caller has it in the header Gatehouse-Request-Id")]
    [InlineData("show 01a --payload", 2, "needs the running gateway: the files have no keys\n  leave out --log")]
    [InlineData("session 01zzz", 1, "there is no entry of session 01zzz that you may read\n  compare the id: the id is 'session' in 'gatehouse audit show' and SESSION in 'gatehouse session list'")]
    [InlineData("session 01s --limit 1", 0, "1 entry printed, and the session has more; continue with --after ")]
    [InlineData("session 01s --limit 1", 0, "the entry of the end, if there is one, is in a later part")]
    [InlineData("session 01s --limit 0", 2, "from 1 to 1000")]
    [InlineData("session 01s --limit 1 --all", 2, "--all and --limit exclude each other")]
    [InlineData("session 01s --after nowhere", 2, "copy it from the end of the page before")]
    [InlineData("search --text x", 2, "give 1 to 8 words of 2 to 64 letters or digits\n  see: gatehouse audit search --help")]
    [InlineData("session 01s", 0, "Permitted, and ended: \"alice\" asked \"files\" for \"tools/call\" \"write\".")]
    [InlineData("story --person alice", 0, "Permitted, and ended: \"alice\" asked \"files\" for \"tools/call\" \"write\".")]
    [InlineData("story --tool write --since 2026-03-01T09:00:01Z", 0, "Permitted, and ended")]
    [InlineData("story --server files --limit 1", 0, "1 entry printed, and there are more; continue with --after ")]
    [InlineData("story --tool write --until 2026-03-01", 1, "no entries")]
    [InlineData("story --since 2026-03-01", 2, "give --person, --client, --server, --tool or --session")]
    [InlineData("story --tool write --limit 1 --all", 2, "--all and --limit exclude each other")]
    [InlineData("stats", 0, "by verdict")]
    [InlineData("stats --server files --json", 0, "\"entries\":3")]
    [InlineData("gaps", 1, "stages: accept")]
    [InlineData("gaps --json", 1, "\"not-run\":1")]
    [InlineData("gaps --since 2026-03-02", 0, "nothing is missing; 0 entries examined")]
    [InlineData("gaps --since 2026-03-02", 0, "the log has no entry since 2026-03-02T00:00:00Z, so nothing was examined")]
    [InlineData("gaps --since 2999-01-01", 2, "--since is in the future")]
    [InlineData("gaps --since soon", 2, "is not a time")]
    [InlineData("tail --limit 0", 2, "from 1 to 100000")]
    [InlineData("search --since 2026-03-02 --until 2026-03-01", 2, "the time of 'since' is not before that of 'until'")]
    [InlineData("stats --since 2026-03-02 --until 2026-03-02", 2, "give an earlier 'since' or a later 'until'")]
    public async Task OverFiles_TheCommandsEndAsDocumented(string line, int expected, string says)
    {
        var (code, output, errors) = await RunAsync([.. line.Split(' '), "--log", folder.FullName]);
        Assert.True(expected == code, $"{code}: {output}{errors}");
        Assert.Contains(says, output + errors, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', output + errors);
    }

    /// <summary>A caller chooses the name of a tool: it makes no columns in the table, and no further line or field in words.</summary>
    [Fact]
    public async Task ANameOfACaller_LooksLikeNoColumnAndNoField()
    {
        var other = folder.CreateSubdirectory("other");
        var name = "read    -       01kaf  done; refused with: nothing was refused\\n  HTTP status: 200";
        WrittenLog.Write(other.FullName,
            $$"""{"v":3,"seq":1,"kind":"ended","id":"01b","at":"2026-03-01T09:00:02Z","gen":1,"server":"files","session":"01s","method":"tools/call","name":"{{name}}","code":"GH7001","up":0,"out":0,"bytesIn":5,"bytesOut":6,"us":7}""");
        var (_, table, _) = await RunAsync("search", "--log", other.FullName);
        var row = Assert.Single(table.Split('\n'), line => line.Contains("GH7001", StringComparison.Ordinal));
        Assert.Contains(@"read\u{20}{4}-\u{20}{7}01kaf\u{20}{2}done", row, StringComparison.Ordinal);
        Assert.Equal(["deny", "-", "-", "files"], row.Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Skip(1).Take(4));
        foreach (var line in (string[][])[["show", "01b"], ["session", "01s"]])
        {
            var (code, output, errors) = await RunAsync([.. line, "--log", other.FullName]);
            Assert.True(code == 0, output + errors);
            Assert.Contains("Refused with GH7001: a caller without a verified token asked \"files\"", output, StringComparison.Ordinal);
            Assert.DoesNotContain(output.Split('\n'), text => text.TrimStart().StartsWith("HTTP status: 200", StringComparison.Ordinal));
            Assert.Single(output.Split('\n'), text => text.Contains("GH7001", StringComparison.Ordinal) && text.Contains("refused with", StringComparison.Ordinal)
                && !text.Contains("tool or prompt", StringComparison.Ordinal) && !text.Contains("Refused with", StringComparison.Ordinal));
        }
    }

    /// <summary>A folder that is not one of logs is named as what it is.</summary>
    [Fact]
    public async Task AFolderThatIsNotOneOfLogs_IsNamedAsWhatItIs()
    {
        using var logs = new EvidenceFolder();
        using var signer = NoteSigner.Ecdsa("example.com/audit", ECDsa.Create(ECCurve.NamedCurves.nistP256));
        var log = logs.Add(3, 3, signer);
        var state = folder.CreateSubdirectory("state");
        Directory.CreateDirectory(Path.Combine(state.FullName, "audit"));
        foreach (var (place, words) in ((string, string)[])
            [(log.Path, $"is the folder of one log\n  give the folder around it with --log: {logs.Path}"), (log.File_("checkpoint"), ": it is a file"),
            (Path.Combine(folder.FullName, "none"), ": it does not exist"), (state.FullName, $"there is no audit log in {state.FullName}\n  there is a folder of one in it; give --log {state.FullName}/audit")])
        {
            var (code, output, errors) = await RunAsync("search", "--log", place);
            Assert.Equal((3, ""), (code, output));
            Assert.Contains(words, errors, StringComparison.Ordinal);
        }
    }

    /// <summary>A search for a session that does not exist leaves an entry that names it, and does not make the session known.</summary>
    [Fact]
    public async Task ASessionThatWasOnlyAskedFor_DoesNotExist()
    {
        var other = folder.CreateSubdirectory("other");
        WrittenLog.Write(other.FullName, Enumerable.Range(1, 3).Select(seq =>
            $$"""{"v":3,"seq":{{seq}},"kind":"control","at":"2026-03-01T09:00:0{{seq}}Z","gen":1,"act":"control.audit.session","by":"olga","session":"01q","outcome":"done"}"""));
        foreach (var more in (string[][])[[], ["--json"], ["--limit", "2"]])
        {
            var (code, output, errors) = await RunAsync(["session", "01q", "--log", other.FullName, .. more]);
            Assert.Equal((1, ""), (code, output));
            Assert.Contains("there is no entry of session 01q that you may read", errors, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("search")]
    [InlineData("show 01a")]
    [InlineData("session 01s")]
    [InlineData("stats")]
    [InlineData("gaps")]
    public async Task FolderWithoutALog_IsNoEmptyLog(string line)
    {
        var empty = folder.CreateSubdirectory("empty");
        var (code, output, errors) = await RunAsync([.. line.Split(' '), "--log", empty.FullName]);
        Assert.Equal((3, ""), (code, output));
        Assert.Contains("there is no audit log in", errors, StringComparison.Ordinal);
        Assert.Contains("--log", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HistoryOfAFolderWithoutALog_IsNoEmptyHistory()
    {
        var empty = folder.CreateSubdirectory("empty");
        var (code, output, errors) = await OneShot.RunAsync(ProcessPlan.Dotnet(Repository.GatewayDll, "config", "history", "--log", empty.FullName));
        Assert.Equal((3, ""), (code, output));
        Assert.Contains("there is no audit log in", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("search", "read it")]
    [InlineData("erase http://127.0.0.1:1 alice", "erased")]
    [InlineData("person http://127.0.0.1:1 alice --output alice.jsonl", "exported")]
    public async Task APurposeThatCannotBeRecorded_IsRefusedBeforeTheGatewayIsAsked(string line, string act)
    {
        var missing = await RunAsync([.. line.Split(' '), "--state", folder.FullName, "--purpose", " "]);
        Assert.Equal(2, missing.Code);
        Assert.Contains($"the audit log keeps who {act}, and what for", missing.Errors, StringComparison.Ordinal);
        var tooLong = await RunAsync([.. line.Split(' '), "--state", folder.FullName, "--purpose", new string('x', 513)]);
        Assert.Equal(2, tooLong.Code);
        Assert.Contains("the purpose has 513 characters\n  give a purpose of at most 512 characters", tooLong.Errors, StringComparison.Ordinal);
    }

    // The gateway would refuse it, with an entry. The command does not ask, so that the name gets nowhere.
    [Fact]
    public async Task PurposeOfAnErasureThatNamesThePerson_IsRefusedByTheCommand()
    {
        var (code, _, errors) = await RunAsync(
            ["erase", "https://login.example.com", "alice", "--state", folder.FullName, "--purpose", "Alice left"]);
        Assert.Equal(2, code);
        Assert.Contains("the purpose names the person", errors, StringComparison.Ordinal);
        Assert.Contains("such as a ticket", errors, StringComparison.Ordinal);
    }

    // Many calls of one session: more than a part, and more than a page.
    [Fact]
    public async Task ALongSession_IsToldInParts_AndWholeWithAllAndWithJson()
    {
        const int calls = 1100;
        var lines = Enumerable.Range(1, calls).Select(call =>
            $$"""{"v":3,"seq":{{call}},"kind":"ended","id":"02x{{call}}","at":"2026-03-01T09:00:00Z","gen":1,"server":"files","method":"ping","session":"02s","status":200,"up":1,"out":1,"bytesIn":5,"bytesOut":6,"us":7}""");
        var long_ = folder.CreateSubdirectory("long");
        WrittenLog.Write(long_.FullName, lines);
        var (code, output, errors) = await RunAsync("session", "02s", "--log", long_.FullName);
        Assert.True(code == 0, errors);
        Assert.Equal((true, false), (output.Contains("02x100\n", StringComparison.Ordinal), output.Contains("02x101\n", StringComparison.Ordinal)));
        Assert.Contains("100 entries printed, and the session has more", errors, StringComparison.Ordinal);
        var after = errors.Split("--after ")[1].Split(',')[0];
        var second = await RunAsync("session", "02s", "--after", after, "--limit", "5", "--json", "--log", long_.FullName);
        Assert.Equal(Ids(101, 5), Ids(second.Output));
        Assert.Equal(Ids(1, calls), Ids((await RunAsync("session", "02s", "--json", "--log", long_.FullName)).Output));
        var all = await RunAsync("session", "02s", "--all", "--log", long_.FullName);
        Assert.Equal(calls, all.Output.Split('\n').Count(line => line.Contains("Nothing had to be decided", StringComparison.Ordinal)));
        Assert.DoesNotContain("--after", all.Errors, StringComparison.Ordinal);

        static IEnumerable<string> Ids(object from, int count = 0) => from is int first ? Enumerable.Range(first, count).Select(call => $"02x{call}")
            : ((string)from).Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => JsonSerializer.Deserialize<JsonElement>(line).GetProperty("auditEntry").GetProperty("id").GetString()!);
    }

    // A later part of a session is no whole log either: the first page of each command has the remark, and no further one.
    [Theory]
    [InlineData("--all")]
    [InlineData("--after 8de7849d1a18800-2 --all")]
    public async Task ASessionOfWhichAPartWasSearched_IsRemarkedOnce_AlsoBehindAPlace(string options)
    {
        const string note = "only your own entries were searched";
        await using var gateway = new ListedGateway(
            $$"""{"ok":true,"result":{"page":{"entries":[{"v":3,"kind":"begun","id":"01a"}],"next":"8de7849d1a18800-3"},"scope":"all","requests":[]},"message":"{{note}}"}""",
            $$"""{"ok":true,"result":{"page":{"entries":[{"v":3,"kind":"ended","id":"01a"}]},"scope":"all","requests":[]},"message":"{{note}}"}""");
        var (code, _, errors) = await RunAsync(
            ["session", "01s", .. options.Split(' '), "--purpose", "review", "--token-file", gateway.Token, "--state", gateway.Folder]);
        Assert.True(code == 0, errors);
        Assert.Equal(1, errors.Split(note).Length - 1);
    }

    // Opened facts that go to a program have left the log: an erasure names the exports, and counts the other readings.
    [Theory]
    [InlineData("show 01a", "show")]
    [InlineData("show 01a --json", "export")]
    [InlineData("show 01a --payload --json", "export")]
    [InlineData("session 01s", "session")]
    [InlineData("session 01s --json", "export")]
    public async Task EntriesInAFormForPrograms_AreAskedForAsAnExport(string line, string kind)
    {
        await using var gateway = new ListedGateway("""{"ok":true,"result":{"page":{"entries":[{"v":3,"kind":"begun","id":"01a"}]},"scope":"all","requests":[]}}""");
        var (code, _, errors) = await RunAsync([.. line.Split(' '), "--purpose", "review", "--token-file", gateway.Token, "--state", gateway.Folder]);
        Assert.True(code == 0, errors);
        Assert.Contains($"\"kind\":\"{kind}\"", Assert.Single(gateway.Asked).GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnActOfReading_ShowsWhoRead_WhomItConcerns_AndThePurpose()
    {
        var acts = folder.CreateSubdirectory("acts");
        WrittenLog.Write(acts.FullName,
        [
            """{"v":3,"seq":1,"kind":"ended","id":"01a","at":"2026-03-01T09:00:00Z","gen":1,"server":"files","method":"ping","sub":"alice","status":200,"up":1,"out":1,"bytesIn":5,"bytesOut":6,"us":7}""",
            """{"v":3,"seq":2,"kind":"control","id":"01b","at":"2026-03-01T09:00:01Z","gen":1,"act":"control.audit.search","outcome":"done","account":"1000","by":"olga","byIssuer":"https://login.example.com","subject":"alice","purpose":"ticket 4711","filter":"person","hits":"2","scope":"all"}""",
        ]);
        var (_, output, _) = await RunAsync("search", "--log", acts.FullName);
        var rows = output.Split('\n');
        Assert.Equal(["TIME", "VERDICT", "WHO", "ISSUER", "SERVER", "TOOL OR ACT", "CODE", "ID", "OUTCOME", "CONCERNS", "PURPOSE"],
            rows[0].Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        Assert.Equal(["2026-03-01 09:00:01Z", "control", "olga", "https://login.example.com", "-", "control.audit.search", "-", "01b", "done", "alice", "ticket 4711"],
            rows[1].Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        // The columns are those of the question: a page that has no act has the same ones.
        foreach (var page in (string[])["--limit 1", "--limit 1 --oldest-first", "--person alice", "--verdict control"])
        {
            var (_, shown, _) = await RunAsync(["search", .. page.Split(' '), "--log", acts.FullName]);
            Assert.Equal(rows[0], shown.Split('\n')[0]);
        }

        // A question that no act answers has no columns of acts.
        (_, output, _) = await RunAsync("search", "--verdict", "pass", "--log", acts.FullName);
        Assert.EndsWith("ID", output.Split('\n')[0], StringComparison.Ordinal);
    }

    // 1 says that something is missing: a gateway that refused has said nothing.
    [Fact]
    public async Task GapsThatTheGatewayRefused_AreNoAnswer()
    {
        await using var gateway = new ListedGateway("""{"ok":false,"message":"this administrator may not read the audit log","remedy":"name the administrator"}""");
        var (code, output, errors) = await RunAsync("gaps", "--purpose", "review", "--token-file", gateway.Token, "--state", gateway.Folder);
        Assert.Equal((3, ""), (code, output));
        Assert.Contains("may not read the audit log", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AGatewayThatEndsWithinItsAnswer_IsReported_WithTheNextStep()
    {
        await using var gateway = new ListedGateway("""{"ok":true,"result":{"page":{"entries":[""");
        var (code, _, errors) = await RunAsync("search", "--purpose", "review", "--token-file", gateway.Token, "--state", gateway.Folder);
        Assert.True(code == 3, errors);
        Assert.Contains("ended the connection before its answer was whole; look at it with 'gatehouse status", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ATokenThatCannotBeRead_HasItsRemedy()
    {
        var (code, _, errors) = await RunAsync("search", "--purpose", "review", "--token-file", Path.Combine(folder.FullName, "none"), "--state", folder.FullName);
        Assert.Equal(3, code);
        Assert.Contains("the token cannot be read: ", errors, StringComparison.Ordinal);
        Assert.Contains("\n  give a file with --token-file", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ArchivedBundles_AreSaidToBePassedOver()
    {
        using var logs = new EvidenceFolder();
        using var signer = NoteSigner.Ecdsa("example.com/audit", ECDsa.Create(ECCurve.NamedCurves.nistP256));
        var log = logs.Add(300, 290, signer);
        log.Journal[0] = 280;
        log.Write(290);
        Assert.DoesNotContain("not searched", (await RunAsync("stats", "--log", logs.Path)).Errors, StringComparison.Ordinal);
        File.Delete(log.File_("tile/entries/000"));
        var (code, _, errors) = await RunAsync("stats", "--log", logs.Path);
        Assert.Equal(0, code);
        Assert.Contains("entries 0 to 255 of log-0001 are not in the folder", errors, StringComparison.Ordinal);
    }

    // Threat: bundles are deleted, and the command that looks for what is missing says that nothing is.
    [Theory]
    [InlineData("", 1, "entries 256 to 511 of log-0001 are not in the folder, archived or missing, and were not examined; if their bundles are in your archive, give --archived log-0001:256-511")]
    [InlineData("--archived log-0001:256-300", 1, "give --archived log-0001:256-511")]
    [InlineData("--archived log-0001:256-511", 0, "entries 256 to 511 of log-0001 are in the archive, and were not examined")]
    [InlineData("--archived log-0001:256-511", 0, "nothing is missing in the entries that are here; 444 entries examined")]
    [InlineData("--archived log-0001", 2, "value 'log-0001' of --archived is not a range of entries of a log")]
    [InlineData("--since 2026-11-20T08:31:00Z", 0, "nothing is missing; 0 entries examined")] // what is behind the bundle is older
    public async Task Gaps_OfALogWithoutABundle_AreNotNothing(string options, int expected, string says)
    {
        using var logs = new EvidenceFolder();
        using var signer = NoteSigner.Ecdsa("example.com/audit", ECDsa.Create(ECCurve.NamedCurves.nistP256));
        var log = logs.Add(700, 690, signer);
        log.Journal[0] = 680;
        log.Write(690);
        File.Delete(log.File_("tile/entries/001"));
        var (code, output, errors) = await RunAsync(["gaps", .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--log", logs.Path]);
        Assert.True(expected == code, $"{code}: {output}{errors}");
        Assert.Contains(says, errors, StringComparison.Ordinal);
        if (code == 1) Assert.DoesNotContain("nothing is missing", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Csv_HoldsNoFormula()
    {
        var (code, output, _) = await RunAsync("search", "--csv", "--log", folder.FullName);
        Assert.Equal(0, code);
        Assert.Contains(",\"'=cmd|' /C calc'!A0\",", output, StringComparison.Ordinal); // in quotes, because | separates cells too
        Assert.DoesNotContain(output.Split('\n'), line => line.Split(',').Any(cell => cell.StartsWith('=') || cell.StartsWith('@')));
    }

    [Fact]
    public async Task Json_IsAnObjectALine_WithItsVersion_AndTheEntryAsItWas()
    {
        var (code, output, _) = await RunAsync("search", "--json", "--oldest-first", "--log", folder.FullName);
        Assert.Equal(0, code);
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize<JsonElement>(line)).ToList();
        Assert.Equal(Entries.Length, lines.Count);
        Assert.All(lines, line => Assert.Equal((1, "auditEntry"), (line.GetProperty("version").GetInt32(), line.GetProperty("kind").GetString())));
        var entries = Entries.Select(line => JsonSerializer.Deserialize<JsonElement>(line));
        Assert.All(entries.Zip(lines), pair => Assert.True(JsonElement.DeepEquals(pair.First, pair.Second.GetProperty("auditEntry"))));
    }

    [Theory]
    [InlineData("search")]
    [InlineData("show 01a")]
    [InlineData("session 01s")]
    [InlineData("stats")]
    [InlineData("tail")]
    public async Task AgainstAGateway_APurposeIsRequired(string line)
    {
        var (code, _, errors) = await RunAsync([.. line.Split(' '), "--state", folder.FullName]);
        Assert.Equal(2, code);
        Assert.Contains("--purpose", errors, StringComparison.Ordinal);
    }

    private static Task<(int Code, string Output, string Errors)> RunAsync(params string[] words) =>
        OneShot.RunAsync(ProcessPlan.Dotnet(Repository.GatewayDll, ["audit", .. words]));
}
