using System.Text;
using System.Text.RegularExpressions;

namespace Gatehouse.Conventions.Tests;

/// <summary>
/// Which folder of a project uses which others of it is on one page, written by this test. A new arrow shows up in review, as a change of the public
/// surface does.
/// </summary>
public sealed partial class FolderTests
{
    private const string Page = "docs/reference/folders.md";

    private static IReadOnlyList<string> Projects { get; } =
        [.. Repository.Files("src", ".csproj").Select(Path.GetFileNameWithoutExtension).OfType<string>()];

    private static readonly SortedDictionary<string, SortedSet<string>> Uses = ReadUses();

    [Fact]
    public void Page_NamesWhatEachFolderUses() => Repository.RequireEqual(Page, Render());

    [Fact]
    public void EveryNamespace_IsItsFolder() => Repository.RequireNone(
        from file in Repository.Files("src", ".cs")
        let expected = NamespaceOf(file)
        where !Repository.Read(file).Contains($"namespace {expected};", StringComparison.Ordinal)
            && !file.EndsWith("/Program.cs", StringComparison.Ordinal)
        select $"{file}: its namespace is not {expected}");

    [Fact]
    public void NoFolder_UsesOneThatUsesIt() => Repository.RequireNone(
        from folder in Uses.Keys
        where Reach(folder).Contains(folder)
        select $"{folder}: it uses itself by way of {string.Join(", ", Reach(folder).Where(other => Reach(other).Contains(folder)))}. "
            + "Move the type that both name to where both can reach it");

    private static string Render()
    {
        var page = new StringBuilder(
            """
            # Folders and what they use

            Written by a test from the sources (`GATEHOUSE_UPDATE=1 ./test --only FolderTests`). No folder uses one that uses it, directly or by way of others; a test holds
            that. Which *project* may use which is in [architecture](../developers/architecture.md#projects).

            """);
        foreach (var project in Uses.Keys.GroupBy(ProjectOf).Where(project => project.Count() > 1))
        {
            page.Append($"\n## {project.Key}\n\n| folder | uses |\n|---|---|\n");
            foreach (var folder in project)
                page.Append($"| {Short(folder, project.Key)} | {string.Join(", ", Uses[folder].Select(used => Short(used, project.Key))) switch { "" => "–", var list => list }} |\n");
        }

        return page.ToString();
    }

    private static string Short(string folder, string project) =>
        folder == project ? "(root)" : $"`{folder[(project.Length + 1)..].Replace('.', '/')}`";

    private static SortedDictionary<string, SortedSet<string>> ReadUses()
    {
        var files = Repository.Files("src", ".cs").ToLookup(NamespaceOf);
        var uses = new SortedDictionary<string, SortedSet<string>>(StringComparer.Ordinal);
        foreach (var folder in files)
        {
            var used = folder.SelectMany(file => UsingForm().Matches(Repository.Read(file)).Select(match => match.Groups[1].Value));
            uses.Add(folder.Key, new SortedSet<string>(
                used.Where(other => other != folder.Key && ProjectOf(other) == ProjectOf(folder.Key))
                    .Concat(Above(folder.Key).Where(above => files.Contains(above) && Names(folder, files[above]))), StringComparer.Ordinal));
        }

        return uses;
    }

    // The folders above one, within its project: their types are in scope without a directive.
    private static IEnumerable<string> Above(string folder)
    {
        for (var above = folder; above != ProjectOf(folder);)
        {
            above = above[..above.LastIndexOf('.')];
            yield return above;
        }
    }

    // A file is named after its type. Comments do not count.
    private static bool Names(IEnumerable<string> files, IEnumerable<string> declared)
    {
        var types = declared.Select(file => Path.GetFileName(file).Split('.')[0]).ToHashSet(StringComparer.Ordinal);
        return files.Any(file => WordForm().Matches(CommentForm().Replace(Repository.Read(file), "")).Any(word => types.Contains(word.Value)));
    }

    private static HashSet<string> Reach(string folder)
    {
        var reached = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>(Uses[folder]);
        while (open.TryPop(out var next))
        {
            if (reached.Add(next) && Uses.TryGetValue(next, out var further)) foreach (var one in further) open.Push(one);
        }

        return reached;
    }

    private static string NamespaceOf(string file) => Path.GetDirectoryName(file)!["src/".Length..].Replace('/', '.');

    // The longest name of a project that the namespace begins with.
    private static string ProjectOf(string name) =>
        Projects.Where(project => name == project || name.StartsWith(project + ".", StringComparison.Ordinal)).MaxBy(project => project.Length)!;

    [GeneratedRegex(@"^\s*//.*$", RegexOptions.Multiline)]
    private static partial Regex CommentForm();

    [GeneratedRegex(@"(?<![.\w])[A-Z]\w+")]
    private static partial Regex WordForm();

    [GeneratedRegex(@"^using (Gatehouse\.[\w.]+);", RegexOptions.Multiline)]
    private static partial Regex UsingForm();
}
