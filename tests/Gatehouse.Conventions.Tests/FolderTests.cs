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
        [.. Repository.Files("src", ".csproj").Concat(Repository.Files("range", ".csproj")).Select(Path.GetFileNameWithoutExtension).OfType<string>()];

    private static IReadOnlyList<string> Sources { get; } = [.. Repository.Files("src", ".cs").Concat(Repository.Files("range", ".cs"))];

    private static readonly SortedDictionary<string, SortedSet<string>> Uses = ReadUses();

    [Fact]
    public void Page_NamesWhatEachFolderUses() => Repository.RequireEqual(Page, Render());

    [Fact]
    public void EveryNamespace_IsItsFolder() => Repository.RequireNone(
        from file in Sources
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
        var files = Sources.ToLookup(NamespaceOf);
        var uses = new SortedDictionary<string, SortedSet<string>>(StringComparer.Ordinal);
        foreach (var folder in files)
        {
            var code = folder.Select(file => CommentForm().Replace(Repository.Read(file), "")).ToList();
            var named = code.SelectMany(text => NameForm().Matches(text)).Select(match => FolderOf(match.Value, folder.Key, files)).OfType<string>();
            var implied = Above(folder.Key).Where(above => files.Contains(above) && UsesTypes(code, files[above]));
            uses.Add(folder.Key, new SortedSet<string>(
                named.Concat(implied).Where(other => other != folder.Key && ProjectOf(other) == ProjectOf(folder.Key)), StringComparer.Ordinal));
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

    // A dotted name, in full or relative to a namespace that encloses it: in a directive of any form, or where a type is named in the code.
    private static string? FolderOf(string name, string folder, ILookup<string, string> files)
    {
        foreach (var scope in Above(folder).Prepend(folder).Select(scope => scope + ".").Append(""))
        {
            for (var full = scope + name; full.Length > scope.Length; full = full[..Math.Max(0, full.LastIndexOf('.'))])
            {
                if (files.Contains(full)) return full;
                if (!full.Contains('.', StringComparison.Ordinal)) break;
            }
        }

        return null;
    }

    private static bool UsesTypes(IEnumerable<string> code, IEnumerable<string> declared)
    {
        var types = declared.SelectMany(file => TypeForm().Matches(Repository.Read(file))).Select(match => match.Groups[1].Value)
            .ToHashSet(StringComparer.Ordinal);
        return code.Any(text => WordForm().Matches(text).Any(word => types.Contains(word.Value)));
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

    private static string NamespaceOf(string file) => Path.GetDirectoryName(file)![(file.IndexOf('/') + 1)..].Replace('/', '.');

    // The longest name of a project that the namespace begins with.
    private static string ProjectOf(string name) =>
        Projects.Where(project => name == project || name.StartsWith(project + ".", StringComparison.Ordinal)).MaxBy(project => project.Length)!;

    [GeneratedRegex(@"^\s*//.*$", RegexOptions.Multiline)]
    private static partial Regex CommentForm();

    [GeneratedRegex(@"(?<![.\w])[A-Z]\w+")]
    private static partial Regex WordForm();

    [GeneratedRegex(@"(?<![.\w""])[A-Z]\w*(?:\.[A-Z]\w*)+")]
    private static partial Regex NameForm();

    [GeneratedRegex(@"\b(?:class|record|struct|interface|enum|delegate [\w?<>]+)\s+(?:struct\s+|class\s+)?([A-Z]\w+)")]
    private static partial Regex TypeForm();
}
