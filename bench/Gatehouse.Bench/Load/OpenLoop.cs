using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Gatehouse.Bench.Load;

/// <summary>
/// Calls that arrive whether or not earlier ones were answered (Poisson). Latency counts from the intended moment, so
/// that a stall is charged to everyone it delays.
/// </summary>
internal static partial class OpenLoop
{
    private const int Connections = 64;

    public static async Task<LoadResult> RunAsync(Target target, int perSecond, TimeSpan duration)
    {
        var open = await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => HttpConnection.OpenAsync(target))).ConfigureAwait(false);
        try
        {
            var idle = new ConcurrentStack<HttpConnection>(open);
            var ticks = new ConcurrentBag<long>();
            var errors = new ConcurrentBag<bool>();
            var started = Stopwatch.GetTimestamp();
            var calls = await Task.Factory.StartNew(
                () => Dispatch(idle, ticks, errors, perSecond, started, duration), CancellationToken.None, TaskCreationOptions.LongRunning,
                TaskScheduler.Default).ConfigureAwait(false);
            await Task.WhenAll(calls).ConfigureAwait(false);
            return LoadResult.Of([.. ticks], errors.Count, Stopwatch.GetElapsedTime(started));
        }
        finally
        {
            foreach (var connection in open) connection.Dispose();
        }
    }

    private static List<Task> Dispatch(
        ConcurrentStack<HttpConnection> idle, ConcurrentBag<long> ticks, ConcurrentBag<bool> errors, int perSecond, long started, TimeSpan duration)
    {
        var calls = new List<Task>();
        double at = 0;
        while (true)
        {
            // Exponential gaps between arrivals make a Poisson process.
            at += -Math.Log(1 - (RandomNumberGenerator.GetInt32(int.MaxValue) / (double)int.MaxValue)) / perSecond;
            if (at > duration.TotalSeconds) return calls;
            var intended = started + (long)(at * Stopwatch.Frequency);
            WaitUntil(intended);
            HttpConnection? connection;
            while (!idle.TryPop(out connection)) Thread.Yield();
            connection.Send();
            calls.Add(AnswerAsync(connection, idle, ticks, errors, intended));
        }
    }

    private static async Task AnswerAsync(
        HttpConnection connection, ConcurrentStack<HttpConnection> idle, ConcurrentBag<long> ticks, ConcurrentBag<bool> errors, long intended)
    {
        if (await connection.AnswerAsync().ConfigureAwait(false)) ticks.Add(Stopwatch.GetTimestamp() - intended);
        else errors.Add(true);
        idle.Push(connection);
    }

    /// <summary>Returns at a timestamp of the stopwatch.</summary>
    /// <remarks>Sleeping is coarse and spinning takes a core from what is measured, hence most of the wait asleep.</remarks>
    public static void WaitUntil(long moment)
    {
        var left = (moment - Stopwatch.GetTimestamp()) * 1e9 / Stopwatch.Frequency;
        if (left > 80_000)
        {
            var pause = new TimeSpecification { Nanoseconds = (long)Math.Min(left - 60_000, 900_000_000) };
            _ = Sleep(in pause, 0);
        }

        while (Stopwatch.GetTimestamp() < moment) Thread.SpinWait(20);
    }

    [LibraryImport("libc", EntryPoint = "nanosleep")]
    private static partial int Sleep(in TimeSpecification pause, nint remaining);

    private struct TimeSpecification
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
