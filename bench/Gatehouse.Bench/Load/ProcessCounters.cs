using System.Globalization;
using System.Net.Http.Headers;

namespace Gatehouse.Bench.Load;

/// <summary>Counts of a process since it began: bytes that it allocated, and its audit log. They come from its metrics.</summary>
/// <param name="AllocatedBytes">Bytes on its managed heap; NaN where it does not count them.</param>
/// <param name="Entries">Entries of its audit log that are durable; NaN where it has none.</param>
/// <param name="Commits">Commits of the log; NaN where it has none.</param>
internal sealed record ProcessCounters(double AllocatedBytes, double Entries, double Commits)
{
    /// <summary>The token that the metrics of a gateway need.</summary>
    public const string Token = "bench-metrics";

    private const string Allocated = "gatehouse_allocated_bytes_total";

    /// <summary>The counters of a process that shows none.</summary>
    public static ProcessCounters None { get; } = new(double.NaN, double.NaN, double.NaN);

    /// <summary>Returns the counters of this process in the form of metrics.</summary>
    public static string OfThisProcess() => string.Create(CultureInfo.InvariantCulture, $"{Allocated} {GC.GetTotalAllocatedBytes()}\n");

    /// <summary>Reads the counters of the process that listens at a port.</summary>
    public static async Task<ProcessCounters> ReadAsync(int port)
    {
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        var text = await client.GetStringAsync(new Uri($"http://127.0.0.1:{port}/metrics")).ConfigureAwait(false);
        var lines = text.Split('\n');
        return new ProcessCounters(Value(Allocated), Value("gatehouse_audit_entries_total"), Value("gatehouse_audit_commits_total"));

        double Value(string name)
        {
            var line = lines.FirstOrDefault(line => line.StartsWith(name + " ", StringComparison.Ordinal));
            return line is null ? double.NaN : double.Parse(line[(name.Length + 1)..], CultureInfo.InvariantCulture);
        }
    }
}
