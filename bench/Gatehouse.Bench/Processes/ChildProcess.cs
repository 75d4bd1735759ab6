using System.Diagnostics;
using System.Text;

namespace Gatehouse.Bench.Processes;

/// <summary>A process of the benchmark; ends with it.</summary>
internal sealed class ChildProcess : IDisposable
{
    private readonly Process process;
    private readonly StringBuilder output = new();

    private ChildProcess(string name, Process process)
    {
        Name = name;
        this.process = process;
    }

    public string Name { get; }

    public int Id => process.Id;

    public bool HasExited => process.HasExited;

    public ProcessUsage Usage => ProcessUsage.Of(Id);

    public string Output
    {
        get
        {
            lock (output) return output.ToString();
        }
    }

    public static ChildProcess Start(string name, string workingDirectory, string program, params string[] arguments) =>
        Start(name, workingDirectory, program, arguments, variables: null);

    /// <summary>Starts a process with variables besides those of this one.</summary>
    public static ChildProcess Start(string name, string workingDirectory, string program, string[] arguments,
        IReadOnlyDictionary<string, string>? variables)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = workingDirectory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var (variable, value) in variables ?? new Dictionary<string, string>()) start.Environment[variable] = value;
        var child = new ChildProcess(name, Process.Start(start)!);
        child.process.OutputDataReceived += (_, line) => child.Note(line.Data);
        child.process.ErrorDataReceived += (_, line) => child.Note(line.Data);
        child.process.BeginOutputReadLine();
        child.process.BeginErrorReadLine();
        return child;
    }

    public async Task<int> WaitAsync()
    {
        await process.WaitForExitAsync().ConfigureAwait(false);
        return process.ExitCode;
    }

    public void Dispose()
    {
        if (!process.HasExited) process.Kill(entireProcessTree: true);
        process.WaitForExit();
        process.Dispose();
    }

    private void Note(string? line)
    {
        if (line is null) return;
        lock (output)
        {
            if (output.Length < 20_000) output.AppendLine(line);
        }
    }
}
