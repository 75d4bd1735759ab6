using Gatehouse.Inventory.Model;
using Gatehouse.Inventory.Repositories;
using Gatehouse.Inventory.Tests.Secrets;
using Gatehouse.Testing;

namespace Gatehouse.Inventory.Tests.Repositories;

/// <summary>With --history, a scan finds what was taken out of the files, and runs nothing that the repository names.</summary>
[Trait("Requirement", "SC-07")]
[Trait("NoRetry", "yes")]
public sealed class CommitHistoryTests
{
    private static readonly string Token = Drawn.GitHub(new Dice(123));

    [Fact]
    public async Task RemovedSecret_IsFoundOnRequest_WithItsCommit()
    {
        using var repository = new GitRepository();
        repository.Put("src/a b.py", $"x = 1\nTOKEN = '{Token}'\n");
        repository.Commit("one");
        var commit = repository.Git("rev-parse", "HEAD").Trim();
        repository.Put("src/a b.py", "x = 1\n");
        repository.Commit("two");
        Assert.Empty(Of(await ScanAsync(repository, history: false)));
        var finding = Assert.Single(Of(await ScanAsync(repository)));
        Assert.Equal($"github-token ghp_*** (40 characters), commit {commit[..12]}, line 2, column 10", finding.Message);
        Assert.Equal(Path.Join(repository.Root, "src/a b.py"), finding.Place.File);
    }

    [Fact]
    public async Task SecretThatIsStillThere_IsReportedOnce_AndOtherBranchesAreSearched()
    {
        using var repository = new GitRepository();
        repository.Put("a.txt", Token);
        repository.Commit("one");
        repository.Put("b.txt", "x");
        repository.Commit("two");
        repository.Git("checkout", "-q", "-b", "other");
        var second = Drawn.GitHub(new Dice(5));
        repository.Put("c.ipynb", $$"""{"cells":[{"cell_type":"code","source":["t = '{{second}}'\n"]}]}""");
        repository.Commit("three");
        repository.Git("checkout", "-q", "main");
        var report = await ScanAsync(repository);
        Assert.Single(report.Findings, finding => finding.Rule == FindingRules.SecretInRepository);
        Assert.Contains("cell 1, line 1", Assert.Single(Of(report)).Message, StringComparison.Ordinal);
    }

