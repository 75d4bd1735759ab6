using Gatehouse.Cli.Output;
using Gatehouse.Wrap;

namespace Gatehouse.Cli.WrapCommands;

/// <summary>
/// <c>gatehouse wrap</c>: the wrapper, as the program of its own that an archive has beside the command, or else as a part of this one. A process of
/// that program takes a sixth of the memory, and every wrapped server has one.
/// </summary>
internal static class WrapProgram
{
    /// <summary>The name of its file.</summary>
    public const string Name = "gatehouse-wrap";

    /// <summary>Becomes the program, or runs until the client or the server ends.</summary>
    /// <param name="arguments">The arguments, <c>wrap</c> first. The program has them too, so that its command line reads as that of the command.</param>
    /// <returns>The exit code.</returns>
    public static Task<int> RunAsync(string[] arguments)
    {
        if (OperatingSystem.IsLinux() && !OwnProgram.IsAssembly && BesideProgram.Of(Name) is { Exists: true } program) Become(program, arguments);
        return WrapCommand.RunAsync(arguments[1..]);
    }

    // Another account that put the file there would receive what passes between client and server (CWE-426).
    private static void Become(BesideProgram program, string[] arguments)
    {
        var why = program.Weakness();
        if (why is null) why = program.TryBecome(arguments);
        Terminal.Note($"{program.Path} is not used: {why}");
    }
}
