using Gatehouse.Bench.Micro;
using Gatehouse.Bench.Reporting;
using static Gatehouse.Bench.Reporting.Numbers;

namespace Gatehouse.Bench.Areas;

/// <summary>
/// The bytes that one exchange allocates in the whole pipeline, without sockets and with a log in memory. They are the same in each run of one build
/// under one runtime, so a test holds them to a figure: the allocation of a hot path does not grow unseen.
/// </summary>
internal static class AllocationArea
{
    private const int Exchanges = 2_000;
    private const int WarmUp = 500; // not counted: parts that are made once, buffers that are used again, remembered tokens and texts

    public static Task RunAsync(Report report)
    {
        var table = new Table("Bytes that an exchange allocates, without sockets and with a log in memory", ["result", "bytes"]);
        foreach (var (what, answer) in new[]
            { ("200 B", Messages.LongText(0)), ("10 KB text", Messages.LongText(10)), ("10 KB records", Messages.Records(10)) })
        {
            using var pipeline = new WholePipeline(MicroArea.WithIdOfCall(answer), log: new InPlaceLog());
            table.Add(what, Whole(BytesOf(pipeline)));
        }

        table.Notes.Add("On one thread. The message of the call and the answer of the server are there; the objects of both are counted.");
        table.Notes.Add("The server gives the same answer each time, so that its judgement is a look-up; the area texts has answers that all differ.");
        table.Notes.Add("The runtime makes fewer objects once it has compiled a method for the last time."
            + " With DOTNET_TieredCompilation=0 that is at the first call.");
        report.Add(table);
        report.Add(Suspended());
        return Task.CompletedTask;
    }

    private static Table Suspended()
    {
        var table = new Table("Async methods that an exchange suspends", ["waits", "methods", "their names"]);
        var answer = MicroArea.WithIdOfCall(Messages.LongText(0));
        using var suspended = new SuspendedMethods();
        foreach (var (what, record, server) in new[] { ("nothing", false, false), ("record", true, false), ("server", false, true), ("both", true, true) })
        {
            var waits = new Waits();
            using var pipeline = new WholePipeline(
                answer, log: record ? new WaitingLog(waits) : new InPlaceLog(), serverWaits: server ? waits : null);
            for (var i = 0; i < WarmUp; i++) pipeline.RunWaiting(waits);
            suspended.Take();
            pipeline.RunWaiting(waits);
            var names = suspended.Take();
            table.Add(what, Whole(names.Count), string.Join(", ", names));
        }

        table.Notes.Add("Each has an object on the heap from its first wait on. The listener, the connection and the HTTP client of a gateway have more.");
        return table;
    }

    private static double BytesOf(WholePipeline pipeline)
    {
        for (var i = 0; i < WarmUp; i++) pipeline.RunInPlace();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Exchanges; i++) pipeline.RunInPlace();
        return (GC.GetAllocatedBytesForCurrentThread() - before) / (double)Exchanges;
    }
}
