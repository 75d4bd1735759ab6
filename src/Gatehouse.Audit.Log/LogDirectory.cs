using System.Globalization;

namespace Gatehouse.Audit.Log;

/// <summary>Segments as files <c>audit-0000000001.jsonl</c>, mode 0600, in a folder of mode 0700.</summary>
public sealed class LogDirectory : ILogDirectory
{
    private readonly string path;

    /// <summary>Opens or creates the folder.</summary>
    /// <exception cref="IOException">The folder cannot be made.</exception>
    public LogDirectory(string path)
    {
        this.path = Path.GetFullPath(path);
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(this.path);
        else
            Directory.CreateDirectory(this.path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <inheritdoc />
    public IReadOnlyList<(long Number, long Length)> Segments()
    {
        var found = new List<(long, long)>();
        foreach (var file in new DirectoryInfo(path).EnumerateFiles("audit-*.jsonl"))
        {
            var digits = file.Name.AsSpan("audit-".Length, file.Name.Length - "audit-.jsonl".Length);
            if (long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                found.Add((number, file.Length));
        }

        found.Sort();
        return found;
    }

    /// <inheritdoc />
    public ILogFile Create(long number) =>
        new LogFile(Path.Combine(path, string.Create(CultureInfo.InvariantCulture, $"audit-{number:D10}.jsonl")));

    /// <inheritdoc />
    public long FreeBytes() => new DriveInfo(path).AvailableFreeSpace;
}
