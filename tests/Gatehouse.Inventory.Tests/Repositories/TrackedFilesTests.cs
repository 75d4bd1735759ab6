using Gatehouse.Inventory.Model;
using Gatehouse.Inventory.Repositories;
using Gatehouse.Inventory.Tests.Secrets;
using Gatehouse.Testing;

namespace Gatehouse.Inventory.Tests.Repositories;

/// <summary>A secret that was committed is found whatever a .gitignore says; ignored files that git does not track are counted.</summary>
[Trait("Requirement", "SC-07")]
public sealed class TrackedFilesTests
{
    private static readonly string Token = Drawn.GitHub(new Dice(77));

    [Theory]
    [InlineData(".env", "2", "1 ignored file")]
    [InlineData("*", "4", "1 ignored folder")]
    [InlineData("deep/", "2", "1 ignored folder")]
    public async Task CommittedFileThatIsIgnored_IsSearched(string ignore, string version, string left)
    {
        using var repository = new GitRepository();
        repository.Put("deep/er/.env", Token);
        repository.Put(".gitignore", ignore);
        repository.Commit("one");
        repository.Git("update-index", "--index-version", version);
        repository.Put("deep/er/sub/.env", Token);
        var report = await ScanAsync(repository.Root);
        Assert.Equal([Path.Join(repository.Root, "deep/er/.env")], Of(report));
        Assert.NotEqual('A', report.Grade.Letter);
        Assert.Contains(report.Gaps, gap => gap.Why == $"{left} not searched for secrets; a tracked file is searched although it is ignored" && !gap.IsFailure);
        Assert.False(report.IsIncomplete);
    }

