using System.Diagnostics;

namespace Gatehouse.Bench.Load;

/// <summary>A number of connections, each of which calls again as soon as it is answered.</summary>
internal static class ClosedLoop
{
    public static async Task<LoadResult> RunAsync(Target target, int connections, TimeSpan duration)
    {
        var open = await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => HttpConnection.OpenAsync(target))).ConfigureAwait(false);
        try
        {
            var started = Stopwatch.GetTimestamp();
            var until = started + (long)(duration.TotalSeconds * Stopwatch.Frequency);
            var results = await Task.WhenAll(open.Select(c => Task.Run(() => CallAsync(c, until)))).ConfigureAwait(false);
            var elapsed = Stopwatch.GetElapsedTime(started);
            return LoadResult.Of([.. results.SelectMany(r => r.Ticks)], results.Sum(r => r.Errors), elapsed);
        }
        finally
        {
            foreach (var connection in open) connection.Dispose();
        }
    }

    /// <summary>
    /// Calls until this many are answered: a runtime compiles by the number of calls, so that variants warm for the same time are not equally warm.
    /// </summary>
    /// <exception cref="InvalidOperationException">A call is not answered as it should.</exception>
    public static async Task WarmUpAsync(Target target, int connections, int requests)
    {
        var left = requests;
        await Task.WhenAll(Enumerable.Range(0, connections).Select(async _ =>
        {
            using var connection = await HttpConnection.OpenAsync(target).ConfigureAwait(false);
            while (Interlocked.Decrement(ref left) >= 0)
            {
                if (!await connection.CallAsync().ConfigureAwait(false)) throw new InvalidOperationException("a call of the warm-up was not answered");
            }
        })).ConfigureAwait(false);
    }

    private static async Task<(List<long> Ticks, long Errors)> CallAsync(HttpConnection connection, long until)
    {
        var ticks = new List<long>(16_384);
        long errors = 0;
        for (var sent = Stopwatch.GetTimestamp(); sent < until;)
        {
            if (!await connection.CallAsync().ConfigureAwait(false))
            {
                errors++;
                break; // the connection may be of no more use
            }

            var now = Stopwatch.GetTimestamp();
            ticks.Add(now - sent);
            sent = now;
        }

        return (ticks, errors);
    }
}
