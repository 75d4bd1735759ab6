using Gatehouse.Inventory.Model;
using Gatehouse.Inventory.Places;
using Gatehouse.Inventory.Reading;

namespace Gatehouse.Inventory.Discovery;

/// <summary>Folders that clients' own state names as workspaces: a folder that was opened there will be opened again.</summary>
internal static class KnownFolders
{
    /// <summary>Most folders of one editor.</summary>
    public const int MostOfEditor = 2000;

    private static readonly string[] Editors = ["Code", "Code - Insiders", "VSCodium", "Cursor", "Windsurf"];

    /// <summary>Returns full paths, each once, in the order of the clients.</summary>
    public static IEnumerable<string> Of(Machine machine, IEnumerable<ReadFile> files, ICollection<Gap> gaps) =>
        files.Where(file => file.File.Place.Scope == LocationScope.User).SelectMany(Projects)
            .Concat(Editors.SelectMany(editor => OfEditor(machine, Path.Join(machine.ApplicationData, editor, "User", "workspaceStorage"), gaps)))
            .Concat(OfJetBrains(machine, gaps))
            .Where(path => Path.IsPathFullyQualified(path) && !path.Contains('\0', StringComparison.Ordinal) && Directory.Exists(path))
            .Select(Path.GetFullPath).Distinct(StringComparer.Ordinal);

    // Claude Code and Codex keep a member for each folder they were used in.
    private static IEnumerable<string> Projects(ReadFile file) =>
        file.File.Place.Client is "Claude Code" or "Codex CLI" ? file.Root["projects"]?.Members.Select(member => member.Name) ?? [] : [];

    // VS Code and its kin keep a folder for each workspace, with its address in workspace.json. The database next to it names no more folders.
    private static IEnumerable<string> OfEditor(Machine machine, string storage, ICollection<Gap> gaps)
    {
        foreach (var folder in Folders(storage, gaps))
        {
            if (Read(Path.Join(folder, "workspace.json"), machine, ConfigFormat.JsonWithComments, gaps) is not { } root) continue;
            if (LocalPath(root.TextOf("folder")) is { } single) yield return single;
            else if (LocalPath(root.TextOf("workspace", "configuration")) is { } several && Path.GetDirectoryName(several) is { } above)
                yield return above;
        }
    }

    // An entry of recentProjects.xml is named by the folder, with the home folder as a variable.
    private static IEnumerable<string> OfJetBrains(Machine machine, ICollection<Gap> gaps) =>
        from product in Folders(Path.Join(machine.ApplicationData, "JetBrains"), gaps)
        let root = Read(Path.Join(product, "options", "recentProjects.xml"), machine, ConfigFormat.Xml, gaps)
        where root is not null
        from key in Keys(root, 0)
        select key.Replace("$USER_HOME$", machine.Home, StringComparison.Ordinal);

    private static IEnumerable<string> Keys(ConfigNode node, int depth) => depth > ConfigReader.Deepest ? [] : node.Members.SelectMany(member =>
        member.Name == "entry" && member.Value.TextOf("@key") is { } key ? [key] : Keys(member.Value, depth + 1));

    private static IReadOnlyList<string> Folders(string folder, ICollection<Gap> gaps)
    {
        try
        {
            if (!Directory.Exists(folder)) return [];
            var found = Directory.EnumerateDirectories(folder).Take(MostOfEditor + 1).Order(StringComparer.Ordinal).ToList();
            if (found.Count > MostOfEditor) gaps.Add(new Gap(folder, "it contains more than 2000 workspaces; the rest was not scanned", true));
            return found[..Math.Min(found.Count, MostOfEditor)];
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            gaps.Add(new Gap(folder, "this account may not read the folder", true));
            return [];
        }
    }

    private static ConfigNode? Read(string path, Machine machine, ConfigFormat format, ICollection<Gap> gaps)
    {
        try
        {
            if (BoundedFile.Read(path, machine.Home, out var reason) is { } bytes) return ConfigReader.Read(bytes, format);
            if (reason is not null) gaps.Add(new Gap(path, $"{reason}; its workspaces were not scanned", true));
        }
        catch (ConfigFaultException fault)
        {
            gaps.Add(new Gap(path, $"{fault.Message}; its workspaces were not scanned", true));
        }

        return null;
    }

    // Folders on other machines and in containers are not here to be looked at.
    private static string? LocalPath(string? address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.IsFile && uri.Host.Length == 0 ? uri.LocalPath : null;
}
