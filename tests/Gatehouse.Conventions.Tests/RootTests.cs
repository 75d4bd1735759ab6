using System.IO.Enumeration;

namespace Gatehouse.Conventions.Tests;

/// <summary>The root of the repository holds a fixed list of files and folders, so that a newcomer can take it in and nothing strays there.</summary>
public sealed class RootTests
{
    private static readonly HashSet<string> Allowed = new(StringComparer.Ordinal)
    {
        // Pages that readers and forges expect in the root.
        "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "MAP.md", "README.md", "SECURITY.md", "THIRD-PARTY.md",

        // Commands.
        "demo", "gatehouse", "publish", "test",

        // Settings of git, editors and the build, which look for them here.
        ".editorconfig", ".gitattributes", ".gitignore", "Directory.Build.props", "Directory.Packages.props", "Gatehouse.slnx", "global.json",

        // Folders.
        ".ci", "bench", "corpus", "deploy", "docs", "eng", "range", "samples", "src", "tests",
    };

    // What a checkout has beside the files that are committed. Outputs of builds are named in .gitignore.
    private static readonly string[] NotCommitted = [".git", "shared"];

    [Fact]
    public void Root_HoldsOnlyWhatIsListed()
    {
        var ignored = Repository.Read(".gitignore").Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Trim().TrimEnd('/')).Concat(NotCommitted).ToList();
        Repository.RequireNone(
            from entry in new DirectoryInfo(Repository.Root).EnumerateFileSystemInfos()
            where !Allowed.Contains(entry.Name) && !ignored.Exists(pattern => FileSystemName.MatchesSimpleExpression(pattern, entry.Name))
            orderby entry.Name
            select $"{entry.Name} is not among what the root may hold. Put it into a folder, or add it to the list of RootTests with the reason.");
    }

    [Fact]
    public void EverythingListed_Exists() =>
        Repository.RequireNone(Allowed.Where(name => !Repository.Exists(name)).Select(name => $"RootTests lists {name}, which does not exist"));
}
