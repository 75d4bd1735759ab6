using System.Globalization;
using System.Text.Json;
using Gatehouse.Testing;

namespace Gatehouse.Audit.Search.Tests;

/// <summary>What is missing in a log is found, and nothing else is.</summary>
[Trait("Requirement", "ID-08")]
public sealed class LogGapsTests : IDisposable
{
    private static readonly string[] Stages =
        ["accept", "authenticate", "validate", "session", "resolve", "authorize", "limit", "inspect-request", "approve"];

    private static readonly AuditEntry Birth = Control(0, "log.birth", ("log", "a"), ("reason", "first"));

    private readonly LogFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task EachKind_IsFound_AndAnEmptyLogHasNone()
    {
        folder.Write(1, Birth);
        Assert.False((await FindAsync()).IsSomethingMissing);
        folder.Write(1,
            Begun(1), LogFolder.Ended(1), // whole
            Begun(2), // without an end
            Begun(3) with { Checks = [.. Stages.Except(["authorize"])] }, LogFolder.Ended(3),
            LogFolder.Ended(4) with { Parts = [new AuditPart(AuditPartKind.Decision, AuditOutcome.Fault, "unreachable")] },
            LogFolder.Ended(5) with { Parts = [new AuditPart(AuditPartKind.Detection, AuditOutcome.Warn, "text-ghs9020")] },
            LogFolder.Ended(6) with { Parts = [new AuditPart(AuditPartKind.Detection, AuditOutcome.Block, "text-ghs9020")] }, // refused
            LogFolder.Ended(7) with { Parts = [new AuditPart(AuditPartKind.Limit, AuditOutcome.Gap, "messages-lost", "limits.x", 5)] },
            Control(8, "log.gap", ("lost", "12"), ("since", "2026-03-01T09:00:07Z"))
                with
            { Attempts = [new AuditAttempt(AttemptPlace.Mcp, "Expired") { Count = 9 }, new AuditAttempt(AttemptPlace.Token, null)], Peer = "many" });
        var report = await FindAsync();
        Assert.Equal(
            new Dictionary<string, long> { ["unended"] = 0, ["not-run"] = 3, ["messages"] = 1, ["lost"] = 1, ["receipt"] = 0, ["log"] = 0, ["open"] = 1 }.OrderBy(one => one.Key),
            report.Counts.OrderBy(one => one.Key));
        var open = Assert.Single(report.Gaps, gap => gap.Kind == LogGap.Open);
        Assert.Equal(("alice", "files", "tools/call", "read_file", 98L), (open.Person, open.Server, open.Method, open.Tool, open.AgeSeconds));
        Assert.Equal(["decision point: unreachable", "inspection of a text", "stages: authorize"],
            report.Gaps.Where(gap => gap.Kind == LogGap.NotRun).Select(gap => gap.What!).Order(StringComparer.Ordinal));
        Assert.Equal(5, Assert.Single(report.Gaps, gap => gap.Kind == LogGap.Messages).Count);
        var lost = Assert.Single(report.Gaps, gap => gap.Kind == LogGap.Lost);
        Assert.Equal((12, 10), (lost.Count, lost.Attempts));
    }

    /// <summary>A call that only reads has no begin: its end names the stages.</summary>
    [Fact]
    public async Task AStageThatDidNotRun_IsFoundInTheEndOfAPermittedCallWithoutABegin_AndInNoOther()
    {
        string[] most = [.. Stages.Except(["authorize"])];
        folder.Write(1, Birth,
            LogFolder.Ended(1) with { Checks = most }, // permitted
            LogFolder.Ended(2) with { Checks = [.. Stages] },
            LogFolder.Ended(3, code: "GH4003") with { Checks = most }, // refused
            LogFolder.Ended(4) with { Checks = most, Parts = [] }, // nothing had to be decided
            Begun(5), LogFolder.Ended(5) with { Checks = most });
        var report = await FindAsync();
        var gap = Assert.Single(report.Gaps, gap => gap.Kind == LogGap.NotRun);
        Assert.Equal(("stages: authorize", LogFolder.Ended(1).ExchangeId), (gap.What, gap.Id));
    }

