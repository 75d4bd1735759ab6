using System.Text;
using System.Text.Json;
using Gatehouse.Administration;
using Gatehouse.Administration.Control;
using Gatehouse.Audit;
using Gatehouse.Audit.Log;
using Gatehouse.Audit.Privacy;
using Gatehouse.Audit.Search;
using Gatehouse.Audit.Verification;
using Gatehouse.Gateway.Hosting;

namespace Gatehouse.Gateway.Tests.Recording;

/// <summary>An erasure reaches the segments of earlier builds: they are rewritten, and the log names the old and the new digest.</summary>
[Trait("Requirement", "DP-03")]
[Trait("NoRetry", "yes")]
public sealed class ErasedSegmentTests : IDisposable
{
    private const string Issuer = "https://login.example.com";
    private const string Alice = "alice-canary-7391";
    private const string Bob = "bob-canary-2846";

    private static readonly string[] First =
    [
        Begun(1, Alice, "client-canary-1", ",\"uri\":\"file:///uri-canary-1\",\"groups\":[\"group-canary-1\"],\"kept\":\"message\",\"keptBytes\":9,\"sealed\":\"c2VhbGVk\""),
        Begun(2, Bob, "desk", ""),
        """{"v":2,"seq":3,"kind":"control","id":"01c","at":"2026-03-01T09:00:03Z","gen":1,"act":"reload"}""",
        Control(4, $"\"act\":\"control.revoke\",\"outcome\":\"done\",\"subject\":\"{Alice}\",\"issuer\":\"{Issuer}\",\"statedReason\":\"{Alice} lost a laptop\",\"byIssuer\":\"{Issuer}\",\"by\":\"olga\""),
        Control(5, $"\"act\":\"control.audit.search\",\"subject\":\"{Alice}\",\"purpose\":\"ticket\",\"byIssuer\":\"{Issuer}\",\"by\":\"olga\""),
    ];

    private static readonly string[] Second =
    [
        $$"""{"v":1,"seq":6,"kind":"control","id":"01f","at":"2026-04-01T09:00:03Z","gen":1,"iss":"{{Issuer}}","sub":"{{Alice}}","act":"decision.search","kind":"resource","peer":"address-canary-1"}""",
        Begun(7, Alice, "client-canary-1", ""), Begun(8, Bob, "desk", ""),
    ];

    private readonly string folder = Directory.CreateTempSubdirectory("gatehouse-segments-").FullName;

    private string Audit => Path.Combine(folder, "audit");

