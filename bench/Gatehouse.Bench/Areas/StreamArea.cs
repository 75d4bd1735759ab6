using System.Globalization;
using Gatehouse.Bench.Load;
using Gatehouse.Bench.Processes;
using Gatehouse.Bench.Reporting;
using static Gatehouse.Bench.Reporting.Numbers;

namespace Gatehouse.Bench.Areas;

/// <summary>Open streams on which nothing happens: GET of the legacy era, each relayed from the server.</summary>
internal sealed class StreamArea(Workplace place, BenchOptions options)
{
    private static int First => Size.Of(50, 2);

    public async Task RunAsync(Report report)
    {
        using var upstream = await BenchHost.StartAsync(place, "upstream").ConfigureAwait(false);
        var table = new Table("Idle streams, relayed", ["program", "streams", "KB per stream", "RSS MB", "CPU of a core when idle"]);
        (string Name, double Each) judged = ("", 0);
        foreach (var (name, gatehouse) in await MeasuredPrograms.FindAsync(place, table).ConfigureAwait(false))
        {
            var cost = await MeasureAsync(gatehouse, upstream.Port).ConfigureAwait(false);
            table.Add(name, Whole(options.Streams), One(cost.Each), One(cost.Megabytes), cost.Idle.ToString("0.0 %", CultureInfo.InvariantCulture));
            judged = (name, cost.Each);
        }

        table.Notes.Add("Each stream holds a connection of the client and one to the server.");
        report.Add(table);
        report.Judge("P12", "an idle relayed stream ≤ 18 KB at 5,000", $"{judged.Name}: {One(judged.Each)} KB at {Whole(options.Streams)}",
            judged.Each <= 18, "the objects of two connections and one exchange each");
    }

    private async Task<StreamCost> MeasureAsync(string program, int upstreamPort)
    {
        using var gatehouse = await Gatekeeper.StartAsync(place, Gatekeeper.Http(upstreamPort), program).ConfigureAwait(false);
        var session = await Handshake.RunAsync(gatehouse.Port, Gatekeeper.Path, gatehouse.Token).ConfigureAwait(false);
        var target = Target.Get(
            gatehouse.Port, Gatekeeper.Path, gatehouse.Token,
            $"Accept: text/event-stream\r\nMCP-Protocol-Version: 2025-11-25\r\nMcp-Session-Id: {session}\r\n");

        var streams = new List<HttpConnection>();
        try
        {
            for (var i = 0; i < First; i++) streams.Add(await OpenAsync(target).ConfigureAwait(false)); // code and pools come with the first
            await Task.Delay(Seconds(2)).ConfigureAwait(false);
            var before = gatehouse.Process.Usage;
            while (streams.Count < options.Streams + First) streams.Add(await OpenAsync(target).ConfigureAwait(false));
            await Task.Delay(Seconds(3)).ConfigureAwait(false);
            var after = gatehouse.Process.Usage;
            await Task.Delay(Seconds(5)).ConfigureAwait(false);
            return new StreamCost(
                (after.RssKilobytes - before.RssKilobytes) / (double)options.Streams, after.RssKilobytes / 1024.0,
                (gatehouse.Process.Usage.CpuMicroseconds - after.CpuMicroseconds) / (Seconds(5).TotalSeconds * 1e6));
        }
        finally
        {
            foreach (var stream in streams) stream.Dispose();
        }
    }

    private static TimeSpan Seconds(int usual) => Size.Of(TimeSpan.FromSeconds(usual), TimeSpan.FromMilliseconds(50));

    private static async Task<HttpConnection> OpenAsync(Target target)
    {
        var connection = await HttpConnection.OpenAsync(target).ConfigureAwait(false);
        var (response, text) = await connection.OnceAsync(headOnly: true).ConfigureAwait(false);
        return response.Status == 200 ? connection : throw new InvalidOperationException(text);
    }

    // KB of one stream, MB of the whole process, and the part of a core that the process uses when idle.
    private sealed record StreamCost(double Each, double Megabytes, double Idle);
}
