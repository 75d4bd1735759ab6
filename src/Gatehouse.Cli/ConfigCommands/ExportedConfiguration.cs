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
            var name = file.Part == SnapshotPart.Outside ? OutsideName : Path.GetFileName(file.Path);
            if (name == ManifestName || (name == OutsideName && file.Part != SnapshotPart.Outside) || written.Exists(one => one.Name == name))
                name = string.Create(CultureInfo.InvariantCulture, $"{written.Count + 1}-{name}");
            Create(Path.Join(folder, name), file.Content.Span);
            written.Add((file.Path, name));
        }

        Create(Path.Join(folder, ManifestName), Encoding.UTF8.GetBytes(texts.Manifest));
        return written;
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