    public ErasedSegmentTests()
    {
        Directory.CreateDirectory(Audit);
        File.WriteAllText(Segment(1), string.Concat(First.Select(line => line + "\n")));
        // A process died while it wrote: a torn line, and room that was never written.
        File.WriteAllText(Segment(2), string.Concat(Second.Select(line => line + "\n")) + $"{{\"v\":2,\"seq\":9,\"sub\":\"{Alice}" + new string('\0', 300));
        File.WriteAllText(Segment(3), Begun(9, "carol", "desk", "") + "\n");
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static string Begun(int number, string who, string client, string more) =>
        $$"""{"v":2,"seq":{{number}},"kind":"begun","id":"01{{number}}","at":"2026-03-01T09:00:00Z","gen":1,"server":"files","method":"tools/call","name":"write","iss":"{{Issuer}}","sub":"{{who}}","client":"{{client}}"{{more}},"parts":[{"kind":"decision","outcome":"permit"}]}""";

    private static string Ended(int number, string who, string[] words, string outcome) =>
        $$"""{"v":2,"seq":{{number}},"kind":"ended","id":"01{{number}}","at":"2026-05-01T09:00:00Z","gen":1,"server":"files","verb":"{{words[0]}}","method":"{{words[1]}}","name":"{{words[2]}}","iss":"{{Issuer}}","sub":"{{who}}",{{outcome}},"out":0,"notes":0,"bytesIn":9,"bytesOut":0,"us":5}""";

    private static string Control(int number, string facts) =>
        $$"""{"v":2,"seq":{{number}},"kind":"control","id":"01{{number}}","at":"2026-03-01T09:00:00Z","gen":1,{{facts}}}""";

    private string Segment(int number) => Path.Combine(Audit, $"audit-{number:D10}.jsonl");

    private Task<TestGateway> StartAsync() => PersonalFactsTests.StartAsync(settings => settings with { StateDirectory = folder }, keepState: true);

    private static Task<ControlReply> EraseAsync(TestGateway gateway, string person) =>
        PersonalFactsTests.AskAsync(gateway, "erik", new ErasePerson(Issuer, person, "request 4711"));

    private IReadOnlyList<AuditLogFinding> EarlierFindings() =>
        [.. AuditLogVerifier.Verify(Audit).Findings.Where(finding => finding.Kind == AuditFindingKind.EarlierSegment)];

    private static IReadOnlyList<JsonElement> Erasures(TestGateway gateway) =>
        [.. gateway.Entries().Where(entry => PersonalFactsTests.Act(entry) == "audit.segment.erased")];

    [Fact]
    public async Task ErasedPerson_IsInNoFile_AlsoNotInSegmentsOfEarlierBuilds_AndTheLogNamesTheNewDigests()
    {
        await using var gateway = await StartAsync();
        Assert.Equal((3, 2), (await PersonalFactsTests.FoundAsync(gateway, Alice) + 1, await PersonalFactsTests.FoundAsync(gateway, Bob)));
        string[] canaries = [Alice, "client-canary-1", "uri-canary-1", "group-canary-1", "address-canary-1", "c2VhbGVk"];
        Assert.Equal(canaries.Length, PersonalFactsTests.Hits(Audit, canaries).Select(hit => hit.Form).Distinct().Count());
        var (two, three) = (File.ReadAllBytes(Segment(2)), File.ReadAllBytes(Segment(3)));
        var reply = await EraseAsync(gateway, Alice);
        Assert.True(reply.Ok, reply.Message);
        Assert.Contains("2 segments of earlier builds rewritten", reply.Message, StringComparison.Ordinal);
        Assert.Empty(PersonalFactsTests.Hits(folder, canaries));
        Assert.Equal((0, 2), (await PersonalFactsTests.FoundAsync(gateway, Alice), await PersonalFactsTests.FoundAsync(gateway, Bob)));
        var lines = File.ReadAllLines(Segment(1));
        Assert.Equal([First[1], First[2]], [lines[1], lines[2]]); // byte by byte
        Assert.Equal(three, File.ReadAllBytes(Segment(3)));
        foreach (var (before, after) in First.Zip(lines))
        {
            var (old, now) = (JsonSerializer.Deserialize<JsonElement>(before), JsonSerializer.Deserialize<JsonElement>(after));
            foreach (var name in (string[])["v", "seq", "kind", "id", "at", "gen"])
                Assert.Equal(old.GetProperty(name).GetRawText(), now.GetProperty(name).GetRawText());
        }

        Assert.Contains("\"by\":\"olga\"", lines[3], StringComparison.Ordinal); // the other person of the entry
        Assert.Equal(3, File.ReadAllLines(Segment(2)).Length);
        var note = Assert.Single(Erasures(gateway), entry => entry.GetProperty("file").GetString() == Path.GetFileName(Segment(2)));
        Assert.Equal((Digest(two), Digest(File.ReadAllBytes(Segment(2))), "2", "1"), (note.GetProperty("previousDigest").GetString(),
            note.GetProperty("digest").GetString(), note.GetProperty("entries").GetString(), note.GetProperty("unread").GetString()));
        await gateway.Host.Core.Services.Audit.PublishAsync();
        Assert.Empty(AuditLogVerifier.Verify(Audit).Findings);
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Segment(1)));
    }

    // Threat: a refused caller writes a person's name in the place of a method, a tool or an HTTP method (DP-03). Newer entries seal such words.
    [Fact]
    public async Task WordsOfARefusedCaller_AreErasedWithTheCaller_AndWordsThatReachedAServerStay()
    {
        string[] canaries = ["verb-canary-1", "method-canary-1", "name-canary-1"];
        string[] lines =
        [
            Ended(9, Alice, canaries, "\"code\":\"GH4003\",\"status\":403,\"up\":0"),
            Ended(10, Alice, ["POST", "tools/call", "write"], "\"code\":\"GH7001\",\"status\":502,\"up\":1"),
            Ended(11, Alice, ["POST", "tools/call", "read"], "\"status\":200,\"up\":0"),
            Ended(12, Bob, ["POST", "tools/call", "name-of-bob"], "\"code\":\"GH4003\",\"status\":403,\"up\":0"),
        ];
        File.WriteAllText(Segment(3), string.Concat(lines.Select(line => line + "\n")));
        await using var gateway = await StartAsync();
        Assert.Equal(canaries.Length, PersonalFactsTests.Hits(Audit, canaries).Select(hit => hit.Form).Distinct().Count());
        var reply = await EraseAsync(gateway, Alice);
        Assert.True(reply.Ok, reply.Message);
        Assert.Empty(PersonalFactsTests.Hits(folder, [Alice, .. canaries]));
        var after = File.ReadAllLines(Segment(3));
        Assert.Contains("\"code\":\"GH4003\"", after[0], StringComparison.Ordinal); // what the gateway decided stays
        Assert.Contains("\"verb\":\"POST\",\"method\":\"tools/call\",\"name\":\"write\"", after[1], StringComparison.Ordinal);
        Assert.Contains("\"name\":\"read\"", after[2], StringComparison.Ordinal);
        Assert.Equal(lines[3], after[3]);
    }

    [Fact]
    public async Task EachFurtherErasure_ContinuesFromTheOneBefore_AndAnyOtherChangeIsFound()
    {
        await using var gateway = await StartAsync();
        Assert.True((await EraseAsync(gateway, Alice)).Ok);
        var between = File.ReadAllBytes(Segment(1));
        Assert.True((await EraseAsync(gateway, Bob)).Ok);
        Assert.Equal(4, Erasures(gateway).Count);
        Assert.Empty(PersonalFactsTests.Hits(folder, Alice, Bob));
        await gateway.Host.Core.Services.Audit.PublishAsync();
        Assert.Empty(AuditLogVerifier.Verify(Audit).Findings);
        var erased = File.ReadAllBytes(Segment(1));
        File.WriteAllBytes(Segment(1), between);
        Assert.Contains("put back", Assert.Single(EarlierFindings()).Detail, StringComparison.Ordinal);
        File.WriteAllBytes(Segment(1), erased);
        Assert.Empty(EarlierFindings());
        File.WriteAllText(Segment(1), Encoding.UTF8.GetString(erased).Replace("reload", "relaod", StringComparison.Ordinal));
        Assert.Contains("is not the one that entry", Assert.Single(EarlierFindings()).Detail, StringComparison.Ordinal);
        Assert.Contains("or the person was erased before", (await EraseAsync(gateway, Alice)).Message, StringComparison.Ordinal); // nothing is rewritten
        Assert.Equal(4, Erasures(gateway).Count);
    }

    // The process ends between the entry and the new name.
    [Fact]
    public async Task ErasureThatDidNotEnd_LeavesTheOldFile_IsReported_AndIsDoneByTheNextOne()
    {
        await using var gateway = await StartAsync();
        var services = gateway.Host.Core.Services;
        var before = File.ReadAllBytes(Segment(1));
        using (var erasure = new PersonErasure(services.AuditIndex, services.SubjectKeys, services.Journal, services.KeptConfigurations,
            new FolderThatDoesNotMove(new LogFolder(Audit)), Audit, TimeProvider.System))
        {
            var erased = await erasure.EraseAsync(new EntryOwner(Issuer, Alice), new PersonLookup(true, true));
            Assert.Equal(0, erased.Segments);
            Assert.Contains("cannot be rewritten, so it still names the person", erased.Unfinished?.Message, StringComparison.Ordinal);
        }

        Assert.Equal(before, File.ReadAllBytes(Segment(1)));
        Assert.Single(Erasures(gateway));
        await services.Audit.PublishAsync();
        Assert.Contains("the erasure did not end", Assert.Single(EarlierFindings()).Detail, StringComparison.Ordinal);
        Assert.True((await EraseAsync(gateway, Alice)).Ok);
        Assert.Empty(PersonalFactsTests.Hits(folder, Alice));
        await services.Audit.PublishAsync();
        Assert.Empty(AuditLogVerifier.Verify(Audit).Findings);
    }

    [Fact]
    public async Task LinkWithTheNameOfASegment_IsNotRewritten()
    {
        if (OperatingSystem.IsWindows()) return;
        var outside = Path.GetTempFileName();
        File.WriteAllText(outside, Begun(11, Alice, "desk", "") + "\n");
        await using var gateway = await StartAsync();
        File.CreateSymbolicLink(Segment(4), outside);
        await EraseAsync(gateway, Alice);
        Assert.Contains(Alice, File.ReadAllText(outside), StringComparison.Ordinal);
    }

    [Theory]
    // of a person of another issuer, of another person, of an account
    [InlineData("""{"v":2,"kind":"begun","iss":"https://other.example","sub":"1"}""", null)]
    [InlineData("""{"v":2,"kind":"begun","iss":"https://login.example.com","sub":"11"}""", null)]
    [InlineData("""{"v":2,"kind":"control","act":"drain","account":"1"}""", null)]
    // the two persons of an entry, and a number that is no name
    [InlineData("""{"v":2,"kind":"control","act":"a","subject":"1","issuer":"https://login.example.com","by":"11","byIssuer":"https://login.example.com","grants":"1"}""",
        """{"v":2,"kind":"control","act":"a","issuer":"https://login.example.com","by":"11","byIssuer":"https://login.example.com","grants":"1","personal":[{"who":"P"}]}""")]
    [InlineData("""{"v":2,"kind":"control","act":"a","subject":"2","iss":"https://login.example.com","by":"1","byIssuer":"https://login.example.com","purpose":"p"}""",
        """{"v":2,"kind":"control","act":"a","subject":"2","iss":"https://login.example.com","personal":[{"who":"P"}]}""")]
    [InlineData("""{"v":2,"kind":"control","act":"a","caller":"https://login.example.com 1","why":"w","fact.kind":"k","newer":"x"}""",
        """{"v":2,"kind":"control","act":"a","why":"w","fact.kind":"k","personal":[{"who":"P"}]}""")]
    // an earlier erasure of the other person stays
    [InlineData("""{"v":2,"kind":"control","act":"a","sub":"1","iss":"https://login.example.com","personal":[{"who":"Q"}]}""",
        """{"v":2,"kind":"control","act":"a","iss":"https://login.example.com","personal":[{"who":"Q"},{"who":"P"}]}""")]
    public void FactsOfOnePerson_AreLeftOut_AndNothingElse(string entry, string? expected)
    {
        using var document = JsonDocument.Parse(entry);
        var erased = ClearEntry.Erase(document.RootElement, new SubjectOwner(Issuer, "1"), withoutIssuer: true, _ => "P");
        // The issuer of the other person of an act is personal too: it is in the box of the one who acted.
        Assert.Equal(expected, erased is { } bytes ? Encoding.UTF8.GetString(bytes.Span) : null);
    }

    [Fact]
    public void AnEntryWithoutAnIssuer_IsLeftAsItIs_WhereItMayBeAboutAnotherPerson()
    {
        using var document = JsonDocument.Parse("""{"v":2,"kind":"control","act":"a","fact.subject":"1"}""");
        Assert.NotNull(ClearEntry.Erase(document.RootElement, new SubjectOwner(Issuer, "1"), withoutIssuer: true, _ => "P"));
        Assert.Null(ClearEntry.Erase(document.RootElement, new SubjectOwner(Issuer, "1"), withoutIssuer: false, _ => "P"));
    }

    [Fact]
    public void SubjectThatWasCut_IsFoundByItsDigest()
    {
        var subject = new string('s', 3000);
        using var document = JsonDocument.Parse($$"""{"v":2,"kind":"ended","iss":"{{Issuer}}","sub":"{{AuditText.Bounded(subject, 1024)}}"}""");
        Assert.NotNull(ClearEntry.Erase(document.RootElement, new SubjectOwner(Issuer, subject), withoutIssuer: true, _ => "P"));
        Assert.Null(ClearEntry.Erase(document.RootElement, new SubjectOwner(Issuer, subject + "t"), withoutIssuer: true, _ => "P"));
    }

    private static string Digest(byte[] bytes) => $"sha256:{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes))}";

    private sealed class FolderThatDoesNotMove(ILogFolder inner) : ILogFolder
    {
        public void Acquire() => inner.Acquire();

        public IReadOnlyList<LogFileInfo> Files(string folder) => inner.Files(folder);

        public IReadOnlyList<string> Folders(string folder) => inner.Folders(folder);

        public ILogFile Create(string path) => inner.Create(path);

        public ILogFile? Open(string path) => inner.Open(path);

        public void Put(string path, ReadOnlySpan<byte> bytes, bool isDurable) => inner.Put(path, bytes, isDurable);

        public void Move(string path, string to) => throw new IOException("the process ends here");

        public void Delete(string path) => inner.Delete(path);

        public void Sync(IReadOnlyCollection<string> paths) => inner.Sync(paths);

        public void SyncNames(string folder) => inner.SyncNames(folder);

        public (long Bytes, int Files) Usage() => inner.Usage();

        public long FreeBytes() => inner.FreeBytes();

        public void Dispose() => inner.Dispose();
    }
}