    // Each of these names a command that other calls of git run.
    [Fact]
    public async Task ConfigurationAndHooksOfTheRepository_RunNothing()
    {
        using var repository = new GitRepository();
        repository.Put("a.txt", Token);
        repository.Put(".gitattributes", "* diff=evil filter=evil merge=evil\n");
        repository.Commit("one");
        repository.Put("a.txt", "x");
        repository.Commit("two");
        var mark = Path.Join(repository.Root, ".git", "ran");
        var evil = repository.Put(".git/evil", $"#!/bin/sh\ntouch {mark}\ncat\n");
        File.SetUnixFileMode(evil, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        foreach (var name in (string[])["core.fsmonitor", "core.pager", "core.editor", "core.sshCommand", "core.askPass", "core.gitProxy",
            "core.alternateRefsCommand", "diff.external", "diff.evil.command",
            "diff.evil.textconv", "filter.evil.smudge", "filter.evil.clean", "filter.evil.process", "gpg.program", "credential.helper",
                "uploadpack.packObjectsHook", "pager.rev-list",
            "pager.cat-file", "alias.rev-list", "alias.cat-file", "log.showSignature"])
            repository.Git("config", name, name == "log.showSignature" ? "true" : name.StartsWith("alias", StringComparison.Ordinal)
                ? "!" + evil : evil);
        repository.Git("config", "core.hooksPath", repository.Root);
        repository.Git("config", "remote.origin.url", $"ext::{evil}");
        repository.Git("config", "remote.origin.promisor", "true");
        repository.Git("config", "remote.origin.partialclonefilter", "blob:none");
        repository.Git("config", "protocol.ext.allow", "always");
        repository.Git("config", "core.repositoryFormatVersion", "1");
        repository.Git("config", "extensions.partialClone", "origin");
        File.Delete(mark);
        // A missing object, which git would fetch from the remote of the configuration.
        var blob = repository.Git("rev-parse", "HEAD:a.txt").Trim();
        var file = Path.Join(repository.Root, ".git", "objects", blob[..2], blob[2..]);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.Delete(file);
        var report = await ScanAsync(repository);
        Assert.False(File.Exists(mark), "a command of the repository ran");
        Assert.NotEmpty(Of(report));
        Assert.Contains(report.Gaps, gap => gap.Why.StartsWith("1 object not searched: this copy does not have", StringComparison.Ordinal));
    }

    // No commit and no path leads to such a file: a list of the objects of commits does not have it.
    [Fact]
    public async Task FileThatAReferencePointsAt_IsSearched()
    {
        using var repository = new GitRepository();
        repository.Put("a.txt", "x");
        repository.Commit("one");
        var (direct, tagged) = (Drawn.GitHub(new Dice(61)), Drawn.GitHub(new Dice(62)));
        repository.Git("update-ref", "refs/keys/one", repository.Git($"t = {direct}\n", ["hash-object", "-w", "--stdin"]).Trim());
        repository.Git("tag", "-a", "-m", "key", "inner", repository.Git($"t = {tagged}\n", ["hash-object", "-w", "--stdin"]).Trim());
        repository.Git("tag", "-a", "-m", "key", "outer", "inner");
        repository.Git("tag", "-d", "inner");
        repository.Git("tag", "-a", "-m", "a release", "v1");
        var report = await ScanAsync(repository);
        Assert.Equal(["github-token ghp_*** (40 characters), reference refs/keys/one, line 1, column 5",
            "github-token ghp_*** (40 characters), reference refs/tags/outer, line 1, column 5"], Of(report).Select(finding => finding.Message));
        Assert.Equal(Path.Join(repository.Root, ".git/refs/keys/one"), Of(report)[0].Place.File);
        Assert.DoesNotContain(report.Gaps, gap => gap.IsFailure);
    }

    // A folder that was unpacked can have any links. Each of these leads git into the folder of another person.
    [Theory]
    [InlineData("")]
    [InlineData("HEAD")]
    [InlineData("config")]
    [InlineData("shallow")]
    [InlineData("packed-refs")]
    [InlineData("info")]
    [InlineData("objects")]
    [InlineData("objects/pack")]
    [InlineData("objects/pack/*.pack")]
    [InlineData("objects/info")]
    [InlineData("objects/??")]
    [InlineData("objects/??/*")]
    [InlineData("refs")]
    [InlineData("refs/heads")]
    [InlineData("refs/heads/deep/main")]
    public async Task LinkInTheFolderOfGit_IsNotFollowed(string pattern)
    {
        using var repository = new GitRepository();
        using var other = new GitRepository();
        repository.Put("a.txt", Token);
        repository.Commit("one");
        repository.Git("repack", "-q", "-a", "-d");
        repository.Git("branch", "deep/main");
        repository.Git("pack-refs", "--no-prune", "--all");
        repository.Put("a.txt", "x");
        repository.Put(".git/shallow", "");
        repository.Commit("two");
        var git = Path.Join(repository.Root, ".git");
        Directory.Delete(Path.Join(git, "hooks"), recursive: true);
        Directory.CreateSymbolicLink(Path.Join(git, "hooks"), other.Root);
        Assert.Single(Of(await ScanAsync(repository)));
        var path = pattern.Length == 0 ? git : Matched(git, pattern);
        var away = Path.Join(other.Root, "away");
        Directory.Move(path, away);
        if (Directory.Exists(away)) Directory.CreateSymbolicLink(path, away);
        else File.CreateSymbolicLink(path, away);
        var report = await ScanAsync(repository);
        Assert.Empty(Of(report));
        Assert.Contains(report.Gaps, gap => gap.IsFailure && gap.Why
            == "its folder .git is a link, has a link that leads out of it, or has commondir or alternates, so its history was not searched");
    }

    // Behind a link into a folder that the scan does not look at there can be a further link.
    [Theory]
    [InlineData("HEAD", "refs/heads/main", true)]
    [InlineData("HEAD", "refs/heads/none", true)]
    [InlineData("packed-refs", "own/file", true)]
    [InlineData("refs/own", "heads", true)]
    [InlineData("refs/own", "../../.git/refs/heads", true)]
    [InlineData("objects/own", "../own", false)]
    [InlineData("objects/own", "..", false)]
    [InlineData("packed-refs", "own/away", false)]
    [InlineData("packed-refs", "own/folder/file", false)]
    [InlineData("packed-refs", "../outside", false)]
    [InlineData("packed-refs", "../none", false)]
    public void LinkWithinTheFolderOfGit_IsFollowed(string path, string target, bool isSearched)
    {
        using var repository = new GitRepository();
        using var other = new Planted();
        repository.Put("outside", "x");
        repository.Commit("one");
        repository.Put(".git/own/file", "");
        var git = Path.Join(repository.Root, ".git");
        File.CreateSymbolicLink(Path.Join(git, "own/away"), other.Put("r/file", "x"));
        Directory.CreateSymbolicLink(Path.Join(git, "own/folder"), Path.Join(other.Root, "r"));
        File.Delete(Path.Join(git, path));
        File.CreateSymbolicLink(Path.Join(git, path), target);
        Assert.Equal(isSearched, GitFolder.ReasonNotToSearch(git) is null);
    }

    // git does so itself with core.preferSymlinkRefs. A packed reference has no file.
    [Fact]
    public async Task HeadThatIsALinkToAPackedReference_IsSearched()
    {
        using var repository = new GitRepository();
        repository.Put("a.txt", Token);
        repository.Commit("one");
        repository.Put("a.txt", "x");
        repository.Commit("two");
        repository.Git("pack-refs", "--all");
        var head = Path.Join(repository.Root, ".git/HEAD");
        File.Delete(head);
        File.CreateSymbolicLink(head, "refs/heads/main");
        Assert.Single(Of(await ScanAsync(repository)));
    }

    [Fact]
    public void FolderOfGitWithTooManyEntries_IsRefused()
    {
        using var repository = new GitRepository();
        for (var i = 0; i < 100; i++) repository.Put($".git/refs/heads/{i}", "x");
        Assert.Null(GitFolder.ReasonNotToSearch(Path.Join(repository.Root, ".git"), 200));
        Assert.Equal("its folder .git has more than 99 files and folders, so its history was not searched",
            GitFolder.ReasonNotToSearch(Path.Join(repository.Root, ".git"), 99));
    }

    [Fact]
    public async Task VersionWithManySecrets_IsCut_AndSaysSo()
    {
        using var repository = new GitRepository();
        var dice = new Dice(8);
        repository.Put("a.txt", string.Join('\n', Enumerable.Range(0, SecretSearch.MostFound + 20).Select(_ => Drawn.GitHub(dice))));
        repository.Commit("one");
        repository.Put("a.txt", "x");
        repository.Commit("two");
        var report = await ScanAsync(repository);
        Assert.Equal(SecretSearch.MostFound, Of(report).Count);
        Assert.Contains(report.Gaps, gap => gap is { Why: "1 version of a file with more than 100 secrets; the rest is not listed", IsFailure: true });
    }

    [Fact]
    public async Task FolderWithoutHistory_IsReported()
    {
        using var planted = new Planted();
        planted.Put("r/a.txt", "x");
        var report = await Planted.ScanAsync(new ScanOptions { Paths = [Path.Join(planted.Root, "r")], Secrets = true, History = true });
        Assert.Contains(report.Gaps, gap => gap.IsFailure &&
            gap.Why == "it is no git repository (it has no folder .git), so there is no history to search");
    }

    // A person who gave the wrong folder learns which one to give.
    [Fact]
    public async Task FolderThatIsNoMainWorkingTree_IsReported_WithTheFolderToSearch()
    {
        using var repository = new GitRepository();
        repository.Put("inner/a.txt", "x");
        repository.Commit("one");
        var inner = Path.Join(repository.Root, "inner");
        await RequireReasonAsync(inner, $"it is a folder within the repository {repository.Root}, so its history was not searched: "
            + $"search the whole repository with --path {repository.Root}");
        await RequireReasonAsync(Path.Join(repository.Root, ".git"), "it is a bare repository or a folder .git itself");
        using var planted = new Planted();
        planted.Put("r/.git", $"gitdir: {repository.Root}/.git/worktrees/r\n");
        await RequireReasonAsync(Path.Join(planted.Root, "r"), "its .git is a file, as in a linked working tree or a submodule");
    }

    private static async Task RequireReasonAsync(string folder, string reason)
    {
        var report = await Planted.ScanAsync(new ScanOptions { Paths = [folder], Secrets = true, History = true });
        Assert.Contains(report.Gaps, gap => gap.IsFailure && gap.Why.StartsWith(reason, StringComparison.Ordinal));
    }

    // The threat: a build server gets the newest commit only, and a removed secret is taken for absent.
    [Fact]
    public async Task ShallowClone_IsReported_AndWhatItHasIsSearched()
    {
        using var repository = new GitRepository();
        repository.Put("a.txt", Token);
        repository.Commit("one");
        repository.Put("a.txt", "gone");
        repository.Commit("two");
        Assert.DoesNotContain((await ScanAsync(repository)).Gaps, gap => gap.Why.Contains("shallow", StringComparison.Ordinal));
        File.WriteAllText(Path.Join(repository.Root, ".git", "shallow"), repository.Git("rev-parse", "HEAD"));
        Assert.Contains((await ScanAsync(repository)).Gaps,
            gap => gap.IsFailure && gap.Why.StartsWith("the clone is shallow", StringComparison.Ordinal));
    }

    [Fact]
    public async Task BrokenHistory_IsReported()
    {
        using var repository = new GitRepository();
        repository.Put("a.txt", Token);
        repository.Commit("one");
        File.WriteAllText(Path.Join(repository.Root, ".git", "HEAD"), "nothing");
        Assert.Contains((await ScanAsync(repository)).Gaps, gap => gap.What.StartsWith("history of", StringComparison.Ordinal) && gap.IsFailure);
    }

    [Fact]
    public async Task VersionOverTheBound_IsCountedAsNotMeasured()
    {
        using var repository = new GitRepository();
        repository.Put("a.txt", new string('a', RepositoryFiles.LargestFile + 1));
        repository.Commit("one");
        repository.Put("a.txt", Token);
        repository.Commit("two");
        repository.Put("a.txt", "x");
        repository.Commit("three");
        var report = await ScanAsync(repository);
        Assert.Single(Of(report));
        Assert.Contains(report.Gaps, gap => gap is { Why: "1 versions of more than 4 MiB were not searched", IsFailure: true });
    }

    // The first entry of the folder that fits, such as the first object.
    private static string Matched(string git, string pattern) =>
        pattern.Split('/').Aggregate(git, (folder, part) => Directory.EnumerateFileSystemEntries(folder, part).Order(StringComparer.Ordinal).First());

    private static Task<ScanReport> ScanAsync(GitRepository repository, bool history = true) =>
        Planted.ScanAsync(new ScanOptions { Paths = [repository.Root], Secrets = true, History = history });

    private static List<Finding> Of(ScanReport report) => [.. report.Findings.Where(finding => finding.Rule == FindingRules.SecretInHistory)];
}