    /// <summary>Nothing is carried out where a released result answers, so only the stage of approvals may be missing, and only there.</summary>
    [Fact]
    public async Task AReleasedResult_IsAnsweredWithoutTheStageOfApprovals()
    {
        string[] unasked = [.. Stages.Except(["approve"])];
        var released = new AuditPart(AuditPartKind.Approval, AuditOutcome.Permit, "released", "qua-7q4kd2m9xs");
        folder.Write(1, Birth,
            Begun(1) with { Checks = unasked }, Answered(1, unasked, released), // the release
            Answered(2, unasked, released), // the release, of a method that has no begin
            Begun(3) with { Checks = unasked }, LogFolder.Ended(3) with { Checks = unasked }, // no person was asked
            Begun(4) with { Checks = [.. unasked.Except(["authorize"])] }, Answered(4, unasked, released), // the policy was not asked
            LogFolder.Ended(5) with { Checks = unasked },
            Begun(6) with { Checks = unasked }); // without an end
        var report = await FindAsync();
        Assert.Equal(
            [("stages: approve", 3), ("stages: approve", 5), ("stages: approve", 6), ("stages: authorize, approve", 4)],
            report.Gaps.Where(gap => gap.Kind == LogGap.NotRun)
                .Select(gap => (gap.What!, int.Parse(gap.Id![^1..], CultureInfo.InvariantCulture))).Order());

        static AuditEntry Answered(int number, string[] checks, AuditPart released)
        {
            var entry = LogFolder.Ended(number);
            return entry with { Checks = checks, Parts = [.. entry.Parts, released] };
        }
    }

    // An entry may have a second box that does not open, of the person acted upon.
    [Theory]
    [InlineData("""{"kind":"begun","id":"a","sub":"alice","personal":[{}]}""", "alice", false)]
    [InlineData("""{"kind":"begun","id":"a","sub":"alice","closed":1}""", "alice", false)]
    [InlineData("""{"kind":"begun","id":"a","iss":"i","personal":[{}]}""", null, true)]
    [InlineData("""{"kind":"begun","id":"a","personal":[{}]}""", null, false)] // no token was verified, and the address is sealed
    [InlineData("""{"kind":"begun","id":"a"}""", null, false)]
    public void ACaller_IsSealedOnlyWhereNoneIsKnown(string entry, string? person, bool isSealed)
    {
        using var document = JsonDocument.Parse(entry);
        var found = new GapCollector(LogFolder.Start);
        found.Add(new EntryFacts(document.RootElement));
        var gap = Assert.Single(found.Report(1).Gaps, gap => gap.Kind == LogGap.Open);
        Assert.Equal((person, isSealed), (gap.Person, gap.IsSealed));
    }

    [Fact]
    public async Task AnEntryWithoutASequenceNumber_IsNotTheBeginOfAProcess()
    {
        folder.Write(1, Birth, Begun(1), LogFolder.Ended(2), LogFolder.Ended(1));
        Assert.Equal(0, (await FindAsync()).Counts[LogGap.Unended]);
        var lines = folder.Lines(1).ToArray();
        Assert.Contains("\"seq\":3,", lines[2], StringComparison.Ordinal);
        lines[2] = lines[2].Replace("\"seq\":3,", "", StringComparison.Ordinal);
        folder.Rewrite(1, lines);
        Assert.Equal(0, (await FindAsync()).Counts[LogGap.Unended]);
    }

