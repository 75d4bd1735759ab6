using System.Text;
using Gatehouse.Audit.Log;
using Gatehouse.Audit.Verification;

namespace Gatehouse.Audit.Tests.Verification;

/// <summary>What a log says of itself is checked; a log that a gateway wrote passes, and each kind of damage is found at its place.</summary>
public sealed class AuditLogVerifierTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task ALogThatWasWritten_HasNoFindings()
    {
        using var folder = await WrittenAsync(runs: 3);
        var report = AuditLogVerifier.Verify(folder.Path);
        Assert.Empty(report.Findings);
        Assert.Equal((3, 1L, 0L), (report.Runs, report.First, report.Lost));
        Assert.True(report.Segments > 3);
        Assert.Equal(3 * 43, report.Entries);
    }

    [Fact]
    public async Task AnyEntryThatIsTakenOut_IsMissed_UnlessItIsAtAnEnd()
    {
        using var folder = await WrittenAsync(runs: 1);
        var lines = Directory.GetFiles(folder.Path).Order().SelectMany(File.ReadAllLines).ToList();
        for (var out_ = 1; out_ < lines.Count - 1; out_++)
        {
            using var cut = new LogFolder().Write(1, lines.Where((_, at) => at != out_));
            var finding = Assert.Single(AuditLogVerifier.Verify(cut.Path).Findings, finding => finding.Kind == AuditFindingKind.Gap);
            Assert.Equal(out_ + 1, finding.Line);
            Assert.StartsWith("entries missing before this one: 1;", finding.Detail, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task WhatTheLogSaysItLost_IsNoGap()
    {
        var directory = new FaultyFolder();
        using var folder = new LogFolder();
        await using (var log = new GroupCommitLog(new AuditLogOptions { Directory = "memory" }, directory, new TestLogKeys()))
        {
            await log.AppendDurableAsync(Act("a"));
            directory.Free = 1;
            await Assert.ThrowsAsync<AuditUnavailableException>(async () => await log.AppendDurableAsync(Act("b")));
            directory.Free = long.MaxValue;
            await log.AppendDurableAsync(Act("c"));
        }

        folder.Write(1, directory.Lines(isSynced: true));
        var report = AuditLogVerifier.Verify(folder.Path);
        Assert.Empty(report.Findings);
        Assert.Equal((1L, 5L), (report.Lost, report.Entries));
        folder.Write(1, folder.Lines(1).Where(line => !line.Contains("log.gap", StringComparison.Ordinal)));
        Assert.Equal(AuditFindingKind.Gap, Assert.Single(AuditLogVerifier.Verify(folder.Path).Findings).Kind);
    }

    // A writer appends while the log is checked. Threat: a false alarm teaches people to pass over alarms.
    [Fact]
    public async Task LogThatIsWrittenMeanwhile_HasNoFindings()
    {
        using var folder = new LogFolder();
        await using var log = new GroupCommitLog(
            new AuditLogOptions { Directory = folder.Path }, new Gatehouse.Audit.Log.LogFolder(folder.Path), new TestLogKeys());
        await log.AppendDurableAsync(Act("first"));
        await log.PublishAsync();
        var writing = Task.Run(async () =>
        {
            for (var i = 0; i < 2_000; i++) await log.AppendDurableAsync(Act($"act-{i}"));
        });
        do Assert.Empty(AuditLogVerifier.Verify(folder.Path).Findings);
        while (!writing.IsCompleted);
        await writing;
    }

    [Fact]
    public async Task ACrash_LeavesATornLineAndACallWithoutItsEnd()
    {
        using var folder = await WrittenAsync(runs: 1);
        var last = Directory.GetFiles(folder.Path).Order().Last();
        File.AppendAllText(last, Line(44, "begun", "late") + "\n" + Line(45, "ended", "late")[..30] + new string('\0', 9000));
        var report = AuditLogVerifier.Verify(folder.Path);
        var torn = Assert.Single(report.Findings);
        Assert.Equal((AuditFindingKind.TornEnd, last), (torn.Kind, torn.File));
        Assert.Contains(report.Facts, fact => fact.StartsWith($"calls without an end: 1, the first late ({last}:{torn.Line - 1}): ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("no entry", AuditFindingKind.NoEntry)]
    [InlineData("", AuditFindingKind.NoEntry)]
    [InlineData("[1]", AuditFindingKind.Version)]
    [InlineData("{\"v\":2,\"seq\":2,\"kind\":\"control\",\"id\":\"x\",\"at\":\"2026-11-20T08:30:00Z\",\"gen\":1,\"act\":\"a\",\"act\":\"b\"}",
        AuditFindingKind.RepeatedMember)]
    [InlineData("{\"v\":5,\"seq\":2,\"kind\":\"control\",\"id\":\"x\",\"at\":\"2026-11-20T08:30:00Z\",\"gen\":1,\"act\":\"a\"}",
        AuditFindingKind.Version)]
    [InlineData("{\"v\":2,\"seq\":\"2\",\"kind\":\"control\",\"id\":\"x\",\"at\":\"2026-11-20T08:30:00Z\",\"gen\":1,\"act\":\"a\"}",
        AuditFindingKind.Member)]
    [InlineData("{\"v\":2,\"seq\":2,\"kind\":\"control\",\"id\":\"x\",\"at\":\"yesterday\",\"gen\":1,\"act\":\"a\"}", AuditFindingKind.Member)]
    [InlineData("{\"v\":2,\"seq\":2,\"kind\":\"control\",\"id\":\"x\",\"at\":\"2026-11-20T08:30:00Z\",\"gen\":1}", AuditFindingKind.Member)]
    [InlineData("{\"v\":2,\"seq\":2,\"kind\":\"ended\",\"id\":\"x\",\"at\":\"2026-11-20T08:30:00Z\",\"gen\":1,\"up\":0,\"out\":0,\"bytesIn\":0}",
        AuditFindingKind.Member)]
    [InlineData("{\"v\":2,\"seq\":2,\"kind\":\"maybe\",\"id\":\"x\",\"at\":\"2026-11-20T08:30:00Z\",\"gen\":1}", AuditFindingKind.Word)]
    [InlineData("{\"v\":2,\"seq\":2,\"kind\":\"begun\",\"id\":\"1\",\"at\":\"2026-11-20T08:30:00Z\",\"gen\":1,\"parts\":[{\"kind\":\"proof\",\"outcome\":\"deny\"}]}", AuditFindingKind.Word)]
    [InlineData("{\"v\":2,\"seq\":2,\"kind\":\"begun\",\"id\":\"1\",\"at\":\"2026-11-20T08:30:00Z\",\"gen\":1,\"parts\":[{\"kind\":\"rule\",\"outcome\":\"maybe\"}]}", AuditFindingKind.Word)]
    [InlineData("{\"v\":2,\"seq\":1,\"kind\":\"control\",\"id\":\"x\",\"at\":\"2026-11-20T08:30:00Z\",\"gen\":1,\"act\":\"a\"}",
        AuditFindingKind.Order)]
    [InlineData("{\"v\":2,\"seq\":2,\"kind\":\"control\",\"id\":\"x\",\"at\":\"2026-11-20T08:30:00Z\",\"gen\":1,\"act\":\"entries.joined\",\"entries\":\"3\",\"first\":\"2026-11-20T08:30:00Z\",\"last\":\"2026-11-20T08:31:00Z\",\"codes\":\"GH2001=2\"}", AuditFindingKind.Sum)]
    [InlineData("{\"v\":2,\"seq\":2,\"kind\":\"control\",\"id\":\"x\",\"at\":\"2026-11-20T08:30:00Z\",\"gen\":1,\"act\":\"entries.joined\",\"entries\":\"2\",\"first\":\"yesterday\",\"last\":\"2026-11-20T08:30:00Z\",\"codes\":\"GH2001=2\"}", AuditFindingKind.Sum)]
    [InlineData("{\"v\":2,\"seq\":2,\"kind\":\"control\",\"id\":\"x\",\"at\":\"2026-11-20T08:30:00Z\",\"gen\":1,\"act\":\"entries.joined\",\"entries\":\"2\",\"first\":\"2026-11-20T08:30:00Z\",\"codes\":\"GH2001=2\"}", AuditFindingKind.Sum)]
    public void Damage_IsFoundAtItsLine(string line, AuditFindingKind kind)
    {
        using var folder = new LogFolder().Write(1, Line(1, "begun", "1"), line, Line(3, "ended", "1"));
        Assert.Contains(AuditLogVerifier.Verify(folder.Path).Findings, finding => (finding.Line, finding.Kind) == (2, kind));
    }

    // Earlier builds wrote these times in the order in which the entries were counted. Threat: a false alarm teaches people to pass over alarms.
    [Fact]
    public void CountedEntriesOfAnEarlierBuild_WithTheirTimesReversed_AreNoFinding()
    {
        const string joined = """{"v":2,"seq":2,"kind":"control","id":"x","at":"2026-11-20T08:31:00Z","gen":1,"act":"entries.joined","entries":"2","first":"2026-11-20T08:31:00Z","last":"2026-11-20T08:30:00Z","codes":"GH2001=2"}""";
        using var folder = new LogFolder().Write(1, Line(1, "begun", "1"), joined, Line(3, "ended", "1"));
        Assert.Empty(AuditLogVerifier.Verify(folder.Path).Findings);
    }

    [Fact]
    public void ACallThatIsBegunTwice_IsFound()
    {
        using var folder = new LogFolder().Write(1, Line(1, "begun", "1"), Line(2, "begun", "1"), Line(3, "ended", "1"));
        Assert.Equal(AuditFindingKind.BegunTwice, Assert.Single(AuditLogVerifier.Verify(folder.Path).Findings).Kind);
    }

    [Fact]
    public void SegmentsThatWereTaken_AreFoundInTheMiddle_AndSaidAtTheStart()
    {
        using var folder = new LogFolder().Write(4, Line(40, "ended", "1")).Write(5, Line(41, "ended", "2")).Write(8, Line(1, "ended", "3"));
        var report = AuditLogVerifier.Verify(folder.Path);
        Assert.Equal((40, 2), (report.First, report.Runs));
        var finding = Assert.Single(report.Findings);
        Assert.Equal((AuditFindingKind.MissingSegment, folder.Segment(8), "segments 6 to 7 are missing"),
            (finding.Kind, finding.File, finding.Detail));
    }

    // The threat: who may write into the folder makes the check wait for ever (a pipe, a device), or read a file elsewhere (a link; CWE-59, CWE-67).
    [Theory]
    [InlineData("mkfifo")]
    [InlineData("mkdir")]
    [InlineData("ln", "-s", "/dev/zero")]
    [InlineData("ln", "-s", "nowhere")]
    [InlineData("ln", "-s", "audit-0000000001.jsonl")]
    [InlineData("mknod", "", "c", "1", "5")]
    public async Task WhatIsNoRegularFile_IsFound_AndNeitherOpenedNorFollowed(string command, params string[] arguments)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "kinds of files of Linux");
        using var folder = new LogFolder().Write(1, Line(1, "ended", "1")).Write(3, Line(2, "ended", "2"));
        string[] words = command == "mknod" ? [folder.Segment(2), .. arguments[1..]] : [.. arguments, folder.Segment(2)];
        using (var made = System.Diagnostics.Process.Start(command, words))
        {
            await made.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.SkipUnless(made.ExitCode == 0 || command != "mknod", "this account may make no devices");
            Assert.Equal(0, made.ExitCode);
        }

        var report = await Task.Run(() => AuditLogVerifier.Verify(folder.Path), TestContext.Current.CancellationToken)
            .WaitAsync(Patience, TestContext.Current.CancellationToken);
        var finding = Assert.Single(report.Findings);
        Assert.Equal((AuditFindingKind.NotAFile, folder.Segment(2), 0), (finding.Kind, finding.File, finding.Line));
        Assert.Equal((2, 3), (report.Entries, report.Segments));
        var reading = Task.Run(() => AuditLogReader.Read(folder.Path).Count(), TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<IOException>(() => reading.WaitAsync(Patience, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void WhatFollowsTheZeros_IsFound()
    {
        using var folder = new LogFolder().Write(1, Line(1, "ended", "1"));
        File.AppendAllText(folder.Segment(1), new string('\0', 100_000) + Line(2, "ended", "2") + "\n");
        Assert.Equal(AuditFindingKind.AfterZeros, Assert.Single(AuditLogVerifier.Verify(folder.Path).Findings).Kind);
    }

    [Fact]
    public void ALineWithoutEnd_TakesNoMemoryWithoutEnd_AndHidesNothing()
    {
        using var folder = new LogFolder();
        using (var file = File.Create(folder.Segment(1)))
        {
            file.Write(Encoding.UTF8.GetBytes(Line(1, "ended", "1") + "\n"));
            var block = Encoding.UTF8.GetBytes(new string('x', 1 << 20));
            for (var i = 0; i < 40; i++) file.Write(block);
            file.Write(Encoding.UTF8.GetBytes("\n" + Line(2, "ended", "2") + "\n"));
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        var report = AuditLogVerifier.Verify(folder.Path);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16 << 20);
        Assert.Equal((AuditFindingKind.NoEntry, 2), (Assert.Single(report.Findings).Kind, report.Findings[0].Line));
        Assert.Equal(2, report.Entries);
    }

    [Fact]
    public void Findings_AreBounded()
    {
        using var folder = new LogFolder().Write(1, Enumerable.Repeat("x", AuditLogReport.MostFindings + 7));
        var report = AuditLogVerifier.Verify(folder.Path);
        Assert.Equal((AuditLogReport.MostFindings, 7L), (report.Findings.Count, report.MoreFindings));
    }

    [Fact]
    public void AnEmptyFolder_IsAnEmptyLog()
    {
        using var folder = new LogFolder();
        Assert.Equal((0, 0L, 0),
            (AuditLogVerifier.Verify(folder.Path).Segments, AuditLogVerifier.Verify(folder.Path).First,
                AuditLogVerifier.Verify(folder.Path).Findings.Count));
    }

    // RFC 8259 section 8.2: well formed, and no text that can be read.
    [Theory]
    [InlineData("{\"v\":2,\"seq\":2,\"at\":\"1970-01-01T00:00:00Z\",\"gen\":1,\"kind\":\"control\",\"act\":\"a\",\"id\":\"\\ud800\"}")]
    [InlineData("{\"v\":2,\"seq\":2,\"at\":\"1970-01-01T00:00:00Z\",\"gen\":1,\"kind\":\"\\udc00\",\"act\":\"a\",\"id\":\"x\"}")]
    [InlineData("{\"v\":2,\"seq\":2,\"at\":\"\\ud800\",\"gen\":1,\"kind\":\"control\",\"act\":\"a\",\"id\":\"x\"}")]
    [InlineData("{\"v\":2,\"seq\":2,\"at\":\"1970-01-01T00:00:00Z\",\"gen\":1,\"kind\":\"control\",\"act\":\"a\",\"id\":\"x\",\"parts\":[{\"kind\":\"rule\",\"outcome\":\"\\ud800\"}]}")]
    [InlineData("{\"v\":1,\"seq\":2,\"at\":\"1970-01-01T00:00:00Z\",\"gen\":1,\"kind\":\"control\",\"act\":\"a\",\"id\":\"x\",\"checks\":[\"\\ud800\"]}")]
    [InlineData("{\"v\":1,\"seq\":2,\"at\":\"1970-01-01T00:00:00Z\",\"gen\":1,\"kind\":\"control\",\"act\":\"a\",\"id\":\"x\",\"\\ud800\":1}")]
    [InlineData("{\"v\":1,\"seq\":2,\"at\":\"1970-01-01T00:00:00Z\",\"gen\":1,\"kind\":\"control\",\"act\":\"a\",\"id\":\"x\",\"other\":\"\\ud800\"}")]
    public void ATextThatIsHalfACharacter_KeepsNoOtherLineFromBeingChecked(string hostile)
    {
        using var folder = new LogFolder().Write(1, [hostile, "no entry"]);
        var findings = AuditLogVerifier.Verify(folder.Path).Findings;
        Assert.Contains(findings, finding => finding.Line == 2 && finding.Kind == AuditFindingKind.NoEntry);
        Assert.Contains(findings, finding => finding.Line == 1);
        Assert.Empty(AuditLogReader.Read(folder.Path));
    }

    // The parser passes such bytes, and whoever asks for the text gets an exception: one byte kept a whole log from being checked.
    [Fact]
    public void ByteThatIsNotUtf8_KeepsNoOtherLineFromBeingChecked()
    {
        using var folder = new LogFolder().Write(1, Line(1, "ended", "1"), Line(2, "ended", "x"), "no entry");
        var bytes = File.ReadAllBytes(folder.Segment(1));
        bytes[Array.LastIndexOf(bytes, (byte)'x')] = 0xe1;
        File.WriteAllBytes(folder.Segment(1), bytes);
        Assert.Equal([2, 3], AuditLogVerifier.Verify(folder.Path).Findings.Where(finding =>
            finding.Kind == AuditFindingKind.NoEntry).Select(finding => finding.Line));
        Assert.Single(AuditLogReader.Read(folder.Path));
    }

    // The number that a broken entry had is no gap: the log did not lose it.
    [Theory]
    [InlineData("{\"v\":2,\"seq\":2")]
    [InlineData("{\"v\":99,\"seq\":2}")]
    [InlineData("{\"v\":2,\"seq\":2,\"gen\":1,\"kind\":\"ended\",\"id\":\"x\"}")]
    public void BrokenEntry_IsNoGapAfterIt_AndAMissingOneIsNevertheless(string broken)
    {
        foreach (var (next, hasGap) in ((int, bool)[])[(3, false), (4, true)])
        {
            using var folder = new LogFolder().Write(1, Line(1, "ended", "1"), broken, Line(next, "ended", "3"));
            var findings = AuditLogVerifier.Verify(folder.Path).Findings;
            Assert.Contains(findings, static finding => finding.Line == 2);
            Assert.Equal(hasGap, findings.Any(static finding => finding.Kind == AuditFindingKind.Gap));
        }
    }

    // Two counts that together are more than a number holds are not nothing.
    [Fact]
    public void AGapThatIsMoreThanANumberHolds_IsAGap()
    {
        static string Entry(long number) =>
            $"{{\"v\":2,\"seq\":{number},\"at\":\"1970-01-01T00:00:00Z\",\"gen\":1,\"kind\":\"control\",\"act\":\"a\",\"id\":\"x\"}}";
        using var folder = new LogFolder().Write(1, [Entry(1), Entry(long.MaxValue), Entry(long.MaxValue), Entry(2)]);
        Assert.Contains(AuditLogVerifier.Verify(folder.Path).Findings, finding => finding.Kind == AuditFindingKind.Gap);
    }

    // Segments as earlier builds wrote them.
    private static async Task<LogFolder> WrittenAsync(int runs)
    {
        var folder = new LogFolder();
        var segment = 0;
        for (var run = 0; run < runs; run++)
        {
            var memory = new FaultyFolder();
            var log = new GroupCommitLog(new AuditLogOptions { Directory = "memory", RefusalBurst = 2 }, memory, new TestLogKeys());
            for (var i = 0; i < 19; i++)
            {
                await log.AppendDurableAsync(Entry(AuditEntryKind.Begun, $"{run}-{i}"));
                log.TryAppend(Entry(AuditEntryKind.Ended, $"{run}-{i}") with { ClosesBegun = true });
            }

            var refused = Entry(AuditEntryKind.Ended, "") with
            {
                IsRefusal = true,
                Issuer = "https://login.example",
                Owner = "o",
                Code = "GH2001",
                Parts = [new AuditPart(AuditPartKind.Authentication, AuditOutcome.Deny, "Expired")]
            };
            for (var i = 0; i < 9; i++) log.TryAppend(refused with { ExchangeId = $"refused-{run}-{i}" });
            await log.DisposeAsync();
            foreach (var lines in memory.Lines(isSynced: true).Chunk(20)) folder.Write(++segment, lines);
        }

        return folder;
    }

    private static AuditEntry Act(string name) => Entry(AuditEntryKind.Control, name) with { Facts = [KeyValuePair.Create("act", name)] };

    private static AuditEntry Entry(AuditEntryKind kind, string id) => new() { Kind = kind, ExchangeId = id, At = DateTimeOffset.UnixEpoch };

    private static string Line(int number, string kind, string id) =>
        $$"""{"v":2,"seq":{{number}},"kind":"{{kind}}","id":"{{id}}","at":"2026-11-20T08:30:00Z","gen":1,"up":0,"out":0,"bytesIn":0,"bytesOut":0}""";
}
