using System.Text;
using Gatehouse.Isolation.Files;

namespace Gatehouse.Configuration;

/// <summary>A reader of the file that first checks which other accounts could have written it.</summary>
internal static class ConfigurationFile
{
    private const UnixFileMode WrittenByOthers = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    /// <summary>Reads the text. Returns null, and adds a fault, when it may not or cannot be read.</summary>
    /// <param name="path">The file.</param>
    /// <param name="faults">The list that receives faults.</param>
    /// <param name="option">The option that names the file, for the remedy.</param>
    public static string? Read(string path, FaultList faults, string option = "--config")
    {
        if (ReadBytes(path, YamlText.Largest, faults, option) is not { } bytes) return null;
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            Fault(faults, "the file is not valid UTF-8", "save it as UTF-8");
            return null;
        }
    }

    /// <summary>Reads the bytes. Returns null, and adds a fault, when the file may not or cannot be read.</summary>
    /// <param name="path">The file.</param>
    /// <param name="largest">Most bytes of it.</param>
    /// <param name="faults">The list that receives faults.</param>
    /// <param name="option">The option that names the file, for the remedy.</param>
    public static byte[]? ReadBytes(string path, int largest, FaultList faults, string option = "--config")
    {
        try
        {
            using var file = RegularFile.OpenRead(path);
            return IsOurs(file, path, faults) ? ReadAll(file, largest, faults) : null;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return Fault(faults, "the file does not exist", $"create {path}, or give another file with {option}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Fault(faults, "the file cannot be read", $"make {path} a regular file that this account can read, and no pipe or device");
        }
    }

    // Asked of the open file, so that it cannot be exchanged between question and reading.
    private static bool IsOurs(FileStream file, string path, FaultList faults)
    {
        if (OperatingSystem.IsWindows()) return true;
        var good = true;
        if ((File.GetUnixFileMode(file.SafeFileHandle) & WrittenByOthers) != 0)
        {
            Fault(faults, "other accounts can change the file", $"run: chmod go-w {path}");
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
        Fault(faults, "other accounts can change the file's folder, and could replace the file", $"run: chmod go-w {folder}");
        return false;
    }

    private static byte[]? ReadAll(FileStream file, int largest, FaultList faults)
    {
        var length = file.Length;
        var size = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{largest >> 20} MiB");
        if (length > largest) return Fault(faults, $"the file is larger than {size}", $"keep it below {size}");
        var bytes = new byte[length + 1];
        var read = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return read > length ? Fault(faults, "the file grew while it was read", "try again when it is complete") : bytes[..read];
    }

    private static byte[]? Fault(FaultList faults, string message, string remedy)
    {
        faults.Add(YamlMark.None, "", message, remedy);
        return null;
    }
}
