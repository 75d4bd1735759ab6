using System.Text;
using Gatehouse.Audit.Log;
using Gatehouse.Audit.Verification;

namespace Gatehouse.Audit.Tests.Verification;

/// <summary>What a log says of itself is checked; a log that a gateway wrote passes, and each kind of damage is found at its place.</summary>
public sealed class AuditLogVerifierTests
{
    [Fact]
    public async Task AnyEntryThatIsTakenOut_IsMissed_UnlessItIsAtAnEnd()
    {
        var lines = await WrittenAsync();
        using (var whole = new LogFolder().WriteAll(lines)) Assert.Empty(AuditLogVerifier.Verify(whole.Path).Findings);
        for (var out_ = 1; out_ < lines.Count - 1; out_++)
        {
            using var cut = new LogFolder().WriteAll(lines.Where((_, at) => at != out_));
            var finding = Assert.Single(AuditLogVerifier.Verify(cut.Path).Findings);
            Assert.Equal((AuditFindingKind.Gap, out_), (finding.Kind, finding.Index));
            Assert.StartsWith("entries missing before this one: 1;", finding.Detail, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task WhatTheLogSaysItLost_IsNoGap()
    {
        var directory = new FaultyFolder();
        await using (var log = new GroupCommitLog(new AuditLogOptions { Directory = "memory" }, directory, new TestLogKeys()))
        {
            await log.AppendDurableAsync(Act("a"));
            directory.Free = 1;
            await Assert.ThrowsAsync<AuditUnavailableException>(async () => await log.AppendDurableAsync(Act("b")));
            directory.Free = long.MaxValue;
            await log.AppendDurableAsync(Act("c"));
        }

        var lines = directory.Lines(isSynced: true);
        using var whole = new LogFolder().WriteAll(lines);
        var report = AuditLogVerifier.Verify(whole.Path);
        Assert.Empty(report.Findings);
        Assert.Equal((1L, 5L), (report.Lost, report.Entries));
        using var cut = new LogFolder().WriteAll(lines.Where(line => !line.Contains("log.gap", StringComparison.Ordinal)));
        Assert.Equal(AuditFindingKind.Gap, Assert.Single(AuditLogVerifier.Verify(cut.Path).Findings).Kind);
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
    public void ACallWithoutItsEnd_IsAFact()
    {
        using var folder = new LogFolder().Write(Line(1, "begun", "late"));
        var report = AuditLogVerifier.Verify(folder.Path);
        Assert.Empty(report.Findings);
        Assert.Contains(report.Facts, static fact => fact.StartsWith("calls without an end: 1, the first late (index 2 of log-0001): ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("no entry", AuditFindingKind.NoEntry)]
    [InlineData("[1]", AuditFindingKind.Version)]
    [InlineData("{\"v\":2,\"seq\":4,\"kind\":\"control\",\"id\":\"x\",\"at\":\"2026-11-20T08:30:00Z\",\"gen\":1,\"act\":\"a\"}",
        AuditFindingKind.Version)]
    [InlineData("{\"v\":3,\"seq\":4,\"kind\":\"control\",\"id\":\"x\",\"at\":\"2026-11-20T08:30:00Z\",\"gen\":1,\"act\":\"a\",\"act\":\"b\"}",
        AuditFindingKind.RepeatedMember)]
    [InlineData("{\"v\":5,\"seq\":4,\"kind\":\"control\",\"id\":\"x\",\"at\":\"2026-11-20T08:30:00Z\",\"gen\":1,\"act\":\"a\"}",
        AuditFindingKind.Version)]
    [InlineData("{\"v\":3,\"seq\":\"2\",\"kind\":\"control\",\"id\":\"x\",\"at\":\"2026-11-20T08:30:00Z\",\"gen\":1,\"act\":\"a\"}",
        AuditFindingKind.Member)]
    [InlineData("{\"v\":3,\"seq\":4,\"kind\":\"control\",\"id\":\"x\",\"at\":\"yesterday\",\"gen\":1,\"act\":\"a\"}", AuditFindingKind.Member)]
    [InlineData("{\"v\":3,\"seq\":4,\"kind\":\"control\",\"id\":\"x\",\"at\":\"2026-11-20T08:30:00Z\",\"gen\":1}", AuditFindingKind.Member)]
    [InlineData("{\"v\":3,\"seq\":4,\"kind\":\"ended\",\"id\":\"x\",\"at\":\"2026-11-20T08:30:00Z\",\"gen\":1,\"up\":0,\"out\":0,\"bytesIn\":0}",
        AuditFindingKind.Member)]
    [InlineData("{\"v\":3,\"seq\":4,\"kind\":\"maybe\",\"id\":\"x\",\"at\":\"2026-11-20T08:30:00Z\",\"gen\":1}", AuditFindingKind.Word)]
    [InlineData("{\"v\":3,\"seq\":4,\"kind\":\"begun\",\"id\":\"1\",\"at\":\"2026-11-20T08:30:00Z\",\"gen\":1,\"parts\":[{\"kind\":\"proof\",\"outcome\":\"deny\"}]}", AuditFindingKind.Word)]
    [InlineData("{\"v\":3,\"seq\":4,\"kind\":\"begun\",\"id\":\"1\",\"at\":\"2026-11-20T08:30:00Z\",\"gen\":1,\"parts\":[{\"kind\":\"rule\",\"outcome\":\"maybe\"}]}", AuditFindingKind.Word)]
    [InlineData("{\"v\":3,\"seq\":3,\"kind\":\"control\",\"id\":\"x\",\"at\":\"2026-11-20T08:30:00Z\",\"gen\":1,\"act\":\"a\"}",
        AuditFindingKind.Order)]
    [InlineData("{\"v\":3,\"seq\":4,\"kind\":\"control\",\"id\":\"x\",\"at\":\"2026-11-20T08:30:00Z\",\"gen\":1,\"act\":\"entries.joined\",\"entries\":\"3\",\"first\":\"2026-11-20T08:30:00Z\",\"last\":\"2026-11-20T08:31:00Z\",\"codes\":\"GH2001=2\"}", AuditFindingKind.Sum)]
    [InlineData("{\"v\":3,\"seq\":4,\"kind\":\"control\",\"id\":\"x\",\"at\":\"2026-11-20T08:30:00Z\",\"gen\":1,\"act\":\"entries.joined\",\"entries\":\"2\",\"first\":\"yesterday\",\"last\":\"2026-11-20T08:30:00Z\",\"codes\":\"GH2001=2\"}", AuditFindingKind.Sum)]
    [InlineData("{\"v\":3,\"seq\":4,\"kind\":\"control\",\"id\":\"x\",\"at\":\"2026-11-20T08:30:00Z\",\"gen\":1,\"act\":\"entries.joined\",\"entries\":\"2\",\"first\":\"2026-11-20T08:30:00Z\",\"codes\":\"GH2001=2\"}", AuditFindingKind.Sum)]
    public void Damage_IsFoundAtItsEntry(string line, AuditFindingKind kind)
    {
        using var folder = new LogFolder().Write(Line(1, "begun", "1"), line, Line(3, "ended", "1"));
        Assert.Contains(AuditLogVerifier.Verify(folder.Path).Findings, finding => (finding.Index, finding.Kind) == (3L, kind));
    }

    [Fact]
    public void ACallThatIsBegunTwice_IsFound()
    {
        using var folder = new LogFolder().Write(Line(1, "begun", "1"), Line(2, "begun", "1"), Line(3, "ended", "1"));
        Assert.Equal(AuditFindingKind.BegunTwice, Assert.Single(AuditLogVerifier.Verify(folder.Path).Findings).Kind);
    }

    [Fact]
    public void Findings_AreBounded()
    {
        using var folder = new LogFolder().Write(Enumerable.Repeat("x", AuditLogReport.MostFindings + 7));
        var report = AuditLogVerifier.Verify(folder.Path);
        Assert.Equal((AuditLogReport.MostFindings, 7L), (report.Findings.Count, report.MoreFindings));
    }

    [Fact]
    public void AnEmptyFolder_IsAnEmptyLog()
    {
        using var folder = new LogFolder();
        var report = AuditLogVerifier.Verify(folder.Path);
        Assert.Equal((0, 0L, 0), (report.Logs.Count, report.First, report.Findings.Count));
    }

    // RFC 8259 section 8.2: well formed, and no text that can be read.
    [Theory]
    [InlineData("{\"v\":3,\"seq\":4,\"at\":\"1970-01-01T00:00:00Z\",\"gen\":1,\"kind\":\"control\",\"act\":\"a\",\"id\":\"\\ud800\"}")]
    [InlineData("{\"v\":3,\"seq\":4,\"at\":\"1970-01-01T00:00:00Z\",\"gen\":1,\"kind\":\"\\udc00\",\"act\":\"a\",\"id\":\"x\"}")]
    [InlineData("{\"v\":3,\"seq\":4,\"at\":\"\\ud800\",\"gen\":1,\"kind\":\"control\",\"act\":\"a\",\"id\":\"x\"}")]
    [InlineData("{\"v\":3,\"seq\":4,\"at\":\"1970-01-01T00:00:00Z\",\"gen\":1,\"kind\":\"control\",\"act\":\"a\",\"id\":\"x\",\"parts\":[{\"kind\":\"rule\",\"outcome\":\"\\ud800\"}]}")]
    [InlineData("{\"v\":3,\"seq\":4,\"at\":\"1970-01-01T00:00:00Z\",\"gen\":1,\"kind\":\"control\",\"act\":\"a\",\"id\":\"x\",\"checks\":[\"\\ud800\"]}")]
    [InlineData("{\"v\":3,\"seq\":4,\"at\":\"1970-01-01T00:00:00Z\",\"gen\":1,\"kind\":\"control\",\"act\":\"a\",\"id\":\"x\",\"\\ud800\":1}")]
    [InlineData("{\"v\":3,\"seq\":4,\"at\":\"1970-01-01T00:00:00Z\",\"gen\":1,\"kind\":\"control\",\"act\":\"a\",\"id\":\"x\",\"other\":\"\\ud800\"}")]
    public void ATextThatIsHalfACharacter_KeepsNoOtherEntryFromBeingChecked(string hostile)
    {
        using var folder = new LogFolder().Write([hostile, "no entry"]);
        var findings = AuditLogVerifier.Verify(folder.Path).Findings;
        Assert.Contains(findings, finding => finding.Index == 3 && finding.Kind == AuditFindingKind.NoEntry);
        Assert.Contains(findings, finding => finding.Index == 2);
        Assert.Equal(2, AuditLogReader.Read(folder.Path).Count());
    }

    // The parser passes such bytes, and whoever asks for the text gets an exception: one byte kept a whole log from being checked.
    [Fact]
    public void ByteThatIsNotUtf8_KeepsNoOtherEntryFromBeingChecked()
    {
        var broken = Encoding.UTF8.GetBytes(Line(2, "ended", "x"));
        broken[Array.LastIndexOf(broken, (byte)'x')] = 0xe1;
        using var folder = new LogFolder().Write([Encoding.UTF8.GetBytes(Line(1, "ended", "1")), broken, "no entry"u8.ToArray()]);
        Assert.Equal([3L, 4L], AuditLogVerifier.Verify(folder.Path).Findings.Where(finding =>
            finding.Kind == AuditFindingKind.NoEntry).Select(finding => finding.Index!.Value));
        Assert.Equal(3, AuditLogReader.Read(folder.Path).Count());
    }

    // The number that a broken entry had is no gap: the log did not lose it.
    [Theory]
    [InlineData("{\"v\":3,\"seq\":4")]
    [InlineData("{\"v\":99,\"seq\":4}")]
    [InlineData("{\"v\":3,\"seq\":4,\"gen\":1,\"kind\":\"ended\",\"id\":\"x\"}")]
    public void BrokenEntry_IsNoGapAfterIt_AndAMissingOneIsNevertheless(string broken)
    {
        foreach (var (next, hasGap) in ((int, bool)[])[(3, false), (4, true)])
        {
            using var folder = new LogFolder().Write(Line(1, "ended", "1"), broken, Line(next, "ended", "3"));
            var findings = AuditLogVerifier.Verify(folder.Path).Findings;
            Assert.Contains(findings, static finding => finding.Index == 3);
            Assert.Equal(hasGap, findings.Any(static finding => finding.Kind == AuditFindingKind.Gap));
        }
    }

    // Two counts that together are more than a number holds are not nothing.
    [Fact]
    public void AGapThatIsMoreThanANumberHolds_IsAGap()
    {
        static string Entry(long number) =>
            $"{{\"v\":3,\"seq\":{number},\"at\":\"1970-01-01T00:00:00Z\",\"gen\":1,\"kind\":\"control\",\"act\":\"a\",\"id\":\"x\"}}";
        using var folder = new LogFolder().Write([Entry(3), Entry(long.MaxValue), Entry(long.MaxValue), Entry(2)]);
        Assert.Contains(AuditLogVerifier.Verify(folder.Path).Findings, finding => finding.Kind == AuditFindingKind.Gap);
    }

    private static async Task<IReadOnlyList<string>> WrittenAsync()
    {
        var memory = new FaultyFolder();
        var log = new GroupCommitLog(new AuditLogOptions { Directory = "memory", RefusalBurst = 2 }, memory, new TestLogKeys());
        for (var i = 0; i < 19; i++)
        {
            await log.AppendDurableAsync(Entry(AuditEntryKind.Begun, $"{i}"));
            log.TryAppend(Entry(AuditEntryKind.Ended, $"{i}") with { ClosesBegun = true });
        }

        var refused = Entry(AuditEntryKind.Ended, "") with
        {
            IsRefusal = true,
            Issuer = "https://login.example",
            Owner = "o",
            Code = "GH2001",
            Parts = [new AuditPart(AuditPartKind.Authentication, AuditOutcome.Deny, "Expired")]
        };
        for (var i = 0; i < 9; i++) log.TryAppend(refused with { ExchangeId = $"refused-{i}" });
        await log.DisposeAsync();
        return [.. memory.Lines(isSynced: true)];
    }

    private static AuditEntry Act(string name) => Entry(AuditEntryKind.Control, name) with { Facts = [KeyValuePair.Create("act", name)] };

    private static AuditEntry Entry(AuditEntryKind kind, string id) => new() { Kind = kind, ExchangeId = id, At = DateTimeOffset.UnixEpoch };

    // Behind the first two entries of a log.
    private static string Line(int number, string kind, string id) =>
        $$"""{"v":3,"seq":{{number + 2}},"kind":"{{kind}}","id":"{{id}}","at":"2026-11-20T08:30:00Z","gen":1,"up":0,"out":0,"bytesIn":0,"bytesOut":0}""";
}
