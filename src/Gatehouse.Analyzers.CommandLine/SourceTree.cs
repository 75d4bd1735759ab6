using System.Xml;
using System.Xml.Linq;
using Gatehouse.Files;

namespace Gatehouse.Analyzers.CommandLine;

/// <summary>
/// The C# sources of a folder, by project. Project files are read as text for the projects that they refer to; nothing of them is evaluated, so that
/// no code of the repository runs (CWE-94). Links are not followed.
/// </summary>
internal sealed class SourceTree
{
    private static readonly HashSet<string> SkippedFolders = new(StringComparer.OrdinalIgnoreCase) { "bin", "obj", "node_modules", "packages", "artifacts" };

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

    /// <summary>The projects that declare tools, prompts or resources.</summary>
    public IReadOnlyList<SourceProject> Projects()
    {
        var folders = projectFiles.GroupBy(file => Path.GetDirectoryName(file)!, StringComparer.Ordinal).ToDictionary(group => group.Key, group =>
            group.First(),
            StringComparer.Ordinal);
        var owned = files.GroupBy(file => OwnerOf(file.Path, folders) ?? root, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.ToList(), StringComparer.Ordinal);
        var projects = new List<SourceProject>();
        foreach (var (owner, own) in owned.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (!own.Exists(file => file.Text.Contains("ModelContextProtocol", StringComparison.Ordinal)
                || file.Text.Contains("McpServer", StringComparison.Ordinal))) continue;
            if (projects.Count >= AnalysisBounds.MaxProjects)
            {
                skipped.Add($"{owner}: more than {AnalysisBounds.MaxProjects} projects declare tools");
                break;
            }

            var all = Reach(owner).SelectMany(project => owned.GetValueOrDefault(project) ?? []).ToList();
            projects.Add(new SourceProject(owner, all));
        }

        return projects;
    }

    private static string? OwnerOf(string file, Dictionary<string, string> folders)
    {
        for (var folder = Path.GetDirectoryName(file); folder is not null; folder = Path.GetDirectoryName(folder))
            if (folders.TryGetValue(folder, out var project)) return project;
        return null;
    }

    private List<string> Reach(string project)
    {
        var reached = new List<string> { project };
        for (var index = 0; index < reached.Count && reached.Count < AnalysisBounds.MaxProjects; index++)
            reached.AddRange(References(reached[index]).Where(other => !reached.Contains(other)));
        return reached;
    }

    private List<string> References(string project)
    {
        if (!projectFiles.Contains(project)) return [];
        try
        {
            using var text = new StringReader(RegularFile.ReadText(project, AnalysisBounds.MaxFileBytes));
            using var reader = XmlReader.Create(text, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
            return [.. XDocument.Load(reader).Descendants().Where(element => element.Name.LocalName == "ProjectReference")
                .Select(element => element.Attribute("Include")?.Value.Replace('\\', '/')).OfType<string>()
                .Select(include => Path.GetFullPath(include, Path.GetDirectoryName(project)!)).Where(projectFiles.Contains)];
        }
        catch (Exception problem) when (problem is XmlException or IOException or UnauthorizedAccessException)
        {
            skipped.Add($"{project}: {problem.Message}");
            return [];
        }
    }

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
            if (entry.LinkTarget is not null) continue;
            if (entry is DirectoryInfo inner)
            {
                if (!inner.Name.StartsWith('.') && !SkippedFolders.Contains(inner.Name)) Walk(inner, depth + 1, cancellation);
            }
            else if (entry.Extension.Equals(".csproj", StringComparison.OrdinalIgnoreCase))
            {
                projectFiles.Add(entry.FullName);
            }
            else if (entry.Extension.Equals(".cs", StringComparison.OrdinalIgnoreCase))
            {
                Take(entry.FullName);
            }
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
