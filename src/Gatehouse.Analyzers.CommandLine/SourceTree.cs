using System.Xml;
using System.Xml.Linq;
using Gatehouse.Files;
using Gatehouse.Inventory.Checks;

namespace Gatehouse.Analyzers.CommandLine;

/// <summary>
/// The C# sources of a folder, by project. Project files are read as text for what they refer to; nothing of them is evaluated, so that no code of
/// the repository runs (CWE-94). Links are not followed. No name of a folder exempts its sources: a project file can compile them from anywhere.
/// </summary>
internal sealed class SourceTree
{
    // Git takes nothing with this name into a repository.
    private const string OfGit = ".git";

    private const string Library = "Gatehouse.Server";

    private readonly string root;
    private readonly List<SourceFile> files = [];
    private readonly List<string> projectFiles = [];
    private readonly List<string> skipped = [];
    private long bytes;
    private int seen;

    private SourceTree(string root) => this.root = root;

    /// <summary>The files that were read.</summary>
    public IReadOnlyList<SourceFile> Files => files;

    /// <summary>What was not read, with the cause.</summary>
    public IReadOnlyList<string> Skipped => skipped;

    /// <summary>Reads the sources under a folder, or one file.</summary>
    /// <param name="path">The folder or file.</param>
    /// <param name="cancellation">Ends the walk.</param>
    public static SourceTree Read(string path, CancellationToken cancellation)
    {
        var full = Path.GetFullPath(path);
        var tree = new SourceTree(Directory.Exists(full) ? full : Path.GetDirectoryName(full)!);
        if (File.Exists(full)) tree.Take(full);
        else tree.Walk(new DirectoryInfo(full), 0, cancellation);
        return tree;
    }

    /// <summary>The projects that declare tools, prompts or resources, each with the projects that it refers to.</summary>
    public IReadOnlyList<SourceProject> Projects()
    {
        var references = projectFiles.GroupBy(file => Path.GetDirectoryName(file)!, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.SelectMany(References).ToList(), StringComparer.Ordinal);
        var owned = files.GroupBy(file => OwnerOf(file.Path, references) ?? root, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.ToList(), StringComparer.Ordinal);
        var projects = new List<SourceProject>();
        foreach (var (owner, own) in owned.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (!own.Exists(file => ToolNames.In(file.Text))) continue;
            if (projects.Count >= AnalysisBounds.MaxProjects)
            {
                skipped.Add($"{owner}: more than {AnalysisBounds.MaxProjects} projects declare tools");
                break;
            }

            var reached = Reach(owner, references);
            var all = reached.SelectMany(project => owned.GetValueOrDefault(project) ?? []);
            projects.Add(new SourceProject(owner, [.. all], reached.Contains(Library)));
        }

        return projects;
    }

    private static string? OwnerOf(string file, Dictionary<string, List<string>> folders)
    {
        for (var folder = Path.GetDirectoryName(file); folder is not null; folder = Path.GetDirectoryName(folder))
            if (folders.ContainsKey(folder)) return folder;
        return null;
    }

    private static List<string> Reach(string project, Dictionary<string, List<string>> references)
    {
        var reached = new List<string> { project };
        for (var index = 0; index < reached.Count && reached.Count < AnalysisBounds.MaxProjects; index++)
            reached.AddRange((references.GetValueOrDefault(reached[index]) ?? []).Where(other => !reached.Contains(other)));
        return reached;
    }

    // The folders of the projects that a project file refers to, and the name of the library.
    private List<string> References(string project)
    {
        try
        {
            using var text = new StringReader(RegularFile.ReadText(project, AnalysisBounds.MaxFileBytes));
            using var reader = XmlReader.Create(text, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
            var items = XDocument.Load(reader).Descendants().SelectMany(element => (element.Attribute("Include")?.Value ?? "")
                .Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Select(item => (Kind: element.Name.LocalName, Item: item))).ToList();
            skipped.AddRange(items.Where(item => item.Kind == "Compile" && !IsSource(item.Item)).Select(item =>
                $"{project}: it compiles {item.Item}, which is not a .cs file"));
            var projects = items.Where(item => item.Kind == "ProjectReference")
                .Select(item => Path.GetFullPath(item.Item.Replace('\\', '/'), Path.GetDirectoryName(project)!)).ToList();
            var usesLibrary = items.Any(item => item.Kind == "PackageReference" && item.Item.Equals(Library, StringComparison.OrdinalIgnoreCase))
                || projects.Exists(other => Path.GetFileNameWithoutExtension(other) == Library);
            var folders = projects.Where(projectFiles.Contains).Select(other => Path.GetDirectoryName(other)!);
            return [.. usesLibrary ? folders.Append(Library) : folders];
        }
        catch (Exception problem) when (problem is XmlException or IOException or UnauthorizedAccessException)
        {
            skipped.Add($"{project}: {problem.Message}");
            return [];
        }
    }

    private static bool IsSource(string path) => path.EndsWith(".cs", StringComparison.OrdinalIgnoreCase);

    private void Walk(DirectoryInfo folder, int depth, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (depth > AnalysisBounds.MaxDepth)
        {
            skipped.Add($"{folder.FullName}: deeper than {AnalysisBounds.MaxDepth} folders");
            return;
        }

        FileSystemInfo[] entries;
        try
        {
            entries = folder.GetFileSystemInfos();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            skipped.Add($"{folder.FullName}: {problem.Message}");
            return;
        }

        foreach (var entry in entries.OrderBy(entry => entry.Name, StringComparer.Ordinal))
        {
            if (entry.LinkTarget is { } target)
            {
                if ((entry is DirectoryInfo || IsSource(entry.Name)) && !IsReadWithoutLink(entry))
                    skipped.Add($"{entry.FullName}: a link to {target}");
            }
            else if (entry is DirectoryInfo inner)
            {
                if (inner.Name != OfGit) Walk(inner, depth + 1, cancellation);
            }
            else if (entry.Extension.Equals(".csproj", StringComparison.OrdinalIgnoreCase))
            {
                projectFiles.Add(entry.FullName);
            }
            else if (IsSource(entry.Name))
            {
                Take(entry.FullName);
            }
        }
    }

    // What a link leads to is a part of the tree by itself.
    private bool IsReadWithoutLink(FileSystemInfo link)
    {
        try
        {
            return link.ResolveLinkTarget(true) is { } end && (!end.Exists || ((end is DirectoryInfo || IsSource(end.Name))
                && end.FullName.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal)
                && !end.FullName.Contains(Path.DirectorySeparatorChar + OfGit + Path.DirectorySeparatorChar, StringComparison.Ordinal)));
        }
        catch (IOException)
        {
            return false;
        }
    }

    private void Take(string path)
    {
        if (++seen > AnalysisBounds.MaxFiles || bytes > AnalysisBounds.MaxBytes)
        {
            if (seen == AnalysisBounds.MaxFiles + 1 || skipped.Count == 0)
                skipped.Add($"{path} and later files: more than {AnalysisBounds.MaxFiles} files or {AnalysisBounds.MaxBytes} bytes");
            return;
        }

        try
        {
            var text = RegularFile.ReadText(path, AnalysisBounds.MaxFileBytes);
            files.Add(new SourceFile(path, text));
            bytes += text.Length;
        }
        catch (FileTooLargeException)
        {
            skipped.Add($"{path}: larger than {AnalysisBounds.MaxFileBytes} bytes");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            skipped.Add($"{path}: {problem.Message}");
        }
    }
}
