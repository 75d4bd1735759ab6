using Gatehouse.Inventory;
using Gatehouse.Inventory.Model;
using Gatehouse.Inventory.Places;
using Gatehouse.Inventory.Reading;

namespace Gatehouse.Onboarding;

/// <summary>The files with servers, by path: several rows of the table can name one file.</summary>
internal sealed class ConfigFiles
{
    private readonly List<IGrouping<string, ClientConfigFile>> files;

    private ConfigFiles(IEnumerable<ClientConfigFile> files, IReadOnlyList<ServerEntry> packed, IReadOnlyList<Gap> gaps)
    {
        Packed = packed;
        this.files = [.. files.GroupBy(file => file.Path, StringComparer.Ordinal)];
        Gaps = gaps;
    }

    /// <summary>The files that could not be read.</summary>
    public IReadOnlyList<Gap> Gaps { get; }

    /// <summary>Servers of packed extensions on the machine: no client starts them, and an archive is not edited.</summary>
    public IReadOnlyList<ServerEntry> Packed { get; }

    /// <summary>The rows by path, in the order of reading.</summary>
    public IReadOnlyList<IGrouping<string, ClientConfigFile>> ByPath => files;

    /// <summary>Finds the files of a machine, and those that are named.</summary>
    public static ConfigFiles Find(Machine machine, IReadOnlyList<string> named, TimeProvider time)
    {
        var reading = new ScanReading(time, TimeSpan.FromSeconds(30));
        reading.ReadMachine(machine, knownWorkspaces: true);
        var gaps = reading.Gaps.ToList();
        var known = reading.Files.Where(file => file.Servers.Count > 0 && file.File.Place.Format != ConfigFormat.Archive).Select(file => file.File)
            .ToList();
        foreach (var path in named.Where(path => !known.Any(file => file.Path == path)).ToList())
        {
            var rows = Led(known, path, machine).Concat(Rows(path)).DistinctBy(row => (row.Place.Client, row.Place.Pointers)).ToList();
            known.AddRange(rows);
            if (rows.Count == 0 && !gaps.Any(gap => gap.What == path))
                gaps.Add(new Gap(path, "no known client reads servers from a file with this name", true));
        }

        return new ConfigFiles(known,
            [.. reading.Files.Where(file => file.File.Place.Format == ConfigFormat.Archive).SelectMany(file => file.Servers)], gaps);
    }

    // What a link of a client leads to is the client's own file, when it is named itself.
    private static IEnumerable<ClientConfigFile> Led(List<ClientConfigFile> known, string path, Machine machine) =>
        known.Where(file => new FileInfo(file.Path).LinkTarget is not null && BoundedFile.Target(file.Path) == path)
            .Select(file => file with { Path = path, Tree = BoundedFile.IsWithin(path, machine.Home) ? machine.Home : Path.GetDirectoryName(path)! });

    // A named file is one of a workspace: the folder is the one above it that a row of the table fits.
    private static IEnumerable<ClientConfigFile> Rows(string path)
    {
        if (!File.Exists(path)) return [];
        var folders = new List<string>();
        for (var folder = Path.GetDirectoryName(path); folder is not null
            && folders.Count < 4; folder = Path.GetDirectoryName(folder)) folders.Add(folder);
        var all = folders.SelectMany(folder => ClientConfigFinder.InWorkspace(folder, folder, []))
            .Where(file => file.Path == path && file.Place is { Pointers.Length: > 0, Format: not ConfigFormat.Archive }).ToList();
        return all.Any(file => file.Place.Client != "any") ? all.Where(file => file.Place.Client != "any") : all;
    }
}
