using System.Diagnostics;
using Gatehouse.Audit;
using Gatehouse.Audit.Log;
using Gatehouse.Audit.Privacy;
using Gatehouse.Audit.Tree;
using Gatehouse.Audit.Tree.Notes;
using Gatehouse.Audit.Verification;
using Gatehouse.Bench.Micro;
using Gatehouse.Bench.Processes;
using Gatehouse.Bench.Reporting;
using Gatehouse.Storage;
using static Gatehouse.Bench.Reporting.Numbers;

namespace Gatehouse.Bench.Areas;

/// <summary>The cost of an entry that is evidence: hashes, facts about persons sealed, room on the disk, and the check by an auditor.</summary>
internal sealed class EvidenceArea(Workplace place, BenchOptions options)
{
    private const int Writers = 64;
    private const int Persons = 500;

    private readonly Table steps = new("An entry of the evidence log", ["step", "ns", "bytes allocated"]);

    private int Entries => Size.IsSmallest ? 600 : options.Full ? 1_000_000 : 200_000;

    public async Task RunAsync(Report report)
    {
        var folder = place.NewDirectory();
        using var keys = SubjectKeys.TryOpen(SubjectKeyFile.Open(Path.Combine(folder, "subjects.db")), KeyRing.CreateInMemory(TimeProvider.System),
            Path.Combine(folder, "destroyed"))!;
        Hashes(report);
        Boxes(keys, report);
        steps.Notes.Add("Median of 15 batches of 25 ms of one thread's time on a core.");
        report.Add(steps);
        var table = new Table("A log of the disk, written and verified",
            ["log", "bytes an entry on the disk", "structure and hashes, entries/s", "with the content of entries, entries/s"]);
        await WriteAndVerifyAsync("nothing sealed", null, table, null).ConfigureAwait(false);
        await WriteAndVerifyAsync($"sealed, {Whole(Persons)} persons", new EntryProtector(keys), table, report).ConfigureAwait(false);
        table.Notes.Add($"{Whole(Entries)} entries by {Whole(Writers)} callers, under checkpoints. One thread verifies, with the files in the page cache.");
        report.Add(table);
    }

    private void Hashes(Report report)
    {
        var entry = AuditEntryFormat.Bytes(AuditRate.Entry(TimeProvider.System), 1);
        var leaves = Enumerable.Repeat(MerkleTree.Leaf(entry), TilePath.FullWidth).ToArray();
        var leaf = Measure($"hash of the leaf, entry of {Whole(entry.Length)} bytes", () => MerkleTree.Leaf(entry));
        var tiles = Measure($"hashes of the tiles, {Whole(TilePath.FullWidth)} entries", () => MerkleTree.Root(leaves)) / TilePath.FullWidth;
        report.Judge("AU-02", "leaf and tiles: ≤ 3 µs of a core an entry", $"{Whole(leaf + tiles)} ns", leaf + tiles <= 3000, "SHA-256");
    }

    private void Boxes(SubjectKeys keys, Report report)
    {
        var entry = AuditRate.Entry(TimeProvider.System);
        var protector = new EntryProtector(keys);
        var cost = Measure("facts about a person sealed, the key in memory", () => protector.Protect(entry));
        var cache = new SealedFactsCache(); // empty again after each ended entry
        var (begun, ended) = (entry with { Kind = AuditEntryKind.Begun }, entry with { Kind = AuditEntryKind.Ended });
        Measure("facts of the begun and the ended entry of a call, sealed separately", () => BothOf(begun, ended));
        var (begunWithCache, endedWithCache) = (begun with { SealedFactsCache = cache }, ended with { SealedFactsCache = cache });
        Measure("the same facts, the ended entry with the box of the begun one", () => BothOf(begunWithCache, endedWithCache));
        var person = 0;
        Measure("facts about a person sealed, a new person each time (a key is stored)", () => protector.Protect(entry with { Subject = $"new-{person++}" }));
        report.Judge("DP-03", "pseudonym and box: ≤ 4 µs of a core an entry", $"{Whole(cost)} ns", cost <= 4000, "AES-GCM, JSON, base64");

        void BothOf(AuditEntry first, AuditEntry last)
        {
            protector.Protect(first);
            protector.Protect(last);
        }
    }

    private double Measure(string step, Action operation)
    {
        var (nanoseconds, bytes) = Stopwatched.Measure(operation);
        steps.Add(step, Whole(nanoseconds), Whole(bytes));
        return nanoseconds;
    }

    private async Task WriteAndVerifyAsync(string name, EntryProtector? protector, Table table, Report? report)
    {
        var folder = place.NewDirectory();
        var signers = new BenchLogKeys();
        var log = GroupCommitLog.Open(new AuditLogOptions { Directory = folder, Protector = protector }, signers);
        await using (log.ConfigureAwait(false))
        {
            var next = 0;
            await Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => Task.Run(async () =>
            {
                for (int at; (at = Interlocked.Increment(ref next)) <= Entries;)
                {
                    var entry = AuditRate.Entry(TimeProvider.System) with { Kind = AuditEntryKind.Control, Subject = $"person-{at % Persons}" };
                    await log.AppendDurableAsync(entry with { Facts = [KeyValuePair.Create("act", "bench")] }).ConfigureAwait(false);
                }
            }))).ConfigureAwait(false);
        }

        var bytes = new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);
        var structure = Verify(folder, isStructureOnly: true);
        table.Add(name, Whole((double)bytes / Entries), Whole(structure), Whole(Verify(folder, isStructureOnly: false)));
        report?.Judge("AU-01", "verification: ≥ 300,000 entries/s, structure and hashes", $"{Whole(structure)}/s", structure >= 300_000,
            "SHA-256, one thread");
    }

    // The median, so that the first one pays for the compiler.
    private double Verify(string folder, bool isStructureOnly)
    {
        var rates = new List<double>();
        for (var round = 0; round < Size.Of(3, 1); round++)
        {
            var start = Stopwatch.GetTimestamp();
            var report = AuditLogVerifier.Verify(folder, new VerificationRequest { StructureOnly = isStructureOnly });
            // One of the logs is written without boxes, to measure them.
            if (report.Findings.FirstOrDefault(static one => one.Kind != AuditFindingKind.Member) is { } finding)
                throw new InvalidOperationException($"the log is damaged: {finding.Detail}");
            rates.Add(Entries / Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return Cell.Median(rates);
    }
}
