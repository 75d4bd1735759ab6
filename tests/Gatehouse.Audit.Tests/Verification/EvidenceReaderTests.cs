using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Gatehouse.Audit.Tree;
using Gatehouse.Audit.Tree.Notes;
using Gatehouse.Audit.Verification;
using Gatehouse.Audit.Verification.Logs;

namespace Gatehouse.Audit.Tests.Verification;

/// <summary>Entries of evidence logs are read back in their order, with their places, from bundles and journal.</summary>
public sealed class EvidenceReaderTests : IDisposable
{
    private readonly EvidenceFolder folder = new();
    private readonly NoteSigner signer = NoteSigner.Ecdsa("example.com/audit", ECDsa.Create(ECCurve.NamedCurves.nistP256));

    public void Dispose()
    {
        folder.Dispose();
        signer.Dispose();
    }

    [Theory]
    [InlineData(3, 0)]
    [InlineData(3, 3)]
    [InlineData(300, 256)]
    [InlineData(300, 290)]
    [InlineData(1030, 1025)]
    public void EveryEntry_IsReadOnce_WithItsPlace(int entries, int size)
    {
        var log = folder.Add(entries, size, signer);
        using var snapshot = Assert.Single(EvidenceLog.In(folder.Path)).Open();
        var next = 0;
        foreach (var entry in snapshot.Entries())
        {
            Assert.Equal((log.Name, next, next >= size), (entry.Log, entry.Index, entry.IsPending));
            Assert.Equal(log.Entries[next], entry.Bytes.ToArray());
            var file = File.ReadAllBytes(log.File_(entry.File));
            Assert.Equal(log.Entries[next++], file[(int)entry.Offset..(int)(entry.Offset + entry.Bytes.Length)]);
        }

        Assert.Equal(entries, next);
        foreach (var from in (int[])[1, entries / 2, entries - 1, entries])
            Assert.Equal(Enumerable.Range(from, entries - from).Select(index => (long)index), snapshot.Entries(from).Select(entry => entry.Index));
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData(null)]
    public void WithoutACheckpoint_TheBundlesThatAreThereAreRead(string? checkpoint)
    {
        var log = folder.Add(1300, 1290, signer);
        log.Journal[0] = 1280;
        log.Write(1290);
        if (checkpoint is null) File.Delete(log.File_("checkpoint"));
        else File.WriteAllText(log.File_("checkpoint"), checkpoint);
        File.Delete(log.File_("tile/entries/000"));
        File.Delete(log.File_("tile/entries/002"));
        // Names that are no bundles' cost no walk up to their numbers.
        foreach (var name in (string[])["x999/x999/x999/x999/x999/999", "x000/001", "1", "x12/345"])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(log.File_("tile/entries/" + name))!);
            File.WriteAllText(log.File_("tile/entries/" + name), "");
        }

        using var snapshot = Assert.Single(EvidenceLog.In(folder.Path)).Open();
        var expected = Enumerable.Range(256, 256).Concat(Enumerable.Range(768, 532)).Select(index => (long)index).ToList();
        Assert.Equal(expected, snapshot.Entries().Select(entry => entry.Index));
        Assert.Equal(expected.Where(index => index >= 900), snapshot.Entries(900).Select(entry => entry.Index));
        Assert.All(snapshot.Entries(), entry => Assert.Equal(entry.Index >= 1280, entry.IsPending));
    }

    [Fact]
    public void SegmentsOfTheJournal_CountUpToTheFirstLeafOfTheNext()
    {
        var log = folder.Add(20, 6, signer);
        log.Journal.AddRange([9, 15]);
        log.Write(6);
        // A commit that failed left a frame behind, and its index was given again.
        var left = BuiltLog.Entry(10, new JsonObject { ["act"] = "lost" });
        var prefix = new byte[JournalFormat.FrameBytes];
        JournalFormat.WritePrefix(prefix, left);
        var first = File.ReadAllBytes(log.JournalFile(0));
        File.WriteAllBytes(log.JournalFile(0), [.. first[..^5000], .. prefix, .. left]);
        Assert.Equal(log.Entries.Select(Encoding.UTF8.GetString), AuditLogReader.Read(folder.Path).Select(entry => entry.GetRawText()));
    }

    [Fact]
    public void PartialBundleThatWasReplaced_IsReadFromAWiderOne()
    {
        var log = folder.Add(300, 270, signer);
        Directory.Move(log.File_("tile/entries/001.p/14"), log.File_("kept"));
        var older = File.ReadAllBytes(log.File_("checkpoint"));
        log.Write(280);
        File.WriteAllBytes(log.File_("checkpoint"), older);
        Assert.Equal(300, AuditLogReader.Read(folder.Path).Count());
        log.Append(new JsonObject { ["act"] = "more" });
        while (log.Entries.Count < 520) log.Append(new JsonObject { ["act"] = "more" });
        log.Write(515);
        File.WriteAllBytes(log.File_("checkpoint"), older);
        Assert.Equal(520, AuditLogReader.Read(folder.Path).Count());
        Assert.Equal(250, AuditLogReader.Read(folder.Path).Count(entry => entry.GetProperty("seq").GetInt32() > 270));
    }

    [Fact]
    public void LogsAreReadInTheirOrder()
    {
        folder.Add(4, 4, signer);
        folder.Add(5, 3, signer);
        Assert.Equal([1, 2, 3, 4, 1, 2, 3, 4, 5], AuditLogReader.Read(folder.Path).Select(entry => entry.GetProperty("seq").GetInt32()));
    }

    [Fact]
    public void KeptRequest_IsPutBack_UnlessItsFileIsAnother()
    {
        var log = folder.Add(3, 0, signer);
        var name = log.Keep("c2VhbGVk");
        log.Append(new JsonObject { ["kept"] = "message", ["keptBytes"] = 3, ["payload"] = name }, "begun");
        log.Append(new JsonObject { ["payload"] = "sha256:none" }, "begun");
        log.Write(5);
        var read = AuditLogReader.Read(folder.Path).ToList();
        Assert.Equal(("c2VhbGVk", name), (read[3].GetProperty("sealed").GetString(), read[3].GetProperty("payload").GetString()));
        Assert.False(read[4].TryGetProperty("sealed", out _));
        File.WriteAllText(log.File_($"payloads/{name[7..9]}/{name[7..]}"), "b3RoZXI=");
        Assert.False(AuditLogReader.Read(folder.Path).ElementAt(3).TryGetProperty("sealed", out _));
    }

    [Fact]
    public void ArchivedBundles_ArePassedOver()
    {
        var log = folder.Add(600, 590, signer);
        File.Delete(log.File_("tile/entries/000"));
        log.Journal[0] = 512;
        log.Write(590);
        File.Delete(log.File_("tile/entries/000"));
        Assert.Equal(344, AuditLogReader.Read(folder.Path).Count());
    }

    [Fact]
    public void LogThatIsALink_IsNotRead_AndNeitherIsOneOfItsFolders()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "links");
        var log = folder.Add(300, 290, signer);
        Directory.Move(log.File_("tile"), log.File_("elsewhere"));
        Directory.CreateSymbolicLink(log.File_("tile"), log.File_("elsewhere"));
        File.Delete(log.JournalFile(0));
        Assert.Empty(AuditLogReader.Read(folder.Path));
        Directory.Move(log.Path, Path.Join(folder.Path, "moved"));
        Directory.CreateSymbolicLink(log.Path, Path.Join(folder.Path, "moved"));
        Assert.Empty(AuditLogReader.Read(folder.Path));
        var named = EvidenceLog.In(folder.Path).Select(ArchivedEntries.Of);
        Assert.Equal(["the entries of log-0001, which is a link or a file and was not read,"], named);
    }

    [Fact]
    public void VersionThatIsNotRead_IsRefusedWithItsPlace()
    {
        var log = folder.Add(3, 2, signer);
        log.Append(new JsonObject { ["act"] = "a" }, "control", AuditEntry.ModelVersion + 2);
        log.Write(3);
        var refused = Assert.Throws<AuditVersionException>(() => AuditLogReader.Read(folder.Path).ToList());
        Assert.Contains("log-0001, entry 3", refused.Message, StringComparison.Ordinal);
    }
}
