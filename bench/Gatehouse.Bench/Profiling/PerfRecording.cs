using System.Diagnostics;
using System.Globalization;
using Gatehouse.Bench.Processes;

namespace Gatehouse.Bench.Profiling;

/// <summary>Stacks of a process that <c>perf</c> sampled while it worked (Linux).</summary>
internal static class PerfRecording
{
    private const int SamplesPerSecond = 499; // no divisor of common timers

    /// <summary>
    /// Variables of a runtime whose methods <c>perf</c> can name: a map of compiled methods, which cover the whole framework, in pages that are no
    /// files.
    /// </summary>
    public static IReadOnlyDictionary<string, string> Variables { get; } = new Dictionary<string, string>
    {
        ["DOTNET_PerfMapEnabled"] = "1",
        ["DOTNET_ReadyToRun"] = "0",
        ["DOTNET_EnableWriteXorExecute"] = "0",
    };

    /// <summary>Returns why nothing can be sampled here; null where it can.</summary>
    public static async Task<string?> FaultAsync(Workplace place)
    {
        try
        {
            string[] once = ["record", "-q", "-g", "-o", Path.Combine(place.NewDirectory(), "samples"), "--", "true"];
            await RunAsync(once, static _ => { }).ConfigureAwait(false);
            return null;
        }
        catch (InvalidOperationException e)
        {
            return e.Message;
        }
    }

    /// <summary>Samples a process.</summary>
    /// <param name="place">Where the file of the samples is.</param>
    /// <param name="process">The process; started with <see cref="Variables"/>.</param>
    /// <param name="duration">For how long.</param>
    /// <returns>The stack of each sample, the innermost frame first.</returns>
    /// <exception cref="InvalidOperationException"><c>perf</c> failed.</exception>
    public static async Task<IReadOnlyList<IReadOnlyList<StackFrame>>> SampleAsync(Workplace place, ChildProcess process, TimeSpan duration)
    {
        var file = Path.Combine(place.NewDirectory(), "samples");
        await RunAsync(
            [
                "record", "-q", "-g", "-F", SamplesPerSecond.ToString(CultureInfo.InvariantCulture),
                "-p", process.Id.ToString(CultureInfo.InvariantCulture), "-o", file,
                "--", "sleep", duration.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture),
            ],
            static _ => { }).ConfigureAwait(false);
        var stacks = new List<IReadOnlyList<StackFrame>>();
        var frames = new List<StackFrame>();
        await RunAsync(["script", "-i", file, "-F", "ip,sym,dso"], line =>
        {
            if (StackFrame.TryParse(line, out var frame)) frames.Add(frame);
            else if (frames.Count > 0)
            {
                stacks.Add([.. frames]);
                frames.Clear();
            }
        }).ConfigureAwait(false);
        if (frames.Count > 0) stacks.Add(frames);
        return stacks;
    }

    private static async Task RunAsync(string[] arguments, Action<string> read)
    {
        using var perf = Start(arguments);
        var faults = perf.StandardError.ReadToEndAsync();
        while (await perf.StandardOutput.ReadLineAsync().ConfigureAwait(false) is { } line) read(line);
        await perf.WaitForExitAsync().ConfigureAwait(false);
        if (perf.ExitCode != 0) throw new InvalidOperationException($"perf {arguments[0]} failed: {(await faults.ConfigureAwait(false)).Trim()}");
    }

    private static Process Start(string[] arguments)
    {
        try
        {
            return Process.Start(new ProcessStartInfo("perf", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new InvalidOperationException("perf is not on PATH; on Debian: apt-get install linux-perf");
        }
    }
}
