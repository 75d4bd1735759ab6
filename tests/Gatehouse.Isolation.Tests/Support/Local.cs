using System.Globalization;
using System.Text;
using Gatehouse.Testing;

namespace Gatehouse.Isolation.Tests.Support;

/// <summary>Short words for starting processes and looking at them.</summary>
internal static class Local
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static LocalProcessOptions Options(params string[] command) => new()
    {
        Command = command,
        WorkingDirectory = "/",
        Environment = ProcessEnvironment.Minimum(),
        ShutdownGrace = TimeSpan.FromSeconds(10),
    };

    public static LocalProcess Start(params string[] command) => LocalProcess.Start(Options(command), _ => { }, TimeProvider.System);

    public static LocalProcess Shell(string script, LocalProcessOptions? options = null, TimeProvider? time = null) =>
        LocalProcess.Start((options ?? Options()) with { Command = ["/bin/sh", "-c", script] }, _ => { }, time ?? TimeProvider.System);

    /// <summary>All that it writes until its end.</summary>
    public static async Task<string> ReadAllAsync(this LocalProcess process)
    {
        using var reader = new StreamReader(process.Output, Encoding.UTF8, leaveOpen: true);
        return await reader.ReadToEndAsync().WaitAsync(Patience);
    }

    public static async Task<string> ReadLineAsync(this LocalProcess process)
    {
        var line = new List<byte>();
        var one = new byte[1];
        while (await process.Output.ReadAsync(one).AsTask().WaitAsync(Patience) == 1 && one[0] != '\n')
            line.Add(one[0]);
        return Encoding.UTF8.GetString([.. line]);
    }

    public static async Task<int> ReadNumberAsync(this LocalProcess process) =>
        int.Parse(await process.ReadLineAsync(), CultureInfo.InvariantCulture);

    /// <summary>A process that runs; one that ended and was not collected yet does not.</summary>
    public static bool Runs(int pid)
    {
        try
        {
            var stat = System.IO.File.ReadAllText($"/proc/{pid}/stat");
            return stat[stat.LastIndexOf(')')..].Split(' ')[1] is not ("Z" or "X");
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>The fields of a process's stat from the state on: state, parent, group, session.</summary>
    public static string[] Stat(int pid)
    {
        var stat = System.IO.File.ReadAllText($"/proc/{pid}/stat");
        return stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
    }

    /// <summary>Sends a signal by its name.</summary>
    public static void Signal(int pid, string name)
    {
        using var kill = System.Diagnostics.Process.Start("/bin/sh", ["-c", $"kill -{name} {pid.ToString(CultureInfo.InvariantCulture)}"]);
        kill.WaitForExit();
        Assert.Equal(0, kill.ExitCode);
    }

    public static Task EventuallyAsync(Func<bool> condition) => Eventually.TrueAsync(condition, "the process is in the state that is asked for");
}
