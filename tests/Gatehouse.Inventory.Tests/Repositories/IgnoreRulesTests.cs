using Gatehouse.Inventory.Repositories;
using Gatehouse.Testing;

namespace Gatehouse.Inventory.Tests.Repositories;

/// <summary>Files that git ignores, judged by git itself: <c>git check-ignore --no-index</c> on the same files.</summary>
[Trait("Requirement", "SC-07")]
public sealed class IgnoreRulesTests
{
    private static readonly string[] Files =
    [
        "a.txt", "b.log", "build/a.txt", "build/out/b.log", "src/a.txt", "src/build/a.txt", "src/deep/er/a.log", "src/deep/keep.log",
            "doc/frotz/x", "frotz/x", "foo/bar/baz", "foo/x/y/bar",
        "name with space", "trailing ", "#hash", "!bang", "back\\slash", "[x]", "a-b", "abc/def/ghi", ".env", ".env.local", "sub/.env",
            "Upper.TXT", "é.txt", "sub/é/ü.log", "x1", "x2", "xa",
        "star*name", "q?mark", "deep/a/b/c/d/e",
    ];

    [Theory]
    [InlineData("*.log")]
    [InlineData("*.log\n!keep.log")]
    [InlineData("build/")]
    [InlineData("/build/\n!/build/a.txt")]
    [InlineData("build/*\n!build/a.txt")]
    [InlineData("doc/frotz/")]
    [InlineData("frotz/")]
    [InlineData("foo/**/bar")]
    [InlineData("**/a.txt")]
    [InlineData("src/**")]
    [InlineData("src/**\n!src/**/\n!src/deep/keep.log")]
    [InlineData("**/deep/**")]
    [InlineData("a**b")]
    [InlineData("\\#hash\n\\!bang\nback\\\\slash")]
    [InlineData("# comment\n\n   \nname with space   ")]
    [InlineData("trailing\\ ")]
    [InlineData("\\[x\\]")]
    [InlineData("[[]x]")]
    [InlineData("x[0-9]")]
    [InlineData("x[!0-9]")]
    [InlineData("x[^1]")]
    [InlineData("x[[:digit:]]")]
    [InlineData("x[[:nothing:]]\n[")]
    [InlineData("x[]-a]")]
    [InlineData("x[1-")]
    [InlineData("x?\n*.TXT\r\n/.env*\r")]
    [InlineData("é.*\n?.txt\n??.txt")]
    [InlineData("*\n!*/\n!*.txt")]
    [InlineData("/*\n!/src\n/src/*\n!/src/deep")]
    [InlineData("star\\*name\nq\\?mark\nend\\")]
    [InlineData("deep/*/b\ndeep/**/e\n/a-b/\nabc/def/ghi/")]
    [InlineData("/\n//\n!\n**\n!a.txt")]
    [InlineData("***/a.txt\nsrc/***/a.log")]
    public void Form_MeansWhatItMeansToGit(string ignore)
    {
        using var repository = Planted();
        repository.Put(".gitignore", ignore);
        Compare(repository, ignore);
    }

    [Fact]
    public void NestedFilesAndTheRepositorysOwnList_CountInTheirOrder()
    {
        using var repository = Planted();
        repository.Put(".gitignore", "*.log\n*.txt\n!important.txt\nfoo/");
        repository.Put("src/.gitignore", "!*.txt\nbuild/\n/deep/er\n");
        repository.Put("src/deep/.gitignore", "!keep.log\n");
        repository.Put("foo/.gitignore", "!*\n");
        repository.Put("sub/.gitignore", "\uFEFF.env\n");
        repository.Put(".git/info/exclude", "x*\n!b.log\n");
        Compare(repository, "nested");
    }

    [Fact]
    public void DrawnPatterns_MeanWhatTheyMeanToGit()
    {
        var dice = new Dice(2026);
        string[] parts = ["*", "**", "/", "a", "b", "x", "build", "src", "deep", ".log", ".txt", "?", "[a-x]", "[!b]", "!", "\\", " ", "foo",
            "**/", "/**", "[", "]", ".", "-", "er", "é"];
        using var repository = Planted();
        for (var round = 0; round < 60; round++)
        {
            var ignore = string.Join('\n', Enumerable.Range(0, 1 + dice.Next(4)).Select(_ => Defined(string.Concat(Enumerable.Range(0,
                1 + dice.Next(5)).Select(_ => dice.Pick(parts))))));
            repository.Put(".gitignore", ignore);
            repository.Put("src/.gitignore", dice.Next(2) == 0 ? "" : "!" + dice.Pick(parts) + "\n" + dice.Pick(parts));
            Compare(repository, ignore);
        }
    }

    // Versions of git before 2.41 compare the wrong pointers for two stars after a letter and before a slash, and answer by chance.
    private static string Defined(string pattern) => System.Text.RegularExpressions.Regex.Replace(pattern, @"(?<=[^/*])\*{2,}(?=/|\\)", "*");

    // A matcher that goes back needs a time that doubles with each star.
    [Fact]
    public void HostilePattern_TakesShortTime()
    {
        var pattern = IgnorePattern.Parse("/" + string.Concat(Enumerable.Repeat("**/a*a*", 200)) + "b")!;
        Assert.False(pattern.Matches(string.Join('/', Enumerable.Repeat(new string('a', 40), 50)), isFolder: false));
    }

    private static GitRepository Planted()
    {
        var repository = new GitRepository();
        foreach (var file in Files) repository.Put(file, "x");
        return repository;
    }

    private static void Compare(GitRepository repository, string ignore)
    {
        var files = Directory.EnumerateFiles(repository.Root, "*", SearchOption.AllDirectories)
            .Where(path => !path.Contains("/.git/", StringComparison.Ordinal)).Select(path => Path.GetRelativePath(repository.Root,
                path)).Order(StringComparer.Ordinal).ToList();
        var theirs = repository.Git(string.Join('\0', files), ["check-ignore", "--no-index", "-z", "--stdin"]).Split('\0',
            StringSplitOptions.RemoveEmptyEntries);
        var rules = new IgnoreRules(repository.Root);
        var ours = files.Where(file => rules.IsFileIgnored(Path.Join(repository.Root, file)));
        Assert.True(theirs.Order(StringComparer.Ordinal).SequenceEqual(ours.Order(StringComparer.Ordinal)),
            $"{ignore}\nonly git: {string.Join(", ", theirs.Except(ours))}\nonly here: {string.Join(", ", ours.Except(theirs))}");
    }
}
