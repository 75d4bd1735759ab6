using System.IO.Compression;

namespace Gatehouse.Packaging;

/// <summary>An archive for Windows. The same files give the same bytes: names in order, one time for all, no attributes of this system.</summary>
internal static class ZippedFolder
{
    /// <summary>Writes <c>--output</c> with everything below a folder, whose name is the first part of each path, at the time <c>--time</c>.</summary>
    public static void Write(string folder, Options options)
    {
        var moment = options.Timestamp("--time");
        var root = Path.GetDirectoryName(Path.GetFullPath(folder))!;
        using var archive = ZipFile.Open(options.Required("--output"), ZipArchiveMode.Create);
        foreach (var path in Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var entry = archive.CreateEntry(Path.GetRelativePath(root, path).Replace('\\', '/'), CompressionLevel.Optimal);
            entry.LastWriteTime = moment;
            entry.ExternalAttributes = 0;
            using var target = entry.Open();
            using var source = File.OpenRead(path);
            source.CopyTo(target);
        }
    }
}
