using Gatehouse.Bench.Areas;
using Gatehouse.Bench.Load;
using Gatehouse.Bench.Processes;
using Gatehouse.Bench.Reporting;
using static Gatehouse.Bench.Reporting.Numbers;

namespace Gatehouse.Bench.Profiling;

/// <summary>
/// The processor time of a relayed request by its owners: stages, record, upstream, libraries, runtime and kernel, beside the pass-through that
/// checks nothing.
/// </summary>
internal sealed class ProfileArea(Workplace place, BenchOptions options)
{
    private const string Tool = "r200";
    private const int Connections = 64;
    private const string Title = "Processor time of a request by owner, 64 connections, 200 B";
    private const double LeastShare = 0.002; // smaller rows are added up
    private const string Rest = "rows below 0.2 %";

    public async Task RunAsync(Report report)
    {
        if (await PerfRecording.FaultAsync(place).ConfigureAwait(false) is { } fault)
        {
            report.Add(new Table(Title, ["owner"]) { Notes = { $"Not measured: {fault}" } });
            return;
        }

        using var upstream = await BenchHost.StartAsync(place, "upstream").ConfigureAwait(false);
        using var passThrough = await BenchHost.PassThroughAsync(place, upstream, PerfRecording.Variables).ConfigureAwait(false);
        using var gateway = await Gatekeeper.StartAsync(place, Gatekeeper.Http(upstream.Port), variables: PerfRecording.Variables)
            .ConfigureAwait(false);
        Variant[] variants =
        [
            new("c", "lean C# pass-through, checks nothing", passThrough.Process, tool => Target.Modern(passThrough.Port, "/mcp", tool, null)),
            new("g", "Gatehouse, begun durable before forwarding", gateway.Process,
                tool => Target.Modern(gateway.Port, Gatekeeper.Path, tool, gateway.Token)),
            new("gn", "Gatehouse, reading method: nothing waits for the disk", gateway.Process,
                tool => Target.Modern(gateway.Port, Gatekeeper.Path, tool, gateway.Token, "prompts/get")),
        ];
        var profiles = new List<CpuProfile>();
        foreach (var variant in variants) profiles.Add(await ProfileAsync(variant).ConfigureAwait(false));
        report.Add(Rows(variants, profiles));
    }

    private async Task<CpuProfile> ProfileAsync(Variant variant)
    {
        var target = variant.Call(Tool);
        await ClosedLoop.WarmUpAsync(target, Connections, Matrix.WarmUpRequests).ConfigureAwait(false);
        var duration = Size.Of(TimeSpan.FromSeconds(options.Full ? 20 : 8), TimeSpan.FromSeconds(1));
        var before = variant.CpuMicroseconds;
        var load = ClosedLoop.RunAsync(target, Connections, duration + TimeSpan.FromSeconds(1));
        var stacks = await PerfRecording.SampleAsync(place, variant.Front, duration).ConfigureAwait(false);
        var result = await load.ConfigureAwait(false);
        return CpuProfile.Of(stacks, (double)(variant.CpuMicroseconds - before) / Math.Max(1, result.Requests));
    }

    private static Table Rows(Variant[] variants, List<CpuProfile> profiles)
    {
        var table = new Table(
            Title, ["owner", .. variants.SelectMany(static one => (string[])[$"{one.Key} %", $"{one.Key} µs"])]);
        var shown = profiles.SelectMany(static one => one.Shares).Where(static one => one.Value >= LeastShare)
            .Select(static one => one.Key).ToHashSet();
        foreach (var owner in shown.OrderByDescending(owner => profiles.Max(one => one.Microseconds(owner))))
            table.Add([owner, .. profiles.SelectMany(one => Cells(one.Share(owner), one.PerRequest))]);
        table.Add([Rest, .. profiles.SelectMany(one => Cells(1 - shown.Sum(one.Share), one.PerRequest))]);
        table.Add(["all", .. profiles.SelectMany(static one => Cells(1, one.PerRequest))]);
        foreach (var variant in variants) table.Notes.Add($"{variant.Key}: {variant.Name}");
        table.Notes.Add($"Samples: {string.Join(", ", variants.Zip(profiles, static (one, profile) => $"{one.Key} {Whole(profile.Samples)}"))}. "
            + "Sampling and the map of methods cost time as well: compare shares, and take microseconds from the area http.");
        return table;
    }

    private static string[] Cells(double share, double perRequest) => [One(100 * share), One(share * perRequest)];
}
