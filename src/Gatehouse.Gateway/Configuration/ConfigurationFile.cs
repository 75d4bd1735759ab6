using System.Text;

namespace Gatehouse.Gateway.Configuration;

/// <summary>Reads the file, after asking who else could have written it.</summary>
internal static class ConfigurationFile
{
    private const UnixFileMode WrittenByOthers = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    /// <summary>The text; null when it may not or cannot be read, which is a fault then.</summary>
    public static string? Read(string path, FaultList faults)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            return IsOurs(file, path, faults) ? ReadText(file, faults) : null;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return Fault(faults, "the file does not exist", $"create {path} or name another with --config");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Fault(faults, "the file cannot be read", $"make {path} a file that this account can read");
        }
        catch (DecoderFallbackException)
        {
            return Fault(faults, "the file is not valid UTF-8", "save it as UTF-8");
        }
    }

    // Asked of the open file, so that it cannot be exchanged between question and reading.
    private static bool IsOurs(FileStream file, string path, FaultList faults)
    {
        if (OperatingSystem.IsWindows()) return true;
        var good = true;
        if ((File.GetUnixFileMode(file.SafeFileHandle) & WrittenByOthers) != 0)
        {
            Fault(faults, "the file can be changed by other accounts", $"run: chmod go-w {path}");
            good = false;
        }

        var real = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
        foreach (var folder in new[] { Path.GetDirectoryName(path), Path.GetDirectoryName(real) }.Distinct(StringComparer.Ordinal))
            good &= IsFolderOurs(folder, faults);
        return good;
    }

    // In a folder with the sticky bit others cannot exchange our file.
    private static bool IsFolderOurs(string? folder, FaultList faults)
    {
        if (OperatingSystem.IsWindows() || folder is null) return true;
        var mode = File.GetUnixFileMode(folder);
        if ((mode & WrittenByOthers) == 0 || mode.HasFlag(UnixFileMode.StickyBit)) return true;
        Fault(faults, "the file's folder can be changed by other accounts, who could exchange the file", $"run: chmod go-w {folder}");
        return false;
    }

    private static string? ReadText(FileStream file, FaultList faults)
    {
        var bytes = new byte[YamlText.Largest + 1];
        var length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        if (length > YamlText.Largest) return Fault(faults, "the file is larger than 1 MiB", "keep the configuration below 1 MiB");
        return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes, 0, length);
    }

    private static string? Fault(FaultList faults, string message, string remedy)
    {
        faults.Add(YamlMark.None, "", message, remedy);
        return null;
    }
}
