using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using Gatehouse.Files;

namespace Gatehouse.Cli.Output;

/// <summary>
/// Another program in the folder of this one. No search path, working folder, variable or setting selects the file: an account that could select it
/// would run as the person who typed the command.
/// </summary>
internal sealed partial class BesideProgram
{
    private readonly string[] command;
    private readonly string[] files;

    private BesideProgram(string[] command, string[] files)
    {
        this.command = command;
        this.files = files;
    }

    /// <summary>The file that is started.</summary>
    public string Path => files[0];

    /// <summary>True when there is something of the name, also a link that leads nowhere.</summary>
    public bool Exists => System.IO.Path.Exists(Path) || new FileInfo(Path).LinkTarget is not null;

    /// <summary>Returns the program of a name, in the form in which this one runs: a file of its own, or an assembly for the same runtime.</summary>
    public static BesideProgram Of(string name)
    {
        var path = System.IO.Path.Join(AppContext.BaseDirectory, name);
        if (!OwnProgram.IsAssembly)
        {
            var file = OperatingSystem.IsWindows() ? path + ".exe" : path;
            return new BesideProgram([file], [file]);
        }

        // The two files next to the assembly name the runtime and the other assemblies that are loaded.
        return new BesideProgram([Environment.ProcessPath!, path + ".dll"], [path + ".dll", path + ".runtimeconfig.json", path + ".deps.json"]);
    }

    /// <summary>Returns the reason why it is not started, or null when it may be.</summary>
    public string? Weakness()
    {
        if (!Exists) return "the file does not exist";
        return files.Select(Judge).FirstOrDefault(static fault => fault is not null);
    }

    /// <summary>
    /// Becomes the program, where the system can do that: streams, signals and exit code are then its own. On Windows it is started with this
    /// process's console, which gives Ctrl+C to both.
    /// </summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        if (!OperatingSystem.IsWindows())
        {
            Terminal.Fault($"{Path} cannot be started: {TryBecome(arguments)}");
            return ExitCodes.Unavailable;
        }

        Console.CancelKeyPress += static (_, act) => act.Cancel = true;
        using var process = Process.Start(new ProcessStartInfo(command[0], [.. command.Skip(1), .. arguments]) { UseShellExecute = false })!;
        await process.WaitForExitAsync().ConfigureAwait(false);
        return process.ExitCode;
    }

    /// <summary>Starts the program and reads what it prints.</summary>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="most">Most characters that are read.</param>
    /// <param name="limit">The time that it may take.</param>
    /// <param name="cancellation">Ends the program.</param>
    /// <returns>The text, or null when the program did not end in time or printed more.</returns>
    public async Task<string?> ReadAsync(IReadOnlyList<string> arguments, int most, TimeSpan limit, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(command[0], [.. command.Skip(1), .. arguments]) { UseShellExecute = false, RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        using var time = new CancellationTokenSource(limit, TimeProvider.System);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(time.Token, cancellation);
        try
        {
            var text = new StringBuilder();
            var buffer = new char[16 * 1024];
            while (await process.StandardOutput.ReadAsync(buffer, both.Token).ConfigureAwait(false) is > 0 and var count)
            {
                if (text.Length + count > most) return null;
                text.Append(buffer, 0, count);
            }

            await process.WaitForExitAsync(both.Token).ConfigureAwait(false);
            return text.ToString();
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return null;
        }
        finally
        {
            if (!process.HasExited) process.Kill(true);
        }
    }

    /// <summary>
    /// Becomes the program (POSIX <c>execv</c>). The process number, the environment, the working folder and ignored signals stay, and open files
    /// that are not marked close-on-exec. The framework marks its own.
    /// </summary>
    /// <returns>Only if that fails: the reason. Nothing has changed then.</returns>
    public string TryBecome(IReadOnlyList<string> arguments)
    {
        _ = Become(command[0], [.. command, .. arguments, null]);
        return $"system error {Marshal.GetLastPInvokeError()}";
    }

    private string? Judge(string file) => FileRights.RefuseProgram(file, OwnProgram.File) is not { } why ? null
        : file == Path ? why : $"{System.IO.Path.GetFileName(file)} beside it: {why}";

    [LibraryImport("libc", EntryPoint = "execv", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int Become(string path, string?[] arguments);
}