    [Fact]
    public async Task SearchedFiles_AreTheOnesOfGit()
    {
        using var repository = new GitRepository();
        var dice = new Dice(4);
        for (var i = 0; i < 120; i++) repository.Put($"{(char)('a' + dice.Next(4))}/{(char)('a' + dice.Next(4))}/{(char)('a' + dice.Next(20))}", Token);
        repository.Put(".gitignore", "a/\n/b/c/\n[a-j]\n");
        repository.Git("add", "-f", "a/b", "b/b", "c");
        repository.Git("commit", "-q", "-m", "one");
        var theirs = repository.Git("ls-files", "-z", "--cached", "--others", "--exclude-standard").Split('\0', StringSplitOptions.RemoveEmptyEntries)
            .Where(file => file != ".gitignore").Select(file => Path.Join(repository.Root, file));
        Assert.Equal(theirs.Order(StringComparer.Ordinal), Of(await ScanAsync(repository.Root)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task FolderWithinARepository_HasItsIndex()
    {
        using var repository = new GitRepository();
        repository.Put("sub/.env", Token);
        repository.Put("sub/.gitignore", ".env*");
        repository.Commit("one");
        repository.Put("sub/.env.local", Token);
        Assert.Equal([Path.Join(repository.Root, "sub/.env")], Of(await ScanAsync(Path.Join(repository.Root, "sub"))));
    }

    // The output of a build has more files than the source. Each file that is looked at asks for the time.
    [Fact]
    public void IgnoredFolder_IsNotEnumeratedUnlessGitTracksAFileBelow()
    {
        using var repository = new GitRepository();
        repository.Put("build/tracked/deep/a", Token);
        repository.Put("builder/a", Token);
        repository.Put(".gitignore", "build/\n");
        repository.Commit("one");
        for (var i = 0; i < 50; i++) repository.Put($"build/out/{i % 5}/{i}.txt", Token);
        var asked = 0;
        var files = new RepositoryFiles(repository.Root, () => asked++ < 0);
        foreach (var (folder, found) in ((string, int)[])[("", 1), ("build", 0), ("build/out", 0), ("build/out/1", 0), ("build/tracked", 0),
            ("build/tracked/deep", 1), ("builder", 1)])
            Assert.Equal(found, files.In(Path.Join(repository.Root, folder)).Count());
        Assert.Equal(3, asked);
        Assert.Equal("1 ignored folder not searched for secrets; a tracked file is searched although it is ignored", Assert.Single(files.Gaps()).Why);
    }

    [Fact]
    public void NamesBelowAFolder_AreFoundAsAListFindsThem()
    {
        var dice = new Dice(12);
        for (var round = 0; round < 500; round++)
        {
            var names = Enumerable.Range(0, dice.Next(12)).Select(_ => Drawn(dice) + (dice.Next(6) == 0 ? "/" : "")).ToList();
            var tracked = new TrackedNames(names);
            for (var i = 0; i < 20; i++)
            {
                var path = Drawn(dice);
                var isInWhole = names.Any(name => name.EndsWith('/') && path.StartsWith(name, StringComparison.Ordinal));
                Assert.Equal(isInWhole || names.Contains(path), tracked.Has(path));
                Assert.Equal(isInWhole || names.Any(name => name.StartsWith(path + "/", StringComparison.Ordinal)), tracked.HasBelow(path));
            }

            Assert.Equal(names.Count > 0, tracked.HasBelow(""));
        }

        // The characters around the slash in the order.
        static string Drawn(Dice dice) => string.Join('/', Enumerable.Range(0, 1 + dice.Next(3)).Select(_ =>
            ((string[])["a", "a-", "a.", "a0", "b"])[dice.Next(5)]));
    }

    // A fetched dependency is a repository in the output of a build.
    [Fact]
    public async Task RepositoryWithin_CountsUnlessItIsIgnored()
    {
        using var repository = new GitRepository();
        foreach (var inner in (string[])["one", "build/two"])
        {
            repository.Put($"{inner}/.env", Token);
            repository.Put($"{inner}/.gitignore", ".env");
            repository.Git("init", "-q", inner);
            repository.Git("-C", inner, "add", "-f", ".env");
        }

        repository.Put(".gitignore", "build/");
        Assert.Equal([Path.Join(repository.Root, "one/.env")], Of(await ScanAsync(repository.Root)));
    }

    [Fact]
    public async Task SubmoduleAndWorkingTree_HaveTheirIndexElsewhere()
    {
        using var repository = new GitRepository();
        using var other = new GitRepository();
        other.Put(".env", Token);
        other.Put(".gitignore", ".env\nout/");
        other.Commit("one");
        repository.Put(".gitignore", "modules/");
        repository.Git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", "-f", other.Root, "modules/m");
        repository.Commit("one");
        repository.Put("modules/m/out/x", Token);
        Assert.True(File.Exists(Path.Join(repository.Root, "modules/m/.git")));
        foreach (var root in (string[])[repository.Root, Path.Join(repository.Root, "modules/m")])
        {
            var report = await ScanAsync(root);
            Assert.Equal([Path.Join(repository.Root, "modules/m/.env")], Of(report));
            Assert.False(report.IsIncomplete);
        }

        using var place = new Planted();
        var tree = Path.Join(place.Root, "tree");
        other.Git("worktree", "add", "-q", "--detach", tree);
        place.Put("tree/out/x", Token);
        var second = await ScanAsync(tree);
        Assert.Equal([Path.Join(tree, ".env")], Of(second));
        Assert.False(second.IsIncomplete);
    }

    [Theory]
    [InlineData("damaged", "it is damaged")]
    [InlineData("split", "it is split")]
    [InlineData("link", "it is a link")]
    [InlineData("pointer", "it leads to another folder")]
    [InlineData("linked", "it is a link")]
    public async Task IndexThatIsNotRead_IsAGapWhereAFileIsIgnored(string kind, string why)
    {
        using var repository = new GitRepository();
        using var other = new GitRepository();
        repository.Put("a.txt", "x");
        repository.Put(".env", "x");
        repository.Commit("one");
        var (git, away) = (Path.Join(repository.Root, ".git"), Path.Join(other.Root, "away"));
        var index = Path.Join(git, "index");
        if (kind == "split") repository.Git("update-index", "--split-index");
        if (kind == "damaged") File.WriteAllBytes(index, File.ReadAllBytes(index)[..^30]);
        if (kind == "link")
        {
            File.Move(index, away);
            File.CreateSymbolicLink(index, away);
        }

        if (kind is "linked" or "pointer") Directory.Move(git, away);
        if (kind == "linked") Directory.CreateSymbolicLink(git, away);
        if (kind == "pointer") repository.Put(".git", $"gitdir: {away}\n");
        Assert.False((await ScanAsync(repository.Root)).IsIncomplete);
        repository.Put(".gitignore", ".env");
        var gap = Assert.Single((await ScanAsync(repository.Root)).Gaps, gap => gap.IsFailure);
        Assert.Equal((kind is "linked" or "pointer" ? git : index, $"{why}, so ignored files that git tracks were not searched for secrets"),
            (gap.What, gap.Why));
    }

    [Fact]
    public async Task RepositoryWithoutAnIndex_TracksNothing()
    {
        using var repository = new GitRepository();
        repository.Put(".env", Token);
        repository.Put(".gitignore", ".env");
        var report = await ScanAsync(repository.Root);
        Assert.Empty(Of(report));
        Assert.False(report.IsIncomplete);
    }

    [Fact]
    public void FolderOfASparseIndex_IsTracked()
    {
        using var repository = new GitRepository();
        foreach (var file in (string[])["in/a", "out/a", "out/b/c"]) repository.Put(file, "x");
        repository.Commit("one");
        repository.Git("sparse-checkout", "set", "--cone", "--sparse-index", "in");
        var tracked = new TrackedFiles(repository.Root, new IgnoreRules(repository.Root));
        Assert.True(tracked.IsTracked(Path.Join(repository.Root, "in/a")));
        Assert.True(tracked.IsTracked(Path.Join(repository.Root, "out/b/c")));
        Assert.False(tracked.IsTracked(Path.Join(repository.Root, "in/b")));
        Assert.Empty(tracked.Gaps());
    }

    // Each index of 66 KB has 16 MiB of names.
    [Fact]
    public async Task NamesOfManyRepositories_AreBoundedTogether()
    {
        const int Count = 240;
        using var planted = new Planted();
        var index = ExpandingIndex.Of(1023, GitIndex.LongestName);
        for (var i = 0; i < Count; i++)
        {
            planted.Put($"r/{i:000}/.gitignore", ".env");
            planted.Put($"r/{i:000}/.env", Token);
            Directory.CreateDirectory(Path.Join(planted.Root, $"r/{i:000}/.git"));
            File.WriteAllBytes(Path.Join(planted.Root, $"r/{i:000}/.git/index"), index);
        }

        var root = Path.Join(planted.Root, "r");
        var tracked = new TrackedFiles(root, new IgnoreRules(root));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Count; i++) Assert.False(tracked.IsTracked(Path.Join(root, $"{i:000}/.env")));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4L * GitIndex.MostBytes);
        var report = await ScanAsync(root);
        var gaps = report.Gaps.Where(gap => gap.IsFailure).ToList();
        Assert.Equal(Enumerable.Range(4, Count - 4).Select(i => Path.Join(root, $"{i:000}/.git/index")), gaps.Select(gap => gap.What));
        Assert.All(gaps, gap => Assert.Equal("the indexes of the searched repositories together are larger than 64 MiB, so ignored files that git "
            + "tracks were not searched for secrets", gap.Why));
    }

    private static Task<ScanReport> ScanAsync(string root) => Planted.ScanAsync(new ScanOptions { Paths = [root], Secrets = true });

    private static List<string> Of(ScanReport report) =>
        [.. report.Findings.Where(finding => finding.Rule == FindingRules.SecretInRepository).Select(finding => finding.Place.File)];
}
