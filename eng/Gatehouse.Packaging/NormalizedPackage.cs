using System.IO.Compression;

namespace Gatehouse.Packaging;

/// <summary>A package (a zip archive) whose bytes depend on its contents alone: entries in order of their names, all of one time.</summary>
internal static class NormalizedPackage
{
    // The format has no earlier time.
    private static readonly DateTimeOffset Earliest = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Writes the package again.</summary>
    /// <param name="path">The package, which is replaced in one step.</param>
    /// <param name="timestamp">The time of every entry.</param>
    public static void Normalize(string path, DateTimeOffset timestamp)
    {
        var normalized = path + ".new";
        using (var old = ZipFile.OpenRead(path))
        using (var archive = ZipFile.Open(normalized, ZipArchiveMode.Create))
        {
            foreach (var entry in old.Entries.OrderBy(static entry => entry.FullName, StringComparer.Ordinal))
                Copy(entry, archive, timestamp < Earliest ? Earliest : timestamp);
        }

        File.Move(normalized, path, overwrite: true);
    }

    private static void Copy(ZipArchiveEntry entry, ZipArchive archive, DateTimeOffset timestamp)
    {
        var copy = archive.CreateEntry(entry.FullName, CompressionLevel.Optimal);
        copy.LastWriteTime = timestamp.ToUniversalTime();
        using var from = entry.Open();
        using var to = copy.Open();
        from.CopyTo(to);
    }
}
