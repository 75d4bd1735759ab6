using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using Gatehouse.Audit;
using Gatehouse.Audit.Search;
using Gatehouse.Bench.Processes;
using Gatehouse.Bench.Reporting;
using Gatehouse.Storage;
using static Gatehouse.Bench.Reporting.Numbers;

namespace Gatehouse.Bench.Areas;

/// <summary>
/// What the index of the audit log costs: building it, its size, and a page of 100 entries for each kind of question, beside reading the whole log.
/// </summary>
internal sealed class SearchArea(Workplace place, BenchOptions options)
{
    private const int Servers = 12;
    private const int Tools = 90;
    private static readonly DateTimeOffset Start = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);
    private const string Issuer = "https://login.example.com";
    private double slowest;

    private int[] Sizes => Size.IsSmallest ? [2000] : options.Full ? [10_000, 100_000, 1_000_000] : [10_000, 100_000];

    public async Task RunAsync(Report report)
    {
        var built = new Table("Index of the audit log", ["entries", "log, bytes an entry", "index, bytes an entry", "build, entries/s", "follow 100, ms"]);
        report.Add(built);
        foreach (var size in Sizes) await MeasureAsync(size, built, report).ConfigureAwait(false);
        report.Judge("AU-05", $"p95 of a page of 100 entries under 300 ms, {Whole(Sizes[^1])} entries", $"{One(slowest)} ms", slowest <= 300,
            "postings of two tokens of half of all are merged row by row");
    }

    private async Task MeasureAsync(int size, Table built, Report report)
    {
        var folder = place.NewDirectory();
        var log = Path.Combine(folder, "audit");
        Directory.CreateDirectory(log);
        Write(log, 1, 0, size);
        var file = Path.Combine(folder, "index.db");
        var index = AuditIndex.InFile(file, KeyRing.CreateInMemory(TimeProvider.System), new LogSource(log),
            static rebuild => throw new InvalidOperationException(rebuild.Message));
        await using (index.ConfigureAwait(false))
        {
            var start = Stopwatch.GetTimestamp();
            await index.CatchUpAsync(default).ConfigureAwait(false);
            var build = Stopwatch.GetElapsedTime(start);
            var bytes = new FileInfo(file).Length;
            var logBytes = Directory.GetFiles(log).Sum(one => new FileInfo(one).Length);
            Write(log, 99_999, size, 100);
            start = Stopwatch.GetTimestamp();
            await index.CatchUpAsync(default).ConfigureAwait(false);
            var follow = Stopwatch.GetElapsedTime(start);
            built.Add(Whole(size), Whole((double)logBytes / size), Whole((double)bytes / size), Whole(size / build.TotalSeconds),
                One(follow.TotalMilliseconds));
            await AskAsync(size, index, new LogScan(new LogSource(log)), report).ConfigureAwait(false);
        }
    }

    private async Task AskAsync(int size, AuditIndex index, LogScan scan, Report report)
    {
        var table = new Table($"A page of 100 of {Whole(size)} entries", ["question", "found", "p50, ms", "p95, ms", "reading the log, ms"]);
        slowest = 0;
        foreach (var (name, ask, scope) in Questions(size).Select(one => (one.Item1, one.Item2, (EntryScope?)null)).Concat(OfGroups()))
        {
            var times = new List<double>();
            var found = 0;
            for (var round = 0; round < Size.Of(100, 5); round++)
            {
                var start = Stopwatch.GetTimestamp();
                found = (await index.FindAsync(ask(round), scope, default).ConfigureAwait(false)).Entries.Count;
                times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }

            times.Sort();
            var p95 = times[times.Count * 95 / 100];
            slowest = Math.Max(slowest, p95);
            var read = "";
            if (name == "person" && size <= 100_000)
            {
                var start = Stopwatch.GetTimestamp();
                await scan.FindAsync(ask(0), null, default).ConfigureAwait(false);
                read = Whole(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }

            table.Add(name, Whole(found), One(times[times.Count / 2]), One(p95), read);
        }

        var rounds = Size.Of(5, 1);
        foreach (var (name, filter, scope) in Counts())
        {
            var times = new List<double>();
            for (var round = 0; round < rounds; round++)
            {
                var start = Stopwatch.GetTimestamp();
                await index.CountByFacetAsync(filter, scope, default).ConfigureAwait(false);
                times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }

            times.Sort();
            table.Add(name, "", One(times[rounds / 2]), One(times[^1]), "");
        }

        table.Notes.Add("Each time includes the look whether the log has grown, and opening the entries. Counts are no part of the goal.");
        report.Add(table);
    }

    private static IEnumerable<(string, Func<int, EntryFilter>)> Questions(int size) =>
    [
        ("the newest", _ => new EntryFilter()),
        ("person", i => new EntryFilter { Person = Person(i) }),
        ("client", i => new EntryFilter { Client = Client(i) }),
        ("server", i => new EntryFilter { Server = Server(i) }),
        ("tool", i => new EntryFilter { Tool = Tool(i) }),
        ("verdict", i => new EntryFilter { Verdict = i % 2 == 0 ? "deny" : "permit" }),
        ("finding", i => new EntryFilter { Finding = $"ghs90{i % 5:d2}" }),
        ("session", i => new EntryFilter { Session = Session(i * 20 % size) }),
        ("request id", i => new EntryFilter { Id = Id(i * 7 % size) }),
        ("an hour", i => new EntryFilter { Since = Start.AddSeconds(size / 2.0), Until = Start.AddSeconds((size / 2.0) + 3600 + i) }),
        ("one word", i => new EntryFilter { Text = $"tool{i % Tools}" }),
        ("two common words", i => new EntryFilter { Text = $"call {Server(i)}" }),
        ("person and tool", i => new EntryFilter { Person = Person(i), Tool = Tool(i + 1) }),
        ("person, server, verdict and time", i => new EntryFilter { Person = Person(i), Server = Server(i), Verdict = "deny", Since = Start.AddSeconds(size / 4.0) }),
        ("two of half of all each, none has both", i => new EntryFilter { Verdict = "begun", Text = "outcome" }),
        ("a page in the middle", i => new EntryFilter { Text = "call", Until = Start.AddSeconds(size / 2.0) }),
    ];

    private static IEnumerable<(string, EntryFilter, EntryScope?)> Counts() =>
    [
        ("counts of everything", new EntryFilter(), null),
        ("counts of a person", new EntryFilter { Person = Person(3) }, null),
        ("counts of half", new EntryFilter { Verdict = "begun" }, null),
        .. OfGroups().Where(one => one.Item1.EndsWith("the newest", StringComparison.Ordinal))
            .Select(one => (one.Item1.Replace("the newest", "counts", StringComparison.Ordinal), new EntryFilter(), one.Item3)),
    ];

    // A reader of two groups of a fortieth of all each, and one of two of which each has half.
    private static IEnumerable<(string, Func<int, EntryFilter>, EntryScope?)> OfGroups()
    {
        var (small, large) = (Reader("group-1", "group-2"), Reader("even", "group-2"));
        return
        [
            ("two groups: the newest", _ => new EntryFilter(), small),
            ("two groups: tool", i => new EntryFilter { Tool = Tool(i) }, small),
            ("two groups: verdict", i => new EntryFilter { Verdict = i % 2 == 0 ? "deny" : "permit" }, small),
            ("two groups: person", i => new EntryFilter { Person = Person(i) }, small),
            ("a group of half: the newest", _ => new EntryFilter(), large),
            ("a group of half: a word that only own entries have", _ => new EntryFilter { Text = "uneven" }, large),
        ];
    }

    private static EntryScope Reader(params string[] groups) =>
        new(new EntryOwner(Issuer, Person(3)), [.. groups.Select(group => new EntryGroup(Issuer, group))]);

    private static string Person(int i) => $"person-{i * i % 500}";

    private static string Client(int i) => $"client-{i % 25}";

    private static string Server(int i) => $"server{i % Servers}";

    private static string Tool(int i) => $"do_tool{i % Tools}";

    private static string Session(int i) => $"01session{i / 20:d14}";

    private static string Id(int i) => $"01exchange{i / 2:d16}";

    // Half of the exchanges act, with an entry at begin and end; one in twenty is refused; one in fifty has a finding.
    private static AuditEntry Entry(int i)
    {
        var (exchange, isBegun) = (i / 2, i % 2 == 0);
        var isDenied = !isBegun && exchange % 20 == 0;
        List<AuditPart> parts =
        [
            new(AuditPartKind.Authentication, AuditOutcome.Pass), new(AuditPartKind.Definition, AuditOutcome.InForce, null, "sha256:" + new string('8', 64)),
            isDenied ? new(AuditPartKind.Decision, AuditOutcome.Deny, "no-rule-permits")
                : new(AuditPartKind.Decision, AuditOutcome.Permit, "permitted", (isBegun ? "staff" : "staff outcome") + (exchange % 2 == 0 ? "" : " uneven")),
        ];
        if (exchange % 50 == 1) parts.Add(new(AuditPartKind.Detection, AuditOutcome.Warn, $"text-ghs90{exchange % 7:d2}", "result medium 120+34 mail-results"));
        return new AuditEntry
        {
            Kind = isBegun ? AuditEntryKind.Begun : AuditEntryKind.Ended,
            ExchangeId = Id(i),
            At = Start.AddSeconds(i),
            Generation = 1,
            Server = Server(exchange % 7 * (exchange % 3)),
            Verb = "POST",
            Method = "tools/call",
            Name = Tool(exchange * 7 % 97),
            Revision = "2025-11-25",
            Issuer = Issuer,
            Subject = Person(exchange % 1000),
            ReadingGroups = [$"group-{exchange % 40}", exchange % 2 == 0 ? "even" : "odd"],
            ClientId = Client(exchange % 31),
            Session = Session(i),
            TraceId = exchange.ToString("x32", CultureInfo.InvariantCulture),
            Checks = ["accept", "authenticate", "validate", "session", "resolve", "authorize", "limit", "inspect-request", "approve", "forward", "inspect-response"],
            Parts = parts,
            Code = isDenied ? "GH4003" : null,
            Status = isBegun ? null : 200,
            Microseconds = isBegun ? null : 312,
        };
    }

    private static void Write(string log, int segment, int from, int count)
    {
        var line = new ArrayBufferWriter<byte>();
        for (var at = from; at < from + count;)
        {
            using var file = File.Create(Path.Combine(log, $"audit-{segment++:d10}.jsonl"));
            while (at < from + count && file.Position < 64 << 20)
            {
                line.ResetWrittenCount();
                AuditEntryFormat.Write(Entry(at++), at, line);
                file.Write(line.WrittenSpan);
                file.Write("\n"u8);
            }
        }
    }
}
