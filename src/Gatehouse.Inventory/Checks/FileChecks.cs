using Gatehouse.Detection.Findings;
using Gatehouse.Files;
using Gatehouse.Integrity.Origins;
using Gatehouse.Inventory.Discovery;
using Gatehouse.Inventory.Model;

namespace Gatehouse.Inventory.Checks;

/// <summary>The accounts that may write or read the files: configuration, program and script. POSIX rights, or the access list on Windows.</summary>
internal static class FileChecks
{
    private const UnixFileMode OthersWrite = UnixFileMode.OtherWrite;

    private static readonly string[] Temporary = ["/tmp/", "/var/tmp/", "/dev/shm/", "/private/tmp/", "/Users/Shared/"];

    public static IEnumerable<Finding> Of(ReadFile file)
    {
        var path = file.File.Path;
        var place = new SourceLocation(path, 0);
        var client = file.File.Place.Client;
        if (WritableByOthers(path) is { } what) yield return new Finding(FindingRules.WritableFile, Confidence.High, what, place, null, client);
        if (OperatingSystem.IsWindows())
        {
            if (file.File.Place.Scope != LocationScope.System && WindowsRights.ForeignOwner(path) is { } other)
                yield return new Finding(FindingRules.ForeignFile, Confidence.High, $"it belongs to account {other}", place, null, client);
        }
        else if (file.File.Place.Scope != LocationScope.System && PosixFile.UserOf(path) is { } owner && owner != PosixFile.CurrentUser
            && (owner != 0 || PosixFile.CurrentUser != 0))
            yield return new Finding(FindingRules.ForeignFile, owner == 0
                ? Confidence.Low : Confidence.High, $"it belongs to account {owner}", place, null, client);
        foreach (var server in file.Servers)
        {
            foreach (var finding in Programs(server)) yield return finding;
        }
    }

    /// <summary>Finds a file with secrets that other accounts of the machine may read.</summary>
    public static Finding? Readable(string path, string? client) =>
        (OperatingSystem.IsWindows() ? WindowsRights.IsReadableByOthers(path) : ModeOf(path) is { } mode && mode.HasFlag(UnixFileMode.OtherRead))
            ? new Finding(FindingRules.ReadableSecret, Confidence.High, "all accounts may read it", new SourceLocation(path, 0), null, client) : null;

    private static IEnumerable<Finding> Programs(ServerEntry server)
    {
        var folder = server.Folder is { } named && Path.IsPathFullyQualified(named) ? named : null;
        foreach (var path in server.Arguments.Select(argument => argument.Text).Prepend(server.Command ?? "")
            .Where(text => text.Contains('/', StringComparison.Ordinal)).Select(text => Resolve(text, folder)).OfType<string>()
            .Distinct(StringComparer.Ordinal))
        {
            var isProgram = path == Resolve(server.Command ?? "", folder)
                || (server.Source.Kind == OriginKind.Script && path.EndsWith(Path.GetFileName(server.Source.Name), StringComparison.Ordinal));
            if (isProgram && Temporary.Any(prefix => path.StartsWith(prefix, StringComparison.Ordinal)) && !IsOwnTemporary(path))
                yield return server.About(FindingRules.TemporaryProgram, Confidence.High, path, evidence: path);
            if (isProgram && File.Exists(path) && WritableByOthers(path) is { } what)
                yield return server.About(FindingRules.WritableProgram, Confidence.High, $"{path}: {what}", evidence: path);
        }
    }

    private static string? Resolve(string text, string? folder)
    {
        if (text.Length == 0 || text.Contains('\0', StringComparison.Ordinal) || text.Contains("://", StringComparison.Ordinal)) return null;
        if (Path.IsPathFullyQualified(text)) return Path.GetFullPath(text);
        return folder is null || !text.Contains('/', StringComparison.Ordinal) ? null : Path.GetFullPath(text, folder);
    }

    // A folder that only this account may write is as good as one in its home.
    private static bool IsOwnTemporary(string path)
    {
        for (var folder = Path.GetDirectoryName(path); folder is { Length: > 8 }; folder = Path.GetDirectoryName(folder))
        {
            if (Temporary.Contains(folder + "/")) return false;
            if (Directory.Exists(folder) && PosixFile.UserOf(folder) == PosixFile.CurrentUser && ModeOf(folder) is { } mode
                && (mode & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute)) == 0) return true;
        }

        return false;
    }

    private static string? WritableByOthers(string path)
    {
        if (OperatingSystem.IsWindows()) return WindowsRights.IsWritableByOthers(path) ? "accounts without administrator rights may write it" : null;
        if (ModeOf(path) is not { } mode) return null;
        if (mode.HasFlag(OthersWrite)) return "all accounts may write it";
        var folder = Path.GetDirectoryName(path);
        return folder is not null && ModeOf(folder) is { } above && above.HasFlag(OthersWrite) && !above.HasFlag(UnixFileMode.StickyBit)
            ? "all accounts may replace it in its folder" : null;
    }

    private static UnixFileMode? ModeOf(string path)
    {
        try
        {
            return OperatingSystem.IsWindows() ? null : File.GetUnixFileMode(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
