using System.Formats.Tar;
using System.IO.Compression;

namespace Gatehouse.Bench.Processes;

/// <summary>Where programs are and where the processes of one run keep their files.</summary>
internal sealed class Workplace(string root) : IDisposable
{
    private int folders;

    public string Directory { get; } = System.IO.Directory.CreateDirectory(
        Path.Combine(root, "artifacts", "bench", Environment.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture)),
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName;

    public string Root => root;

    public static string Dotnet => Environment.ProcessPath!;

    public string Gatehouse => GatehouseOf(root);

    /// <summary>The command of a checkout.</summary>
    public static string GatehouseOf(string root) => Path.Combine(root, "artifacts", "bin", "Gatehouse.Cli", "release", "gatehouse.dll");

    /// <summary>Unpacks the newest archive that <c>./publish</c> made, and returns its program; null where there is none.</summary>
    public string? TryUnpackArchive()
    {
        var published = new DirectoryInfo(Path.Combine(root, "artifacts", "publish"));
        var archive = published.Exists ? published.GetFiles("gatehouse-*.tar.gz").MaxBy(static file => file.LastWriteTimeUtc) : null;
        if (archive is null) return null;
        var folder = NewDirectory();
        using var unzipped = new GZipStream(archive.OpenRead(), CompressionMode.Decompress);
        TarFile.ExtractToDirectory(unzipped, folder, overwriteFiles: false);
        return Path.Combine(System.IO.Directory.GetDirectories(folder).Single(), "gatehouse");
    }

    public static string Bench => typeof(Workplace).Assembly.Location;

    /// <summary>Node for the servers and proxies of others; null when it was not fetched.</summary>
    public string? Node => Path.Combine(root, ".tools", "node", "bin", "node") is var node && File.Exists(node) ? node : null;

    /// <summary>A program of PATH; null when there is none.</summary>
    public static string? OnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/sbin")
            .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    public string NewDirectory()
    {
        var number = Interlocked.Increment(ref folders);
        var path = Path.Combine(Directory, number.ToString(System.Globalization.CultureInfo.InvariantCulture));
        return System.IO.Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName;
    }

    public void Dispose() => System.IO.Directory.Delete(Directory, recursive: true);
}
