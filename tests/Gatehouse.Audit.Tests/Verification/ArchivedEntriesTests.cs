using System.Security.Cryptography;
using Gatehouse.Audit.Tree.Notes;
using Gatehouse.Audit.Verification.Logs;

namespace Gatehouse.Audit.Tests.Verification;

/// <summary>The number of entries that are not in the folder is never the claim of a file that no key signed.</summary>
[Trait("Requirement", "AU-02")]
public sealed class ArchivedEntriesTests : IDisposable
{
    private readonly EvidenceFolder folder = new();
    private readonly NoteSigner signer = NoteSigner.Ecdsa("example.com/audit", ECDsa.Create(ECCurve.NamedCurves.nistP256));

    public void Dispose()
    {
        folder.Dispose();
        signer.Dispose();
    }

    [Fact]
    public void EntriesOfMovedBundles_AreCountedByTheFiles()
    {
        var log = folder.Add(700, 700, signer);
        Assert.Null(Absent());
        log.Journal[0] = 700;
        log.Write(700);
        File.Delete(log.File_("tile/entries/000"));
        Assert.Equal("entries 0 to 255 of log-0001", Absent());
    }

    [Fact]
    public void LogWithoutEntries_HasThoseOfItsSignedCheckpoint()
    {
        var log = WithoutEntries();
        Assert.Equal("entries 0 to 699 of log-0001", Absent());
        File.WriteAllBytes(log.File_("checkpoint"), log.Checkpoint(0).ToBytes());
        Assert.Null(Absent());
    }

    // Threat: a file that any writer of the folder can make says how many entries an erasure or a search has to miss.
    [Theory]
    [InlineData("other size")]
    [InlineData("no key")]
    [InlineData("no checkpoint")]
    public void ClaimThatNoKeySigned_IsNoNumber_AndTheEntriesAreAbsentNevertheless(string fault)
    {
        var log = WithoutEntries();
        if (fault == "no key") File.Delete(log.File_("log.vkeys"));
        else if (fault == "no checkpoint") File.Delete(log.File_("checkpoint"));
        else File.WriteAllText(log.File_("checkpoint"), File.ReadAllText(log.File_("checkpoint")).Replace("\n700\n", "\n1152921504606846976\n", StringComparison.Ordinal));
        Assert.Equal("the entries of log-0001, whose number no signed checkpoint shows,", Absent());
    }

    [Fact]
    public void FileWithTheNameOfALog_EndsNoQuestion()
    {
        File.WriteAllText(Path.Join(folder.Path, "log-0001"), "x");
        Assert.Equal("the entries of log-0001, which is not a folder,", Absent());
    }

    private BuiltLog WithoutEntries()
    {
        var log = folder.Add(700, 700, signer);
        Directory.Delete(log.File_("journal"), recursive: true);
        Directory.Delete(log.File_("tile/entries"), recursive: true);
        return log;
    }

    private string? Absent() => ArchivedEntries.Of(Assert.Single(EvidenceLog.In(folder.Path)));
}
