using System.Diagnostics;
using System.Globalization;
using Gatehouse.Bench.Processes;
using Gatehouse.Bench.Reporting;
using Gatehouse.Ipc;
using Gatehouse.Isolation;
using Gatehouse.Storage;
using static Gatehouse.Bench.Reporting.Numbers;

namespace Gatehouse.Bench.Areas;

/// <summary>What <c>gatehouse wrap</c> adds to a local server: time to the first answer, and memory.</summary>
internal sealed class WrapArea(Workplace place)
{
    private static int Rounds => Size.Of(15, 1);

    private static int Servers => Size.Of(8, 1);

    private static int ColdRounds => Size.Of(3, 1);

    private const string Initialize =
        """{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"bench","version":"1"}}}""";

    private readonly string runtime = Directory.CreateTempSubdirectory("gh-b-").FullName;

    private string Wrapper => Path.Combine(Path.GetDirectoryName(place.Gatehouse)!, "gatehouse-wrap.dll");

    public async Task RunAsync(Report report)
    {
        if (place.Node is not { } node || !Directory.Exists(Path.Combine(place.Root, "tests", "peers", "node_modules")))
        {
            report.Add(new Table("Start of a wrapped server", ["variant"])
            { Notes = { "Not measured: Node and the peers are missing (eng/setup-peers.sh)." } });
            return;
        }

        string[] server = [node, Path.Combine(place.Root, "bench", "servers", "echo.mjs"), Path.Combine(place.Root, "tests", "peers")];
        string[] wrapped = [Workplace.Dotnet, Wrapper, "--name", "echo", "--", .. server];
        string[]? archived = place.TryUnpackArchive() is { } archive ? [archive, "wrap", "--name", "echo", "--", .. server] : null;
        var folder = place.NewDirectory();
        try
        {
            await ApproveAsync(new CommandLine(server, node, folder, []) { Minimum = ProcessEnvironment.Minimum() }).ConfigureAwait(false);
            var cold = await ColdAsync(wrapped, folder).ConfigureAwait(false);
            List<double> bare = [], console = [], warm = [], compiled = [];
            for (var i = 0; i < Rounds; i++)
            {
                bare.Add(await FirstAnswerAsync(server, folder).ConfigureAwait(false));
                console.Add(await ConsoleAsync(folder).ConfigureAwait(false));
                warm.Add(await FirstAnswerAsync(wrapped, folder).ConfigureAwait(false));
                if (archived is not null) compiled.Add(await FirstAnswerAsync(archived, folder).ConfigureAwait(false));
            }

            AddTimes(report, bare, console, warm, compiled, cold);
            await AddMemoryAsync(report, "checkout", wrapped, folder).ConfigureAwait(false);
            if (archived is not null) await AddMemoryAsync(report, "archive", archived, folder).ConfigureAwait(false);
        }
        finally
        {
            await StopHostAsync(folder).ConfigureAwait(false);
            Directory.Delete(runtime, recursive: true);
        }
    }

    private static void AddTimes(Report report, List<double> bare, List<double> console, List<double> warm, List<double> compiled, double cold)
    {
        var table = new Table("Start of a wrapped server", ["", "start to first answer ms, median", "fastest"]);
        table.Add("the server without a wrapper", Whole(Cell.Median(bare)), Whole(bare.Min()));
        table.Add("console program of this runtime, start to end", Whole(Cell.Median(console)), Whole(console.Min()));
        table.Add("wrapped, host runs", Whole(Cell.Median(warm)), Whole(warm.Min()));
        if (compiled.Count > 0) table.Add("wrapped by the program of the archive, host runs", Whole(Cell.Median(compiled)), Whole(compiled.Min()));
        table.Add("wrapped, host has to start", Whole(cold), "-");
        table.Notes.Add($"{Rounds} alternating rounds, a small Node server; the first answer is that to initialize. The host's start is the median "
            + $"of three.");
        report.Add(table);
        Judge("checkout", warm);
        if (compiled.Count > 0) Judge("archive", compiled);

        void Judge(string program, List<double> answers)
        {
            var added = Cell.Median(answers) - Cell.Median(bare);
            report.Judge("P21", "wrapping adds less than 200 ms to the first answer where the host runs", $"{program}: {Whole(added)} ms", added < 200,
                "the runtime's own start, then the host's first decision");
        }
    }

