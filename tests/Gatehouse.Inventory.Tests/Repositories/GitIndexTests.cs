using System.Buffers.Binary;
using Gatehouse.Inventory.Repositories;
using Gatehouse.Testing;

namespace Gatehouse.Inventory.Tests.Repositories;

/// <summary>Names of tracked files, judged by git itself: <c>git ls-files</c> of the same index.</summary>
[Trait("Requirement", "SC-07")]
public sealed class GitIndexTests
{
    private static readonly string[] Files =
    [
        "a", "a.txt", "b/a", "b/ä ü.txt", "b/c/d/e/f", ".env", "deep/" + new string('x', 200) + "/" + new string('y', 200), "tab\there", "end",
    ];

    [Theory]
    [InlineData("2", "sha1")]
    [InlineData("4", "sha1")]
    [InlineData("2", "sha256")]
    [InlineData("4", "sha256")]
    public void EachForm_HasTheNamesThatGitLists(string version, string format)
    {
        using var repository = Planted(format);
        repository.Git("-C", "r", "update-index", "--index-version", version);
        Compare(repository, int.Parse(version, System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public void LongNamesAndNamesAlike_AreRead()
    {
        using var repository = Planted("sha1");
        var dice = new Dice(7);
        for (var i = 0; i < 300; i++) repository.Put($"r/{Long(dice)}", "x");
        repository.Git("-C", "r", "add", "-A");
        foreach (var version in (ReadOnlySpan<int>)[2, 4])
        {
            repository.Git("-C", "r", "update-index", "--index-version", version.ToString(System.Globalization.CultureInfo.InvariantCulture));
            Compare(repository, version);
        }
    }

    // An entry that is only intended, or kept out of the working tree, has more flags: version 3.
    [Fact]
    public void EntriesWithMoreFlags_AreRead()
    {
        using var repository = Planted("sha1");
        repository.Put("r/intended", "x");
        repository.Git("-C", "r", "add", "-N", "intended");
        repository.Git("-C", "r", "update-index", "--skip-worktree", "a.txt");
        Compare(repository, 3);
        repository.Git("-C", "r", "update-index", "--index-version", "4");
        Compare(repository, 4);
    }

    [Fact]
    public void EntriesInConflict_AreRead()
    {
        using var repository = Planted("sha1");
        repository.Git("-C", "r", "checkout", "-q", "-b", "other");
        repository.Put("r/a.txt", "one");
        Commit(repository);
        repository.Git("-C", "r", "checkout", "-q", "main");
        repository.Put("r/a.txt", "two");
        Commit(repository);
        repository.Git("-C", "r", "merge", "-q", "other");
        Assert.Contains("a.txt", repository.Git("-C", "r", "ls-files", "-u"), StringComparison.Ordinal);
        Compare(repository, 2);
    }

    [Fact]
    public void SparseIndex_HasFoldersAsAWhole()
    {
        using var repository = Planted("sha1");
        repository.Git("-C", "r", "sparse-checkout", "set", "--cone", "--sparse-index", "deep");
        var names = Read(Index(repository), out var fault);
        Assert.Null(fault);
        Assert.Contains("b/", names!);
    }

    [Fact]
    public void SplitIndex_IsAFault()
    {
        using var repository = Planted("sha1");
        repository.Git("-C", "r", "update-index", "--split-index");
        Assert.Null(Read(Index(repository), out var fault));
        Assert.Equal("it is split", fault);
    }

    [Theory]
    [InlineData("", "it is damaged")]
    [InlineData("44495243", "it is damaged")]
    [InlineData("444952430000000500000000", "its version 5 is not known")]
    [InlineData("4449524300000002FFFFFFFF", "it has more than 1000000 files")]
    [InlineData("444952430000000200000001", "it is damaged")]
    [InlineData("4449524300000002000000007A7A7A7A000000000000000000000000000000000000000000000000", "an extension of it is not known")]
    [InlineData("4449524300000002000000005A5A5A5AFFFFFFFF0000000000000000000000000000000000000000", "it is damaged")]
    public void OtherIndex_IsAFault(string hexadecimal, string expected)
    {
        Assert.Null(Read(Convert.FromHexString(hexadecimal), out var fault));
        Assert.Equal(expected, fault);
    }

    // In version 4 each entry of 65 bytes can repeat a name of 16 KiB.
    [Fact]
    public void NamesThatMultiply_AreBounded()
    {
        var index = ExpandingIndex.Of(100_000, GitIndex.LongestName);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Null(GitIndex.Read(index, GitIndex.MostBytes, out var used, out var fault));
        Assert.Equal("its names are larger than 64 MiB", fault);
        Assert.True(used > GitIndex.MostBytes);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4L * GitIndex.MostBytes);
    }

    [Fact]
    public void DamagedIndex_NeverEndsTheScan()
    {
        using var repository = Planted("sha1");
        var dice = new Dice(31);
        foreach (var version in (ReadOnlySpan<string>)["2", "4"])
        {
            repository.Git("-C", "r", "update-index", "--index-version", version);
            var whole = Index(repository);
            for (var length = 0; length < whole.Length; length++) Assert.True(Sound(whole[..length]));
            for (var round = 0; round < 3000; round++)
            {
                var damaged = whole.ToArray();
                for (var i = dice.Next(4); i >= 0; i--) damaged[dice.Next(damaged.Length)] = (byte)dice.Next(256);
                Assert.True(Sound(damaged));
            }
        }
    }

    private static IReadOnlyList<string>? Read(byte[] bytes, out string? fault) => GitIndex.Read(bytes, GitIndex.MostBytes, out _, out fault);

    private static bool Sound(byte[] bytes) => Read(bytes, out var fault) is null == fault is not null;

    private static string Long(Dice dice) => string.Join('/', Enumerable.Range(0, 1 + dice.Next(30)).Select(_ =>
        new string((char)('p' + dice.Next(3)), 1 + dice.Next(60)))) + ".x";

    private static GitRepository Planted(string format)
    {
        var repository = new GitRepository();
        repository.Git("init", "-q", "-b", "main", $"--object-format={format}", "r");
        repository.Git("-C", "r", "config", "user.name", "t");
        repository.Git("-C", "r", "config", "user.email", "t@example.com");
        foreach (var file in Files) repository.Put($"r/{file}", "x");
        Commit(repository);
        return repository;
    }

    private static void Commit(GitRepository repository)
    {
        repository.Git("-C", "r", "add", "-A", "-f");
        repository.Git("-C", "r", "commit", "-q", "-m", "x");
    }

    private static byte[] Index(GitRepository repository) => File.ReadAllBytes(Path.Join(repository.Root, "r", ".git", "index"));

    private static void Compare(GitRepository repository, int version)
    {
        var bytes = Index(repository);
        Assert.Equal(version, BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(4)));
        var theirs = repository.Git("-C", "r", "ls-files", "-z").Split('\0', StringSplitOptions.RemoveEmptyEntries).Distinct();
        var ours = Read(bytes, out var fault);
        Assert.Null(fault);
        Assert.Equal(theirs.Order(StringComparer.Ordinal), ours!.Distinct().Order(StringComparer.Ordinal));
    }
}
