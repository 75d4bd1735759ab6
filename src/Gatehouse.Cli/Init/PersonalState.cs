namespace Gatehouse.Cli;

/// <summary>The folder of what this person's Gatehouse keeps; 0700.</summary>
internal static class PersonalState
{
    /// <summary>Its path, from the environment alone.</summary>
    /// <exception cref="IOException">The account has no place for state.</exception>
    public static string Folder(Func<string, string?> environment)
    {
        if (OperatingSystem.IsWindows()) return Path.Join(Need(environment("LOCALAPPDATA"), "LOCALAPPDATA"), "gatehouse", "personal");
        if (OperatingSystem.IsMacOS()) return Path.Join(Need(environment("HOME"), "HOME"), "Library", "Application Support", "gatehouse", "personal");
        // The specification says that a path that is not absolute is to be ignored.
        return environment("XDG_STATE_HOME") is { Length: > 0 } named && Path.IsPathFullyQualified(named)
            ? Path.Join(named, "gatehouse", "personal")
            : Path.Join(Need(environment("HOME"), "HOME"), ".local", "state", "gatehouse", "personal");
    }

    private static string Need(string? folder, string variable) =>
        folder is { Length: > 0 } && Path.IsPathFullyQualified(folder) ? folder : throw new IOException($"this account has no place for state: {variable} is not set to an absolute path");
}
