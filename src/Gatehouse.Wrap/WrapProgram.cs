using Gatehouse.Isolation;

namespace Gatehouse.Wrap;

/// <summary>
/// The wrapper as a program of its own, which an archive has beside the command. A process of it takes a sixth of the memory, and every wrapped
/// server has one.
/// </summary>
public static class WrapProgram
{
    /// <summary>Its file name.</summary>
    public const string Name = "gatehouse-wrap";

    private const string Command = "gatehouse";

    /// <summary>
    /// Gives this process to the wrapper beside the command. Returns where there is none, or where it cannot be started: the command is the wrapper
    /// then.
    /// </summary>
    /// <param name="arguments">The arguments after <c>wrap</c>.</param>
    public static void TryTakePlace(IReadOnlyList<string> arguments)
    {
        if (!OperatingSystem.IsLinux() || Beside(Environment.ProcessPath, Command, Name) is not { } wrapper) return;
        if (File.Exists(wrapper)) ProgramReplacement.TryRun(wrapper, arguments);
    }

    /// <summary>Returns the program that starts the host: the command itself, or the one beside this wrapper.</summary>
    /// <exception cref="IOException">This wrapper has no command beside it; the message names the file.</exception>
    internal static string HostProgram()
    {
        var self = Environment.ProcessPath!;
        if (Beside(self, Name, Command) is not { } command) return self;
        return File.Exists(command) ? command : throw new IOException($"{command} does not exist; keep the files of the archive in one folder");
    }

    // The path of the other program where this process runs the one of these names.
    private static string? Beside(string? self, string name, string other) =>
        self is not null && Path.GetFileName(self) == name ? Path.Join(Path.GetDirectoryName(self), other) : null;
}
