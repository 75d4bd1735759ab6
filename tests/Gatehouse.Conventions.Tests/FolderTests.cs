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
    public void Projects_WithoutCycles_StayWithoutThem()
    {
        // These have cycles between their folders: what is opened leaves the list, and nothing joins it.
        string[] known =
        [
            "Gatehouse.Administration", "Gatehouse.Configuration", "Gatehouse.Identity", "Gatehouse.Integrity", "Gatehouse.Pipeline",
            "Gatehouse.Policy", "Gatehouse.Protocol",
        ];
        var cyclic = Uses.Keys.Where(folder => Reach(folder).Contains(folder)).Select(ProjectOf).Distinct().Order(StringComparer.Ordinal);
        Assert.Equal([], cyclic.Except(known));
    }

    private static string Render()
    {
        var page = new StringBuilder(
            """
            # Folders and what they use

            Written by a test from the sources (`GATEHOUSE_UPDATE=1 ./test --only FolderTests`). A folder sees the folders above it without naming them. Which *project*
            may use which is in [architecture](../developers/architecture.md#projects).

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
            uses.Add(folder.Key,
                new SortedSet<string>(used.Where(other => other != folder.Key && ProjectOf(other) == ProjectOf(folder.Key)), StringComparer.Ordinal));
        }

        return uses;
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

    [GeneratedRegex(@"^using (Gatehouse\.[\w.]+);", RegexOptions.Multiline)]
    private static partial Regex UsingForm();
}
