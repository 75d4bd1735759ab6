namespace Gatehouse.Configuration;

/// <summary>The one place of configuration and of state on each system, only from the environment.</summary>
internal static class StandardPaths
{
    private const string FileName = "gatehouse.yaml";

    /// <summary>Returns the place of the configuration when no flag names it, or null when the system has no such place.</summary>
    /// <param name="environment">Reads a variable.</param>
    /// <param name="isPrivileged">True for root and for elevated accounts.</param>
    public static string? ConfigurationFile(Func<string, string?> environment, bool isPrivileged)
    {
        var folder = First(environment("CONFIGURATION_DIRECTORY")) ?? (isPrivileged ? SystemFolder(environment) : null);
        return (folder ?? UserFolder(environment, "XDG_CONFIG_HOME", ".config")) is { } found ? Path.Join(found, FileName) : null;
    }

    /// <summary>Returns the place of the state when no setting names it, and the source to report.</summary>
    public static (string Folder, string Source)? State(Func<string, string?> environment)
    {
        if (First(environment("STATE_DIRECTORY")) is { } service) return (service, "env:STATE_DIRECTORY");
        return UserFolder(environment, "XDG_STATE_HOME", Path.Join(".local", "state")) is { } folder ? (folder, "default") : null;
    }

    private static string? SystemFolder(Func<string, string?> environment)
    {
        if (!OperatingSystem.IsWindows()) return "/etc/gatehouse";
        return environment("ProgramData") is { Length: > 0 } data ? Path.Join(data, "gatehouse") : null;
    }

    private static string? UserFolder(Func<string, string?> environment, string variable, string insideHome)
    {
        if (OperatingSystem.IsWindows()) return Under(environment("LOCALAPPDATA"), "");
        if (OperatingSystem.IsMacOS()) return Under(environment("HOME"), Path.Join("Library", "Application Support"));
        // The specification says that a path that is not absolute is to be ignored.
        return Under(environment(variable), "") ?? Under(environment("HOME"), insideHome);
    }

    private static string? Under(string? root, string inside) =>
        root is { Length: > 0 } && Path.IsPathFullyQualified(root) ? Path.Join(root, inside, "gatehouse") : null;

    // systemd gives several folders with ':' between them when a unit asks for several.
    private static string? First(string? folders) =>
        folders is { Length: > 0 } && folders.Split(':')[0] is var first && Path.IsPathFullyQualified(first) ? first : null;
}
