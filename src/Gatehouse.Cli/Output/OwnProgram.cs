namespace Gatehouse.Cli.Output;

/// <summary>
/// The form in which this program runs: an assembly that the <c>dotnet</c> runtime loads (a checkout), or a program of its own (an archive, a
/// .NET tool). A program in one file has no assembly on the disk, so the location of an assembly is never asked for.
/// </summary>
internal static class OwnProgram
{
    private static readonly string Process = Environment.ProcessPath ?? "";

    /// <summary>True when the process is the <c>dotnet</c> runtime, which receives the assembly as its first argument.</summary>
    public static bool IsAssembly => Path.GetFileNameWithoutExtension(Process).Equals("dotnet", StringComparison.OrdinalIgnoreCase);

    /// <summary>The file that holds the command: the assembly, or the program.</summary>
    public static string File => IsAssembly ? Path.Join(AppContext.BaseDirectory, "gatehouse.dll") : Process;
}
