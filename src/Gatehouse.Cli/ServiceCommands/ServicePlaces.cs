using Gatehouse.Files;

namespace Gatehouse.Cli.ServiceCommands;

/// <summary>
/// Places of the files that the service trusts. Threat: root installs a program or a configuration that another account may replace, and the service
/// then does what that account wants (CWE-426, CWE-732).
/// </summary>
internal static class ServicePlaces
{
    // ProtectHome= and PrivateTmp= hide these folders from the service (systemd.exec(5)).
    private static readonly string[] Hidden = ["/home", "/root", "/run/user", "/var/home", "/tmp", "/var/tmp"];

    // A service that may write these decides what the machine runs.
    private static readonly string[] OfMachine = ["/etc", "/usr", "/boot"];

    /// <summary>Returns the reason why the service cannot use a file or must not trust it, with its remedy; null for none.</summary>
    /// <param name="path">The absolute path of the program or the configuration.</param>
    public static (string Fault, string Remedy)? Refuse(string path)
    {
        var folder = Array.Find(Hidden, folder => IsWithin(path, folder) || IsWithin(Final(path), folder));
        if (folder is not null)
            return ($"{path} is in {folder}, which the service cannot see", "move it into a folder of root such as /opt or /etc/gatehouse");
        return FileRights.RefusePlaceOfRoot(path) is { } reason
            ? ($"the service would trust {path}, and root must decide about it: {reason}",
                "give it and its folders to root: chown root:root, and chmod go-w")
            : null;
    }

    /// <summary>
    /// Returns the libraries beside a program, which run with its rights: an archive that root unpacks keeps the owners that it names.
    /// </summary>
    /// <param name="program">The absolute path of the program.</param>
    public static IEnumerable<string> Libraries(string program) => Directory.EnumerateFiles(Path.GetDirectoryName(program)!)
        .Where(static file => Path.GetExtension(file) is ".so" or ".dll");

    /// <summary>Returns whether the service must not write a folder: it has the programs or the settings of the machine, or of the service.</summary>
    /// <param name="folder">An absolute path.</param>
    /// <param name="trusted">The program and the configuration.</param>
    public static bool IsOfSystem(string folder, IEnumerable<string> trusted) => OfMachine.Concat(trusted).Any(place => IsWithin(place, folder));

    /// <summary>Returns whether a path is a folder or is in it.</summary>
    public static bool IsWithin(string path, string folder)
    {
        var (full, above) = (Path.GetFullPath(path), Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        return full == above || above == "/" || full.StartsWith(above + "/", StringComparison.Ordinal);
    }

    private static string Final(string path)
    {
        try
        {
            return new LinkWalk(path).Places().Last(static place => place.Target is null).Place;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return path; // the rights are judged next, and are refused for the same reason
        }
    }
}
