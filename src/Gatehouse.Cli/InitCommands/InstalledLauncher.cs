using Gatehouse.Cli.Output;
using Gatehouse.Cli.WrapCommands;
using Gatehouse.Files;
using Gatehouse.Onboarding;

namespace Gatehouse.Cli.InitCommands;

/// <summary>
/// The command that starts this Gatehouse again, for configurations. It is an absolute path, because clients start servers with search paths of their
/// own, and because the first folder of a search path that another account may write decides the meaning of a plain name.
/// </summary>
internal static class InstalledLauncher
{
    /// <summary>
    /// Finds the launcher: the link on the search path that leads here where there is one (it survives an update), otherwise the
    /// link that was typed, otherwise the program itself.
    /// </summary>
    /// <param name="environment">Reads a variable.</param>
    /// <param name="invoked">The name by which this process was started.</param>
    public static WrapLauncher Find(Func<string, string?> environment, string invoked)
    {
        var self = Environment.ProcessPath ?? "";
        var program = OwnProgram.IsAssembly ? Script(OwnProgram.File) : self;
        if (program is null) return new WrapLauncher(self, [OwnProgram.File]);
        return new WrapLauncher(OnPath(environment("PATH") ?? "", program) ?? LinkOf(invoked, program) ?? program);
    }

    /// <summary>Returns the reason why the launcher cannot be relied on, or null when it can.</summary>
    public static string? Weakness(WrapLauncher launcher)
    {
        if (OperatingSystem.IsWindows()) return null;
        foreach (var path in launcher.Arguments.Prepend(launcher.Command))
        {
            if (!File.Exists(path)) return $"{path} does not exist";
            if (FileRights.RefusePlace(path) is { } reason) return reason;
        }

        if (OwnProgram.IsAssembly || BesideProgram.Of(WrapProgram.Name) is not { Exists: true } wrapper) return null;
        return FileRights.RefusePlace(wrapper.Path);
    }

    /// <summary>
    /// Returns the link by whose path a program was started, where it has the name of the program and is outside of its folder: an update gives it
    /// another target, and clients start the new version. Null for a plain name, and where there is no such link.
    /// </summary>
    internal static string? LinkOf(string invoked, string program)
    {
        if (OperatingSystem.IsWindows() || !invoked.Contains('/', StringComparison.Ordinal)) return null;
        var link = Path.GetFullPath(invoked);
        return Path.GetFileName(link) == Path.GetFileName(program) && Path.GetDirectoryName(link) != Path.GetDirectoryName(program)
            && File.Exists(link) && File.ResolveLinkTarget(link, returnFinalTarget: true)?.FullName == Final(program) ? link : null;
    }

    // A checkout has a script of this name above the folder that it builds into.
    private static string? Script(string assembly)
    {
        var built = Path.Join("artifacts", "bin", "Gatehouse.Cli", "release");
        var folder = Path.GetDirectoryName(assembly)!;
        if (OperatingSystem.IsWindows() || !folder.EndsWith(built, StringComparison.Ordinal)) return null;
        var script = Path.Join(folder[..^built.Length], "gatehouse");
        return File.Exists(script) ? script : null;
    }

    private static string? OnPath(string path, string program)
    {
        foreach (var folder in path.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Where(Path.IsPathFullyQualified))
        {
            var candidate = Path.Join(folder, Path.GetFileName(program));
            // A shell would start the first of the name. Another program behind it is of no use.
            if (File.Exists(candidate))
                return (File.ResolveLinkTarget(candidate, returnFinalTarget: true)?.FullName ?? candidate) == Final(program) ? candidate : null;
        }

        return null;
    }

    private static string Final(string program) => File.ResolveLinkTarget(program, returnFinalTarget: true)?.FullName ?? program;
}