    [Fact]
    public async Task ACallOfAnEarlierProcess_IsNotTakenForOneThatIsUnderWay()
    {
        folder.Write(1, Birth, Begun(1), Begun(2), LogFolder.Ended(2));
        Assert.Equal((1, 0), await CallsAsync());
        folder.Write(1, Control(3, "stop"));
        Assert.Equal((0, 1), await CallsAsync()); // the process said that it ended

        using var other = new LogFolder();
        other.Write(1, Birth, Begun(1));
        using var next = new LogFolder(); // counts from 1 again, as a new process does
        next.Write(2, Control(5, "log.opened"), Begun(6));
        Directory.Move(next.FolderOf(2), other.FolderOf(2));
        var report = await new LogGaps(other.Source, Clock()).FindAsync(null, null, TestContext.Current.CancellationToken);
        Assert.Equal((1, 1), (report.Counts[LogGap.Open], report.Counts[LogGap.Unended]));
        Assert.Equal(Begun(6).ExchangeId, Assert.Single(report.Gaps, gap => gap.Kind == LogGap.Open).Id);
        Assert.True(report.IsSomethingMissing);

        async Task<(long, long)> CallsAsync()
        {
            var found = await FindAsync();
            return (found.Counts[LogGap.Open], found.Counts[LogGap.Unended]);
        }
    }

    [Fact]
    public async Task AReaderOfTheirOwnEntries_SeesNoGapOfOthers()
    {
        folder.Write(1, Birth, Begun(1), Begun(2) with { Subject = "bob" }, Control(3, "log.gap", ("lost", "1"), ("since", "x")));
        var report = await new LogGaps(folder.Source, Clock())
            .FindAsync(null, EntryScope.Of(new EntryOwner("https://login.example.com", "bob")), TestContext.Current.CancellationToken);
        Assert.Equal(["bob"], report.Gaps.Select(gap => gap.Person));
        Assert.Equal(1, report.Entries);
    }

    [Fact]
    public async Task EntriesBeforeTheTime_AreNotExamined()
    {
        folder.Write(1, Control(0, "log.birth", ("log", "a"), ("reason", "first")), Begun(1), Begun(20), Begun(30), LogFolder.Ended(30));
        var report = await new LogGaps(folder.Source, Clock()).FindAsync(LogFolder.Start.AddSeconds(10), null, TestContext.Current.CancellationToken);
        Assert.Equal(Begun(20).ExchangeId, Assert.Single(report.Gaps).Id);
        Assert.Equal(3, report.Entries);
    }

    [Fact]
    public async Task ManyGaps_AreAllCounted_AndTheNewestAreShown()
    {
        folder.Write(1, [Control(0, "log.birth", ("log", "a"), ("reason", "first")), .. Enumerable.Range(1, 500).Select(Begun)]);
        var report = await FindAsync();
        Assert.Equal((500, LogGaps.MostShown), (report.Counts[LogGap.Open], report.Gaps.Count));
        Assert.Equal(Begun(500).ExchangeId, report.Gaps[0].Id);
    }

    // Only a log that the next one names has ended.
    [Fact]
    public void ALogThatTheNextOneDoesNotName_IsAGap()
    {
        Assert.Empty(GapsOf(("log-0001", "a", null), ("log-0002", "b", "a"), ("log-0003", "c", "b")));
        Assert.Contains("log-0001 has no end: log-0002 names no log", Assert.Single(GapsOf(("log-0001", "a", null), ("log-0002", "b", null))), StringComparison.Ordinal);
        Assert.Contains("log-0001 has no end: log-0003 names b", Assert.Single(GapsOf(("log-0001", "a", null), ("log-0003", "c", "b"))), StringComparison.Ordinal);
        Assert.Contains("names a as the log before it, which is not in the folder", Assert.Single(GapsOf(("log-0002", "b", "a"))), StringComparison.Ordinal);

        static List<string> GapsOf(params (string Name, string Origin, string? Previous)[] logs) =>
            [.. LogSuccession.GapsOf(new Births([.. logs.Select(log => (log.Name, log.Origin, log.Previous, "key-lost"))])).Select(gap => gap.What!)];
    }

    [Theory]
    [InlineData("damaged", "was damaged")]
    [InlineData("rolled-back", "had fewer entries than it had published: an older copy was put in its place, or its end was cut")]
    [InlineData("lost", "was gone")]
    [InlineData("replaced", "had another log in its place")]
    public void ALogThatEndedWithoutItsWriter_IsAGap(string reason, string words)
    {
        var gap = Assert.Single(LogSuccession.GapsOf(new Births([("log-0001", "a", null, "first"), ("log-0002", "b", "a", reason)])));
        Assert.Equal(LogGap.Log, gap.Kind);
        var word = reason == "damaged" ? "" : $" ({reason})";
        Assert.StartsWith($"log-0002 began because the log before it {words}{word}; ", gap.What, StringComparison.Ordinal);
    }

