using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Gatehouse.Cli.Output;
using Gatehouse.Files;

namespace Gatehouse.Cli.ServiceCommands;

/// <summary>systemd and the accounts of this machine.</summary>
internal static class SystemManager
{
    /// <summary>The file of the unit.</summary>
    public const string UnitFile = "/etc/systemd/system/" + ServiceUnit.Name;

    private const int LargestUnit = 64 << 10;

    // Not the search path of whoever typed the command: the program runs as root (CWE-426).
    private static readonly string[] Folders = ["/usr/sbin", "/usr/bin", "/sbin", "/bin"];

    /// <summary>True where systemd runs this machine (sd_booted(3)).</summary>
    public static bool IsRunning => Directory.Exists("/run/systemd/system");

    /// <summary>Returns whether <c>gatehouse service install</c> wrote the unit file, which exists. A unit of another origin is reported.</summary>
    /// <exception cref="IOException">The file cannot be read, or is larger than a unit.</exception>
    public static bool IsOwnUnit()
    {
        if (RegularFile.ReadText(UnitFile, LargestUnit).StartsWith(ServiceUnit.Mark, StringComparison.Ordinal)) return true;
        Terminal.Fault($"{UnitFile} exists and was not written by Gatehouse; nothing was changed");
        Terminal.Hint("move it away, then run the command again");
        return false;
    }

    /// <summary>Returns whether an account of this name has the number 0 in <c>/etc/passwd</c>, and so all rights, or is named root.</summary>
    public static bool IsRoot(string name) => name == "root" || Accounts().Any(parts => parts is [var one, _, var number, ..]
        && one == name && uint.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var user) && user == 0);

    /// <summary>Returns whether this machine has an account of this name in <c>/etc/passwd</c>.</summary>
    public static bool HasAccount(string name) => Accounts().Any(parts => parts[0] == name);

    /// <summary>Shows a command, and runs it to its end. Its output is that of this command.</summary>
    /// <returns>False where it does not exist or fails, which is reported.</returns>
    public static async Task<bool> RunAsync(IReadOnlyList<string> command, CancellationToken cancellation)
    {
        Terminal.NoteLine($"runs: {string.Join(' ', command)}");
        if (Folders.Select(folder => Path.Join(folder, command[0])).FirstOrDefault(File.Exists) is not { } program)
        {
            Terminal.Fault($"{command[0]} does not exist in {string.Join(", ", Folders)}");
            return false;
        }

        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, command.Skip(1)) { UseShellExecute = false })!;
            await process.WaitForExitAsync(cancellation).ConfigureAwait(false);
            if (process.ExitCode == 0) return true;
            Terminal.Fault($"{command[0]} ended with {process.ExitCode}");
        }
        catch (Win32Exception e)
        {
            Terminal.Fault($"{program} cannot be started: {e.Message}");
        }

        return false;
    }

    private static IEnumerable<string[]> Accounts() =>
        File.Exists("/etc/passwd") ? File.ReadLines("/etc/passwd").Select(static line => line.Split(':')) : [];
}