    private async Task AddMemoryAsync(Report report, string program, string[] wrapped, string folder)
    {
        List<Process> processes = [];
        try
        {
            for (var i = 0; i < Servers; i++) processes.Add(await BeginAsync(wrapped, folder).ConfigureAwait(false));
            await Task.Delay(Size.Of(TimeSpan.FromSeconds(2), TimeSpan.FromMilliseconds(50))).ConfigureAwait(false);
            var rss = processes.Select(process => Rollup(process.Id, "Rss:")).ToList();
            var pss = processes.Select(process => Rollup(process.Id, "Pss:")).ToList();
            var host = await HostAsync(folder).ConfigureAwait(false);
            var table = new Table($"Memory of wrapped servers, {program}", ["", "RSS MB", "PSS MB"]);
            table.Add("one wrapper, median", One(Cell.Median(rss)), One(Cell.Median(pss)));
            table.Add("one wrapper, largest", One(rss.Max()), One(pss.Max()));
            table.Add($"{Servers} wrappers together", One(rss.Sum()), One(pss.Sum()));
            table.Add($"the host with {Servers} servers", One(Rollup(host, "Rss:")), One(Rollup(host, "Pss:")));
            table.Notes.Add("RSS counts what processes share once for each, PSS in parts. After initialize, idle; the servers' own memory is not in "
                + "it.");
            report.Add(table);
            report.Judge("P22", "less than 40 MB for each wrapper (RSS)", $"{program}: {One(rss.Max())} MB", rss.Max() < 40, "what the runtime itself takes");
        }
        finally
        {
            foreach (var process in processes)
            {
                process.StandardInput.Close();
                await process.WaitForExitAsync().ConfigureAwait(false);
                process.Dispose();
            }
        }
    }

    private async Task<double> ColdAsync(string[] wrapped, string folder)
    {
        List<double> cold = [];
        for (var i = 0; i < ColdRounds; i++)
        {
            await StopHostAsync(folder).ConfigureAwait(false);
            cold.Add(await FirstAnswerAsync(wrapped, folder).ConfigureAwait(false));
        }

        return Cell.Median(cold);
    }

    private async Task<double> FirstAnswerAsync(string[] command, string folder)
    {
        var started = Stopwatch.GetTimestamp();
        using var process = await BeginAsync(command, folder).ConfigureAwait(false);
        var elapsed = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        process.StandardInput.Close();
        await process.WaitForExitAsync().ConfigureAwait(false);
        return elapsed;
    }

    private async Task<double> ConsoleAsync(string folder)
    {
        var started = Stopwatch.GetTimestamp();
        using var process = Start([Workplace.Dotnet, Wrapper, "--help"], folder);
        await process.StandardOutput.ReadToEndAsync().ConfigureAwait(false);
        await process.WaitForExitAsync().ConfigureAwait(false);
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    private async Task<Process> BeginAsync(string[] command, string folder)
    {
        var process = Start(command, folder);
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginErrorReadLine();
        await process.StandardInput.WriteLineAsync(Initialize).ConfigureAwait(false);
        await process.StandardInput.FlushAsync().ConfigureAwait(false);
        var line = await process.StandardOutput.ReadLineAsync().ConfigureAwait(false);
        return line?.Contains("\"serverInfo\"", StringComparison.Ordinal) == true
            ? process : throw new InvalidOperationException($"no answer: {line}");
    }

    private async Task<int> HostAsync(string folder)
    {
        using var process = Start([Workplace.Dotnet, place.Gatehouse, "host", "status"], folder);
        var output = await process.StandardOutput.ReadToEndAsync().ConfigureAwait(false);
        await process.WaitForExitAsync().ConfigureAwait(false);
        return int.Parse(output.Split('\n').First(line => line.StartsWith("pid: ", StringComparison.Ordinal))[5..], CultureInfo.InvariantCulture);
    }

    private async Task StopHostAsync(string folder)
    {
        using var process = Start([Workplace.Dotnet, place.Gatehouse, "host", "stop"], folder);
        await process.WaitForExitAsync().ConfigureAwait(false);
        var held = Path.Combine(runtime, "state", "gatehouse", "personal", "host.run");
        while (File.Exists(held))
        {
            using var free = FileLock.TryTake(held);
            if (free is not null) return;
            await Task.Delay(20).ConfigureAwait(false);
        }
    }

    // What a person does at a terminal is written where the host looks for it.
    private async Task ApproveAsync(CommandLine command)
    {
        var state = Path.Combine(runtime, "state", "gatehouse", "personal");
        RuntimePaths.MakePrivate(state);
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var json = new System.Text.Json.Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            CommandJson.Write(json, command);
            json.WriteEndObject();
        }

        var store = Store.Open(Path.Combine(state, "gatehouse.db"), TimeProvider.System);
        await using (store.ConfigureAwait(false))
            await store.CommandApprovals.ApproveAsync(command.Digest, "echo",
                System.Text.Encoding.UTF8.GetString(buffer.WrittenSpan)).ConfigureAwait(false);
    }

    private Process Start(string[] command, string folder)
    {
        var info = new ProcessStartInfo(command[0], command.Skip(1))
        { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder };
        info.Environment["XDG_RUNTIME_DIR"] = runtime;
        info.Environment["XDG_STATE_HOME"] = Path.Combine(runtime, "state");
        info.Environment["XDG_CONFIG_HOME"] = Path.Combine(runtime, "config");
        return Process.Start(info)!;
    }

    private static double Rollup(int pid, string field)
    {
        var line = File.ReadLines(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/smaps_rollup"))
            .First(line => line.StartsWith(field, StringComparison.Ordinal));
        return double.Parse(line[field.Length..^2], CultureInfo.InvariantCulture) / 1024;
    }
}
