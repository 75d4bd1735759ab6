using Gatehouse.Bench.Load;
using Gatehouse.Bench.Processes;

namespace Gatehouse.Bench.Areas;

/// <summary>One round of one variant, with what its process and the rest of the machine did meanwhile.</summary>
internal static class MeasuredRound
{
    /// <summary>The largest share of the machine that others may take in a round that counts.</summary>
    public const double MostOthers = 0.14;

    /// <summary>Runs a round.</summary>
    /// <param name="variant">What is called.</param>
    /// <param name="run">The load.</param>
    public static async Task<LoadResult> RunAsync(Variant variant, Func<Task<LoadResult>> run)
    {
        var before = await variant.CountersAsync().ConfigureAwait(false);
        var (machine, own, user, kernel) = (MachineLoad.Now(), ProcessTree.CpuMicroseconds(), variant.CpuMicroseconds, variant.KernelMicroseconds);
        var result = await run().ConfigureAwait(false);
        var requests = (double)Math.Max(1, result.Requests);
        result.Cpu = (variant.CpuMicroseconds - user) / requests;
        result.KernelCpu = (variant.KernelMicroseconds - kernel) / requests;
        var now = MachineLoad.Now();
        result.Others = now.OthersSince(machine, ProcessTree.CpuMicroseconds() - own);
        result.IdleCores = now.IdleSince(machine);
        var after = await variant.CountersAsync().ConfigureAwait(false);
        result.AllocatedBytes = (after.AllocatedBytes - before.AllocatedBytes) / requests;
        result.Entries = (after.Entries - before.Entries) / requests;
        result.Commits = (after.Commits - before.Commits) / requests;
        return result;
    }

    /// <summary>Returns the numbers of the rounds in which no variant shared the machine with others.</summary>
    /// <param name="rounds">Rounds by variant, each list as long as the others.</param>
    public static IReadOnlyList<int> Quiet(IReadOnlyCollection<IReadOnlyList<LoadResult>> rounds) =>
        [.. Enumerable.Range(0, rounds.Min(static list => list.Count)).Where(i => rounds.All(list => list[i].Others <= MostOthers))];
}
