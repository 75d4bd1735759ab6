using Gatehouse.Inventory.Model;
using Gatehouse.Inventory.Places;

namespace Gatehouse.Inventory.Tests;

/// <summary>A home and folders planted in a temporary folder that only this account may open.</summary>
internal sealed class Planted : IDisposable
{
    private readonly DirectoryInfo root = Directory.CreateTempSubdirectory("gatehouse-scan-");

    public Planted(MachineSystem system = MachineSystem.Linux)
    {
        Home = Directory.CreateDirectory(Path.Join(root.FullName, "home")).FullName;
        Machine = Machine.At(system, Home, Directory.CreateDirectory(Path.Join(root.FullName, "system")).FullName);
    }

    public string Root => root.FullName;

    public string Home { get; }

    public Machine Machine { get; }

    /// <summary>Writes a file below the root and returns its path.</summary>
    public string Put(string relative, string text)
    {
        var path = Path.GetFullPath(Path.Join(Root, relative));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return path;
    }

    public Task<ScanReport> ScanAsync() => ScanAsync(new ScanOptions { Machine = Machine });

    public Task<ScanReport> ScanTreeAsync(string relative) => ScanAsync(new ScanOptions { Paths = [Path.Join(Root, relative)] });

    public static Task<ScanReport> ScanAsync(ScanOptions options) =>
        Scanner.ScanAsync(options, TimeProvider.System, TestContext.Current.CancellationToken);

    /// <summary>Scans a home with one server of Cursor, given as JSON, named 'one'.</summary>
    public static async Task<ScanReport> OneAsync(string server)
    {
        using var planted = new Planted();
        planted.Put("home/.cursor/mcp.json", $$$$$"""{"mcpServers":{"one":{{{{{server}}}}}}}""");
        return await planted.ScanAsync();
    }

    public void Dispose() => root.Delete(recursive: true);
}
