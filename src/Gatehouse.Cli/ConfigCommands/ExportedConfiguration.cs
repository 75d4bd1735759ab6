using System.Globalization;
using System.Text;
using Gatehouse.Configuration.Texts;

namespace Gatehouse.Cli.ConfigCommands;

/// <summary>The files of a stored configuration in a new folder, with the manifest whose SHA-256 is the digest.</summary>
internal static class ExportedConfiguration
{
    private const string ManifestName = "MANIFEST";
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Writes the folder (0700) and its files (0600).</summary>
    /// <returns>The path of each file in the configuration, and its name in the folder.</returns>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public static IReadOnlyList<(string Path, string Name)> Write(ConfigurationTexts texts, string folder)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, OwnerFile | UnixFileMode.UserExecute);
        var written = new List<(string Path, string Name)>();
        foreach (var file in texts.Files.Where(file => file.Part != SnapshotPart.Outside))
        {
            var name = Path.GetFileName(file.Path);
            if (name == ManifestName || written.Exists(one => one.Name == name))
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
