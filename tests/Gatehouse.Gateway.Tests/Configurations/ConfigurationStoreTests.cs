using System.Text;
using Gatehouse.Configuration.Texts;
using Gatehouse.Gateway.Configurations;
using Gatehouse.Storage;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Configurations;

/// <summary>The stored texts are bounded, sealed, and survive a crash between any two steps.</summary>
[Trait("Requirement", "CO-02")]
[Trait("NoRetry", "yes")]
public sealed class ConfigurationStoreTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gatehouse-store-");
    private readonly ManualTimeProvider time = new();
    private readonly KeyRing keys = KeyRing.CreateInMemory(TimeProvider.System);

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void WhatIsKept_IsReadAgain_AndNotInClear()
    {
        var store = Store();
        var big = new byte[(2 * KeyRing.MostPlaintextBytes) + 7];
        Random.Shared.NextBytes(big);
        var texts = new ConfigurationTexts(
        [
            new SnapshotFile(SnapshotPart.Main, "/etc/CaNaRy.yaml", Encoding.UTF8.GetBytes("CaNaRy-text")),
            new SnapshotFile(SnapshotPart.Policy, "/etc/p\n\"ü.yaml", ReadOnlyMemory<byte>.Empty),
            new SnapshotFile(SnapshotPart.Lock, "/etc/lock", big),
        ]);
        store.Keep(texts);
        var read = store.Read(texts.Digest)!;
        Assert.Equal(texts.Manifest, read.Manifest);
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
        var all = Enumerable.Range(0, ConfigurationStore.MostConfigurations + 5).Select(Texts).ToList();
        store.Keep(all[0]);
        store.SetInForce(all[0].Digest, null);
        store.Keep(all[1]);
        store.SetInForce(all[1].Digest, null);
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
        var all = Enumerable.Range(0, 6).Select(number => new ConfigurationTexts(
            [new SnapshotFile(SnapshotPart.Main, "/m", Bytes(number, 15 << 20)), common])).ToList();
        foreach (var one in all) store.Keep(one);
        Assert.True(Directory.GetFiles(store.Path).Sum(path => new FileInfo(path).Length) <= ConfigurationStore.MostBytes);
        var kept = store.Order().Kept;
        Assert.Equal(all.TakeLast(4).Select(one => one.Digest), kept);
        Assert.All(kept, digest => Assert.Equal(2, store.Read(digest)!.Files.Count));
    }

    [Fact]
    public void AConfigurationThatIsTooLarge_IsRefused() => Assert.Throws<IOException>(() =>
        Store().Keep(new ConfigurationTexts([new SnapshotFile(SnapshotPart.Main, "/m", new byte[ConfigurationStore.MostConfigurationBytes + 1])])));

    // After each step of keeping, a killed process leaves what was kept before readable, and keeping again completes it.
    [Fact]
    public void AKillBetweenAnyTwoSteps_LosesNothingThatWasKept()
    {
        var store = Store();
        var (first, second) = (Texts(1), Texts(2));
        store.Keep(first);
        store.SetInForce(first.Digest, null);
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
        store.Keep(Texts(1));
        store.SetInForce(Texts(1).Digest, null);
        File.WriteAllBytes(Path.Combine(store.Path, "order"), [0, 0, 0, 1, 9, 9]);
        Assert.Null(store.Order().InForce);
        Assert.Equal([Texts(1).Digest], store.Order().Kept);
        var text = Path.Combine(store.Path, Texts(1).Files[0].Digest + ".text");
        File.WriteAllBytes(text, [0, 0, 0, 1]);
        Assert.Throws<InvalidDataException>(() => store.Read(Texts(1).Digest));
        store.Keep(Texts(1));
        Assert.NotNull(store.Read(Texts(1).Digest));
    }

    // A restore from a copy gives each file a new time, and whoever may write the folder any time.
    [Fact]
    public void TheTimeOfAConfiguration_BeginsWhenItIsNotInForceAnyMore_WhateverTheTimesOfTheFilesAre()
    {
        var store = Store();
        var (first, second, third) = (Texts(1), Texts(2), Texts(3));
        store.Keep(first);
        store.SetInForce(first.Digest, null);
        store.SetInForce(first.Digest, null);
        time.Advance(TimeSpan.FromDays(10));
        var (left, moment) = (time.GetUtcNow(), TimeSpan.FromSeconds(1));
        store.Keep(second);
        store.SetInForce(second.Digest, null);
        time.Advance(TimeSpan.FromDays(10));
        store.Keep(third);
        foreach (var year in new[] { -100, 100 })
        {
            foreach (var path in Directory.GetFiles(store.Path)) File.SetLastWriteTimeUtc(path, left.UtcDateTime.AddYears(year));
            var restored = Store();
            Assert.Empty(restored.LeftBefore(left));
            Assert.Equal([first.Digest], restored.LeftBefore(left + moment));
            Assert.Equal([first.Digest], restored.LeftBefore(time.GetUtcNow()));
            Assert.Equal([first.Digest, third.Digest], restored.LeftBefore(time.GetUtcNow() + moment));
        }
    }

    [Fact]
    public void WithoutARecordedTime_TheTimeBeginsNow_AndIsRecorded()
    {
        var store = Store();
        store.Keep(Texts(1));
        File.Delete(Path.Combine(store.Path, "order"));
        foreach (var path in Directory.GetFiles(store.Path)) File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch.AddYears(1));
        var found = time.GetUtcNow();
        store.RecordTimes();
        time.Advance(TimeSpan.FromDays(1));
        store.RecordTimes();
        Assert.Empty(store.LeftBefore(found));
        Assert.Equal([Texts(1).Digest], Store().LeftBefore(found + TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void AQuestionForOldOnes_WritesNothing()
    {
        var store = Store();
        store.Keep(Texts(1));
        var order = Path.Combine(store.Path, "order");
        File.Delete(order);
        Assert.Empty(store.LeftBefore(DateTimeOffset.MaxValue)); // without a time, not a candidate
        Assert.False(File.Exists(order));
    }

    // Whoever took it for an empty one would lose the times, and the configuration before the one in force, with its next write.
    [Fact]
    public void AnOrderThatCannotBeReadNow_IsNotWrittenAnew()
    {
        var store = Store();
        var (first, second) = (Texts(1), Texts(2));
        foreach (var one in new[] { first, second })
        {
            store.Keep(one);
            store.SetInForce(one.Digest, null);
        }

        var (path, aside) = (Path.Combine(store.Path, "order"), Path.Combine(folder.FullName, "aside"));
        File.Move(path, aside);
        Directory.CreateDirectory(path);
        time.Advance(TimeSpan.FromDays(10));
        Action[] acts =
        [
            () => store.Order(), () => store.SetInForce(first.Digest, null), () => store.Keep(Texts(3)), store.RecordTimes,
            () => store.LeftBefore(DateTimeOffset.MaxValue), store.RecordForgotten,
        ];
        Assert.All(acts, act => Assert.Throws<IOException>(act));
        store.Forget(Texts(3).Digest, null);
        Assert.False(store.Has(Texts(3).Digest));
        Assert.Equal(new[] { first.Digest, second.Digest }.Order(StringComparer.Ordinal), store.Kept().Order(StringComparer.Ordinal));
        Directory.Delete(path);
        File.Move(aside, path);
        var order = store.Order();
        Assert.Equal((second.Digest, first.Digest), (order.InForce, order.Previous));
        Assert.All(order.Since.Values, since => Assert.Equal(time.GetUtcNow() - TimeSpan.FromDays(10), since));
    }

    // The order in the folder could not be written when the second one came into force. Its own time begins when it leaves, and not when it was kept.
    [Fact]
    public void OneThatTheOrderDoesNotNameInForce_IsUnusedSinceItLeft()
    {
        var store = Store();
        var (first, second, third) = (Texts(1), Texts(2), Texts(3));
        foreach (var one in new[] { first, second, third }) store.Keep(one);
        store.SetInForce(first.Digest, null);
        time.Advance(TimeSpan.FromDays(10));
        var left = time.GetUtcNow();
        store.SetInForce(third.Digest, second.Digest);
        Assert.Empty(store.LeftBefore(left));
        Assert.Equal([first.Digest, second.Digest], store.LeftBefore(left + TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void TheOneInForce_IsNotForgotten()
    {
        var store = Store();
        var digest = Texts(1).Digest;
        store.Keep(Texts(1));
        Assert.Throws<InvalidOperationException>(() => store.Forget(digest, Texts(1)));
        Assert.NotNull(store.Read(digest));
        store.Forget(digest, Texts(2));
        Assert.Null(store.Read(digest));
    }

    // Threat: a file system that fails for a moment, and a damaged file, take the texts of a configuration that is to stay.
    [Fact]
    public void WhereAnotherConfigurationCannotBeReadEither_NoTextIsDeleted()
    {
        var store = Store();
        store.Keep(Texts(1));
        store.Keep(Texts(2));
        var (damaged, absent) = (Manifest(1), Manifest(2));
        File.WriteAllText(damaged, "damaged");
        File.Move(absent, absent + ".aside");
        File.CreateSymbolicLink(absent, absent); // unreadable for root too
        Assert.Throws<IOException>(() => store.Forget(Texts(1).Digest, null));
        Assert.True(File.Exists(damaged));
        File.Delete(absent);
        File.Move(absent + ".aside", absent);
        store.Forget(Texts(1).Digest, null);
        Assert.False(File.Exists(damaged));
        Assert.NotNull(store.Read(Texts(2).Digest)?.Files);

        string Manifest(int number) => Path.Combine(folder.FullName, "configurations", Texts(number).Digest + ".manifest");
    }

    [Fact]
    public void WithoutTheKey_NothingOpens()
    {
        Store().Keep(Texts(1));
        var other = new ConfigurationStore(Path.Combine(folder.FullName, "configurations"), KeyRing.CreateInMemory(TimeProvider.System), time);
        Assert.Throws<InvalidDataException>(() => other.Read(Texts(1).Digest));
        Assert.False(other.Has(Texts(1).Digest));
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

    // Whoever deletes a record durably relies on it: an entry that comes back undoes another one.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ADeletionThatMayNotBeOnTheDisk_IsAFault(bool isSynced)
    {
        var sealedFolder = new SealedFolder(Path.Combine(folder.FullName, "sealed"), keys) { Sync = _ => isSynced };
        sealedFolder.DeleteDurably("a"); // there is no folder yet
        sealedFolder.Write("a", [1]);
        var fault = Record.Exception(() => sealedFolder.DeleteDurably("a"));
        Assert.Equal(isSynced, fault is null);
        Assert.Equal(!isSynced, fault is IOException && fault.Message.Contains("could not be brought to the disk", StringComparison.Ordinal));
        Assert.Null(sealedFolder.Read("a", 1));
    }

    // The record of a change, or of an erasure that is not completed, is written before what it is about is done.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ARecordThatMayNotBeOnTheDisk_IsAFault_AndIsThere(bool isSynced)
    {
        var synced = new List<string>();
        var path = Path.Combine(folder.FullName, "configurations");
        var store = new ConfigurationStore(path, keys, time, one =>
        {
            synced.Add(one);
            return isSynced || one != path;
        });
        Assert.Equal(isSynced, Record.Exception(() => store.Change.Begin(new PendingChange([("digest", "")]))) is null);
        Assert.Equal(isSynced, Record.Exception(() => store.Erasures.SetUnsearched(isSo: true)) is not NotOnDiskException);
        Assert.NotNull(store.Change.Read());
        Assert.True(store.Erasures.HasUnsearched);
        if (isSynced) Assert.Equal([path, folder.FullName, path, folder.FullName], synced); // the folder is new
        store.Keep(Texts(1)); // believed by its digest, so a loss of power only takes a text away
    }

    [Fact]
    public void WhetherAFolderIsOnTheDisk_IsAsked()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the system is asked on Linux only");
        var sync = new SealedFolder(folder.FullName, keys).Sync;
        Assert.Equal((true, false), (sync(folder.FullName), sync(Path.Combine(folder.FullName, "none"))));
        Assert.True(sync("/proc")); // a file system that has nothing to bring there
    }

    private static ConfigurationTexts Texts(int number) => new([new SnapshotFile(SnapshotPart.Main, "/m", Bytes(number, 8))]);

    private static byte[] Bytes(int number, int length)
    {
        var bytes = new byte[length];
        BitConverter.TryWriteBytes(bytes, number);
        return bytes;
    }

    private static Dictionary<string, byte[]> Copy(string path) => Directory.GetFiles(path).ToDictionary(file => file, File.ReadAllBytes);

    private ConfigurationStore Store() => new(Path.Combine(folder.FullName, "configurations"), keys, time);
}
