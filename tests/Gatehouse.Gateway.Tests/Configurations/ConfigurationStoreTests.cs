using System.Text;
using Gatehouse.Configuration.Snapshots;
using Gatehouse.Gateway.Configurations;
using Gatehouse.Storage;

namespace Gatehouse.Gateway.Tests.Configurations;

/// <summary>The stored texts are bounded, sealed, and survive a crash between any two steps.</summary>
[Trait("Requirement", "CO-02")]
public sealed class ConfigurationStoreTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gatehouse-store-");
    private readonly KeyRing keys = KeyRing.CreateInMemory(TimeProvider.System);

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void WhatIsKept_IsReadAgain_AndNotInClear()
    {
        var store = Store();
        var big = new byte[(2 * KeyRing.MostPlaintextBytes) + 7];
        Random.Shared.NextBytes(big);
        var snapshot = new ConfigurationSnapshot(
        [
            new SnapshotFile(SnapshotPart.Main, "/etc/CaNaRy.yaml", Encoding.UTF8.GetBytes("CaNaRy-text")),
            new SnapshotFile(SnapshotPart.Policy, "/etc/p\n\"ü.yaml", ReadOnlyMemory<byte>.Empty),
            new SnapshotFile(SnapshotPart.Lock, "/etc/lock", big),
        ]);
        store.Keep(snapshot);
        var read = store.Read(snapshot.Digest)!;
        Assert.Equal(snapshot.Manifest, read.Manifest);
        Assert.Equal(big, read.Files[2].Content.ToArray());
        foreach (var file in Directory.GetFiles(store.Path))
        {
            Assert.DoesNotContain("CaNaRy", Encoding.Latin1.GetString(File.ReadAllBytes(file)), StringComparison.Ordinal);
            if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }

        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(store.Path));
        Assert.Null(store.Read(new string('0', 64)));
        Assert.Null(store.Read("../order"));
    }

    [Fact]
    public void BeyondTheNumber_TheOldestGoes_ButNeverTheOneInForceNorTheOneBefore()
    {
        var store = Store();
        var all = Enumerable.Range(0, ConfigurationStore.MostConfigurations + 5).Select(Snapshot).ToList();
        store.Keep(all[0]);
        store.SetInForce(all[0].Digest);
        store.Keep(all[1]);
        store.SetInForce(all[1].Digest);
        foreach (var one in all.Skip(2)) store.Keep(one);
        var kept = store.Order().Kept;
        Assert.Equal(ConfigurationStore.MostConfigurations, kept.Count);
        Assert.Equal([.. all.Take(2), .. all.Skip(7)], all.Where(one => kept.Contains(one.Digest)));
        Assert.All(kept, digest => Assert.NotNull(store.Read(digest)));
        Assert.Equal((2 * kept.Count) + 1, Directory.GetFiles(store.Path).Length); // a manifest and a text each, and the order
    }

    [Fact]
    public void BeyondTheBytes_TheOldestGoes_AndATextThatOthersHaveStays()
    {
        var store = Store();
        var common = new SnapshotFile(SnapshotPart.Lock, "/l", new byte[1 << 20]);
        var all = Enumerable.Range(0, 6).Select(number => new ConfigurationSnapshot(
            [new SnapshotFile(SnapshotPart.Main, "/m", Bytes(number, 15 << 20)), common])).ToList();
        foreach (var one in all) store.Keep(one);
        Assert.True(Directory.GetFiles(store.Path).Sum(path => new FileInfo(path).Length) <= ConfigurationStore.MostBytes);
        var kept = store.Order().Kept;
        Assert.Equal(all.TakeLast(4).Select(one => one.Digest), kept);
        Assert.All(kept, digest => Assert.Equal(2, store.Read(digest)!.Files.Count));
    }

    [Fact]
    public void AConfigurationThatIsTooLarge_IsRefused() => Assert.Throws<IOException>(() =>
        Store().Keep(new ConfigurationSnapshot([new SnapshotFile(SnapshotPart.Main, "/m", new byte[ConfigurationStore.MostConfigurationBytes + 1])])));

    // After each step of keeping, a killed process leaves what was kept before readable, and keeping again completes it.
    [Fact]
    public void AKillBetweenAnyTwoSteps_LosesNothingThatWasKept()
    {
        var store = Store();
        var (first, second) = (Snapshot(1), Snapshot(2));
        store.Keep(first);
        store.SetInForce(first.Digest);
        var before = Copy(store.Path);
        store.Keep(second);
        var after = Directory.GetFiles(store.Path).Where(path => !before.ContainsKey(path)).Order(StringComparer.Ordinal).ToList();
        foreach (var path in after)
        {
            foreach (var file in Directory.GetFiles(store.Path)) File.Delete(file);
            foreach (var (name, bytes) in before) File.WriteAllBytes(name, bytes);
            File.WriteAllBytes($"{path}.0123456789abcdef.new", [1, 2, 3]); // cut before its name
            var restarted = Store();
            Assert.Equal(first.Digest, restarted.Order().InForce);
            Assert.NotNull(restarted.Read(first.Digest));
            Assert.Null(restarted.Read(second.Digest));
            restarted.Keep(second);
            Assert.NotNull(restarted.Read(second.Digest));
            Assert.Empty(Directory.GetFiles(store.Path, "*.new"));
        }
    }

    [Fact]
    public void ADamagedOrder_LosesNoText_AndADamagedTextIsWrittenAgain()
    {
        var store = Store();
        store.Keep(Snapshot(1));
        store.SetInForce(Snapshot(1).Digest);
        File.WriteAllBytes(Path.Combine(store.Path, "order"), [0, 0, 0, 1, 9, 9]);
        Assert.Null(store.Order().InForce);
        Assert.Equal([Snapshot(1).Digest], store.Order().Kept);
        var text = Path.Combine(store.Path, Snapshot(1).Files[0].Digest + ".text");
        File.WriteAllBytes(text, [0, 0, 0, 1]);
        Assert.Throws<InvalidDataException>(() => store.Read(Snapshot(1).Digest));
        store.Keep(Snapshot(1));
        Assert.NotNull(store.Read(Snapshot(1).Digest));
    }

    [Fact]
    public void TheOneInForce_IsNotForgotten()
    {
        var store = Store();
        var digest = Snapshot(1).Digest;
        store.Keep(Snapshot(1));
        Assert.Throws<InvalidOperationException>(() => store.Forget(digest, digest));
        Assert.NotNull(store.Read(digest));
        store.Forget(digest, Snapshot(2).Digest);
        Assert.Null(store.Read(digest));
    }

    [Fact]
    public void WithoutTheKey_NothingOpens()
    {
        Store().Keep(Snapshot(1));
        var other = new ConfigurationStore(Path.Combine(folder.FullName, "configurations"), KeyRing.CreateInMemory(TimeProvider.System));
        Assert.Throws<InvalidDataException>(() => other.Read(Snapshot(1).Digest));
        Assert.False(other.Has(Snapshot(1).Digest));
    }

    [Theory]
    [InlineData("")]
    [InlineData("gatehouse-configuration 1\n")]
    [InlineData("gatehouse-configuration 2\n")]
    [InlineData("gatehouse-configuration 1\nmain 00 \"/x\"\n")]
    [InlineData("gatehouse-configuration 1\nother 0000000000000000000000000000000000000000000000000000000000000000 \"/x\"\n")]
    [InlineData("gatehouse-configuration 1\nmain 0000000000000000000000000000000000000000000000000000000000000000 /x\n")]
    [InlineData("gatehouse-configuration 1\nmain 0000000000000000000000000000000000000000000000000000000000000000  \"/x\"\n")]
    [InlineData("gatehouse-configuration 1\nmain 0000000000000000000000000000000000000000000000000000000000000000 \"/x\"")]
    public void ATextThatIsNoManifest_IsNotRead(string text) =>
        Assert.Equal(text == "gatehouse-configuration 1\n" ? 0 : null, SnapshotManifest.TryRead(text)?.Count);

    private static ConfigurationSnapshot Snapshot(int number) => new([new SnapshotFile(SnapshotPart.Main, "/m", Bytes(number, 8))]);

    private static byte[] Bytes(int number, int length)
    {
        var bytes = new byte[length];
        BitConverter.TryWriteBytes(bytes, number);
        return bytes;
    }

    private static Dictionary<string, byte[]> Copy(string path) => Directory.GetFiles(path).ToDictionary(file => file, File.ReadAllBytes);

    private ConfigurationStore Store() => new(Path.Combine(folder.FullName, "configurations"), keys);
}
