namespace Gatehouse.Isolation;

/// <summary>
/// The search for the program of a command before anything is started. So a fault has a name, and the tools before the program get an absolute path
/// and search nothing themselves.
/// </summary>
internal static class CommandResolver
{
    private const string DefaultPosixPath = "/usr/local/bin:/usr/bin:/bin";

    /// <exception cref="ProcessStartException">The folder is missing, or the program is missing or cannot be executed.</exception>
    public static string Resolve(LocalProcessOptions options)
    {
        if (!Directory.Exists(options.WorkingDirectory))
        {
            throw new ProcessStartException(
                ProcessStartFault.FolderMissing,
                $"The working directory {options.WorkingDirectory} does not exist. Create it or name another.");
        }

        return Find(options.Command[0], options.WorkingDirectory, options.Environment);
    }

    /// <summary>Returns the file of a program's name, as <see cref="Resolve"/> finds it.</summary>
    /// <exception cref="ProcessStartException">It is missing or cannot be executed.</exception>
    public static string Find(string name, string folder, IReadOnlyDictionary<string, string> environment)
    {
        var program = HasSeparator(name) ? Judge(Path.GetFullPath(name, folder), name) : Search(name, environment);
        RefuseBatchFile(program);
        return program;
    }

    private static bool HasSeparator(string name) =>
        name.Contains('/', StringComparison.Ordinal) || (OperatingSystem.IsWindows() && name.AsSpan().ContainsAny('\\', ':'));

    private static string Judge(string path, string name)
    {
        foreach (var candidate in WithExtensions(path, null))
        {
            if (File.Exists(candidate))
                return IsExecutable(candidate) ? candidate : throw NotExecutable(candidate);
        }

        throw Directory.Exists(path) ? NotExecutable(path) : NotFound(name, "There is no such file.");
    }

    private static string Search(string name, IReadOnlyDictionary<string, string> environment)
    {
        string? notExecutable = null;
        foreach (var folder in Folders(environment))
        {
            foreach (var candidate in WithExtensions(Path.Join(folder, name), environment))
            {
                if (!File.Exists(candidate))
                    continue;
                if (IsExecutable(candidate))
                    return candidate;
                notExecutable ??= candidate;
            }
        }

        throw notExecutable is null
            ? NotFound(name, "It is in no folder of the PATH it would run with. Install it, or name it by its absolute path.")
            : NotExecutable(notExecutable);
    }

    /// <summary>
    /// Returns the absolute entries of PATH. An empty or relative entry means the working folder, where a project that was checked out from elsewhere
    /// could place a program of that name.
    /// </summary>
    private static IEnumerable<string> Folders(IReadOnlyDictionary<string, string> environment)
    {
        var fallback = OperatingSystem.IsWindows() ? Environment.SystemDirectory : DefaultPosixPath;
        var path = environment.TryGetValue("PATH", out var named) ? named : fallback;
        return path.Split(Path.PathSeparator).Where(Path.IsPathFullyQualified);
    }

    private static IEnumerable<string> WithExtensions(string path, IReadOnlyDictionary<string, string>? environment)
    {
        if (!OperatingSystem.IsWindows() || Path.HasExtension(path))
            return [path];
        var extensions = environment?.TryGetValue("PATHEXT", out var named) == true ? named : ".COM;.EXE;.BAT;.CMD";
        return extensions.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(extension => path + extension).Prepend(path);
    }

    private static bool IsExecutable(string path) =>
        OperatingSystem.IsWindows() || NativeMethods.Access(path, NativeMethods.ExecuteAccess) == 0;

    /// <summary>Refuses a batch file. Windows runs it through its command interpreter, which reads arguments as commands.</summary>
    private static void RefuseBatchFile(string program)
    {
        if (!OperatingSystem.IsWindows() || Path.GetExtension(program).ToUpperInvariant() is not (".BAT" or ".CMD"))
            return;
        throw new ProcessStartException(
            ProcessStartFault.NeedsShell,
            $"{program} is a batch file and would be read by a shell. Name the program that it starts, for example node and a script.");
    }

    private static ProcessStartException NotFound(string name, string remedy) =>
        new(ProcessStartFault.NotFound, $"The program {Shown(name)} was not found. {remedy}");

    // Threat: a whole command line is in place of the program, and an argument in it is a secret. The message is shown and recorded (CWE-532).
    // What is shown ends with the first word behind the last folder that exists.
    private static string Shown(string name)
    {
        var folder = Path.IsPathFullyQualified(name) ? Path.GetDirectoryName(name) : null;
        while (folder is not null && !Directory.Exists(folder)) folder = Path.GetDirectoryName(folder);
        var from = folder?.Length ?? 0;
        var end = name.AsSpan(from).IndexOfAny(" \t\r\n=");
        return end < 0 ? name : $"{name[..(from + end)]}… (command and arguments in one text; write each by itself)";
    }

    private static ProcessStartException NotExecutable(string path) =>
        new(ProcessStartFault.NotExecutable, $"{path} is not executable. Make it so (chmod +x) or name the interpreter that runs it.");
}
