using Gatehouse.Audit.Log;
using Gatehouse.Audit.Tree;
using Gatehouse.Audit.Tree.Notes;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Storage;

namespace Gatehouse.Gateway.Tests.Recording;

/// <summary>The records beside the keys of audit logs: which logs published entries, and under which names.</summary>
[Trait("Requirement", "AU-02")]
public sealed class SealedLogKeysTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gatehouse-log-keys-");
    private readonly TreeHash root = MerkleTree.Leaf("one"u8);

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void Others_AreTheLogsWithEntries_ThatAreNotNamed()
    {
        var keys = Keys(out _);
        var (first, second, empty) = (Published(keys, 1, 12), Published(keys, 2, 7), Published(keys, 3, 0));
        Assert.Equal([new RecordedLog(second, 2, 7, root)], keys.Others([first]));
        Assert.Empty(keys.Others([first, second]));
        Assert.Equal(2, keys.Others([empty]).Count);
    }

    // Verifiers need the platform's cryptography only (C2SP signed-note, type 0x02). Most witnesses know Ed25519 only (type 0x01).
    [Fact]
    public void KeysOfALog_AreOnP256_AndOnEd25519WhereTheSystemHasIt()
    {
        var keys = Keys(out _);
        var signers = keys.Create(keys.NewOrigin());
        Assert.Equal(NoteSigner.HasEd25519 ? [0x02, 0x01] : [(byte)0x02],
            signers.Select(static one => Convert.FromBase64String(one.Key.ToString().Split('+', 3)[2])[0]));
        foreach (var signer in signers) signer.Dispose();
    }

    // An operator has to find them where a record keeps the highest number.
    [Fact]
    public void RecordOfALog_IsNamedByItsFiles()
    {
        var keys = Keys(out _);
        var origin = Published(keys, 1, 12);
        Published(keys, 2, 7);
        var words = keys.RecordOf(origin).Split(' ');
        Assert.Equal(folder.FullName, words[^1]);
        Assert.Equal([".key", ".log", ".published"], Directory.GetFiles(folder.FullName, words[2]).Select(Path.GetExtension).Order(StringComparer.Ordinal));
    }

    // Records of builds that did not name the log, and records under a key ring that is lost, still say that there was one.
    [Theory]
    [InlineData("no name")]
    [InlineData("damaged name")]
    [InlineData("name of another")]
    [InlineData("other ring")]
    public void RecordThatDoesNotOpen_IsOfALogWithoutAName(string fault)
    {
        var keys = Keys(out _);
        var origin = Published(keys, 1, 12);
        var name = Assert.Single(folder.GetFiles("*.log")).FullName;
        if (fault == "no name") File.Delete(name);
        if (fault == "damaged name") File.WriteAllBytes(name, [1, 2, 3]);
        if (fault == "name of another")
        {
            Published(keys, 2, 7);
            var other = folder.GetFiles("*.log").Single(file => file.FullName != name);
            File.Move(other.FullName, name, overwrite: true);
            File.Delete(other.FullName[..^4] + ".published");
        }

        if (fault == "other ring") keys = Keys(out _);
        Assert.Equal([new RecordedLog(null, 0, 0, default)], keys.Others([]));
        Assert.Empty(keys.Others([origin]));
    }

    // A log of which there is a key or a record is of this gateway, also where they do not open.
    [Theory]
    [InlineData("", true)]
    [InlineData(".log", false)]
    [InlineData(".published", true)]
    [InlineData(".key", true)]
    [InlineData("ring", false)]
    public void Recorded_IsNullOnlyForALogOfWhichNothingIsStored(string lost, bool isNamed)
    {
        var keys = Keys(out _);
        var origin = Published(keys, 3, 12);
        if (lost.StartsWith('.')) Assert.Single(folder.GetFiles("*" + lost)).Delete();
        if (lost == "ring") keys = Keys(out _);
        var size = lost == ".published" ? 0 : 12;
        var expected = isNamed ? new RecordedLog(origin, 3, size, size == 0 ? default : root) : new RecordedLog(null, 0, 0, default);
        Assert.Equal(expected, keys.Recorded(origin));
        Assert.Null(keys.Recorded(keys.NewOrigin()));
        foreach (var file in folder.GetFiles()) file.Delete();
        Assert.Null(keys.Recorded(origin));
    }

    [Fact]
    public void LogThatIsRememberedAgain_HasItsNewNumber()
    {
        var keys = Keys(out _);
        var origin = Published(keys, 1, 12);
        keys.Remember(origin, 2);
        Assert.Equal([new RecordedLog(origin, 2, 12, root)], keys.Others([]));
    }

    // A key of the ring that was replaced is destroyed later. The record must open with those that are left.
    [Fact]
    public void RotationOfTheRing_SealsTheNameAgain()
    {
        var keys = Keys(out var ring);
        var origin = Published(keys, 1, 12);
        var file = Assert.Single(folder.GetFiles("*.log")).FullName;
        var before = File.ReadAllBytes(file);
        keys.Remember(origin, 1);
        Assert.Equal(before, File.ReadAllBytes(file));
        ring.Rotate();
        keys.Remember(origin, 1);
        Assert.NotEqual(KeyRing.KeyIdOf(before), KeyRing.KeyIdOf(File.ReadAllBytes(file)));
    }

    private string Published(SealedLogKeys keys, int number, long size)
    {
        var origin = keys.NewOrigin();
        foreach (var signer in keys.Create(origin)) signer.Dispose();
        keys.Remember(origin, number);
        keys.StorePublished(origin, size, root);
        return origin;
    }

    private SealedLogKeys Keys(out KeyRing ring) => new(ring = KeyRing.CreateInMemory(TimeProvider.System), folder.FullName, "log.example");
}
