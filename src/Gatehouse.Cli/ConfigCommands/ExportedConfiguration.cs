using System.Globalization;
using System.Text;
using Gatehouse.Configuration.Texts;

namespace Gatehouse.Cli.ConfigCommands;

/// <summary>The files of a stored configuration in a new folder, with the manifest whose SHA-256 is the digest.</summary>
internal static class ExportedConfiguration
{
    /// <summary>The file with the values of flags and variables, which is no file of the configuration.</summary>
    public const string OutsideName = "flags-and-variables";

    private const string ManifestName = "MANIFEST";
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Writes the folder (0700) and its files (0600): one for each line of the manifest, and the manifest.</summary>
    /// <returns>The path of each file in the configuration, empty for the values from outside, and its name in the folder.</returns>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public static IReadOnlyList<(string Path, string Name)> Write(ConfigurationTexts texts, string folder)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, OwnerFile | UnixFileMode.UserExecute);
        var written = new List<(string Path, string Name)>();
        foreach (var file in texts.Files)
        {
            var name = file.Part == SnapshotPart.Outside ? OutsideName : FreeName(Path.GetFileName(file.Path), written);
            Create(Path.Join(folder, name), file.Content.Span);
            written.Add((file.Path, name));
        }

        Create(Path.Join(folder, ManifestName), Encoding.UTF8.GetBytes(texts.Manifest));
        return written;
    }

    // Two names that differ in case only are one file on some volumes. A name that is made up may be that of another file.
    private static string FreeName(string name, List<(string Path, string Name)> written)
    {
        var free = name;
        for (var number = written.Count + 1; IsTaken(free); number++) free = string.Create(CultureInfo.InvariantCulture, $"{number}-{name}");
        return free;

        bool IsTaken(string one) => IsSame(ManifestName, one) || IsSame(OutsideName, one) || written.Exists(other => IsSame(other.Name, one));

        static bool IsSame(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
    }

    private static void Create(string path, ReadOnlySpan<byte> content)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerFile;
        using var file = new FileStream(path, options);
        file.Write(content);
        file.Flush(flushToDisk: true);
    }
}