    // The log itself knows only receipts whose entries it has.
    [Fact]
    [Trait("Requirement", "AU-02")]
    public async Task ReceiptWhoseEntryNoCheckpointCovers_IsAGap_OnceItsTimeIsOver_OrItsLogEnded()
    {
        var logs = new Promises(("log-0001", 2, ["a", "b", "c"]), ("log-0002", 1, ["d", "e"]));
        Assert.Equal(["c"], await IdsAsync(TimeSpan.FromHours(23))); // its log ended
        Assert.Equal(["e", "c"], await IdsAsync(TimeSpan.FromHours(25)));
        logs = new Promises(("log-0001", null, ["a"])); // without a checkpoint that can be read, nothing is said
        Assert.Empty(await IdsAsync(TimeSpan.FromHours(25)));

        async Task<List<string>> IdsAsync(TimeSpan after)
        {
            var gaps = new LogGaps(logs, new ManualTimeProvider(LogFolder.Start + after));
            var report = await gaps.FindAsync(LogFolder.Start, null, TestContext.Current.CancellationToken);
            return [.. report.Gaps.Where(gap => gap.Kind == LogGap.Receipt).Select(gap => gap.Id!)];
        }
    }

    private Task<GapReport> FindAsync() => new LogGaps(folder.Source, Clock()).FindAsync(null, null, TestContext.Current.CancellationToken);

    private static ManualTimeProvider Clock() => new(LogFolder.Start.AddSeconds(100));

    private static AuditEntry Begun(int number) => LogFolder.Ended(number) with { Kind = AuditEntryKind.Begun, Checks = Stages };

    private static AuditEntry Control(int number, string act, params (string Name, string Value)[] facts) => new()
    {
        Kind = AuditEntryKind.Control,
        ExchangeId = $"control-{number}",
        At = LogFolder.Start.AddSeconds(number),
        Facts = [KeyValuePair.Create("act", act), .. facts.Select(fact => KeyValuePair.Create(fact.Name, fact.Value))],
    };

    /// <summary>Logs with a size under the checkpoint, and entries that are all promised.</summary>
    private sealed class Promises(params (string Name, long? Size, string[] Ids)[] logs) : ILogSource
    {
        public IReadOnlyList<string> Logs() => [.. logs.Select(log => log.Name)];

        public long? SizeOf(string log) => logs.Single(one => one.Name == log).Size;

        public IEnumerable<SourceEntry> ReadFrom(EntryPosition? from) =>
            from log in logs
            from place in log.Ids.Select((id, index) => (id, index))
            select new SourceEntry(new EntryPosition(log.Name, place.index), JsonSerializer.SerializeToUtf8Bytes(new
            {
                kind = "ended",
                place.id,
                at = LogFolder.Start,
                receipt = new { call = "x", blind = "y" },
            }));
    }

    private sealed class Births((string Name, string Origin, string? Previous, string Reason)[] logs) : ILogSource
    {
        public IReadOnlyList<string> Logs() => [.. logs.Select(log => log.Name)];

        public IEnumerable<SourceEntry> ReadFrom(EntryPosition? from) => logs.SkipWhile(log => log.Name != from!.Value.Log).Select(Birth);

        private static SourceEntry Birth((string Name, string Origin, string? Previous, string Reason) log)
        {
            var facts = new Dictionary<string, string> { ["kind"] = "control", ["act"] = "log.birth", ["log"] = log.Origin, ["reason"] = log.Reason };
            if (log.Previous is not null) facts["previous"] = log.Previous;
            return new SourceEntry(new EntryPosition(log.Name, 0), JsonSerializer.SerializeToUtf8Bytes(facts));
        }
    }
}
