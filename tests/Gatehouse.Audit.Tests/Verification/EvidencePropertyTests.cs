using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Gatehouse.Audit.Tree;
using Gatehouse.Audit.Tree.Notes;
using Gatehouse.Audit.Verification;

namespace Gatehouse.Audit.Tests.Verification;

/// <summary>Nothing can be changed in a log unseen, and no file makes a reader fail in another way than it says.</summary>
public sealed class EvidencePropertyTests : IDisposable
{
    private const int Seed = 20261122;
    private const int Size = 600;

    private readonly EvidenceFolder folder = new();
    private readonly NoteSigner signer = NoteSigner.Ecdsa("example.com/audit", ECDsa.Create(ECCurve.NamedCurves.nistP256));

    public void Dispose()
    {
        folder.Dispose();
        signer.Dispose();
    }

    // Bytes that nothing vouches for are those of the journal behind the checkpoint: a change there shows as an end within a frame.
    [Fact]
    public void AnyByteThatIsChanged_IsFound()
    {
        var log = folder.Add(610, Size, signer);
        log.Journal.AddRange([590, 605]);
        log.Write(Size);
        var name = log.Keep("payload");
        log.Entries[607] = BuiltLog.Entry(608, new JsonObject { ["act"] = "kept", ["payload"] = name });
        log.Write(Size);
        var outside = log.Checkpoint(400).ToBytes();
        Assert.True(Verify(outside).IsVouched);
        var random = new Random(Seed);
        foreach (var file in Directory.GetFiles(log.Path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var bytes = File.ReadAllBytes(file);
            var isJournal = file.EndsWith(".journal", StringComparison.Ordinal);
            var length = isJournal ? Array.FindLastIndex(bytes, b => b != 0) + 1 : bytes.Length;
            foreach (var offset in Enumerable.Range(0, 40).Select(_ => random.Next(length)).Append(0).Append(length - 1).Distinct())
            {
                var changed = (byte[])bytes.Clone();
                changed[offset] ^= (byte)(1 << random.Next(8));
                File.WriteAllBytes(file, changed);
                var report = Verify(outside);
                Assert.True(report.Findings.Count > 0 || (isJournal && report.Logs[0].TornBytes > 0), $"seed {Seed}: byte {offset} of {file}");
                Assert.False(report.IsVouched && !isJournal);
            }

            File.WriteAllBytes(file, bytes);
        }

        Assert.True(Verify(outside).IsVouched);
    }

    [Fact]
    public void AnyEntriesThatAreDroppedSwappedOrInserted_AreFound()
    {
        var log = folder.Add(Size, Size, signer);
        var original = log.Entries.ToList();
        var checkpoint = File.ReadAllBytes(log.File_("checkpoint"));
        var random = new Random(Seed);
        for (var round = 0; round < 60; round++)
        {
            log.Entries.Clear();
            log.Entries.AddRange(original);
            var at = random.Next(Size);
            switch (round % 3)
            {
                case 0:
                    log.Entries.RemoveAt(at);
                    break;
                case 1:
                    var other = (at + 1 + random.Next(Size - 1)) % Size;
                    (log.Entries[at], log.Entries[other]) = (log.Entries[other], log.Entries[at]);
                    break;
                default:
                    log.Entries.Insert(at, original[random.Next(Size)]);
                    break;
            }

            // All files are written again, but not the signature: that takes the key.
            log.Write(log.Entries.Count < Size ? log.Entries.Count : Size);
            File.WriteAllBytes(log.File_("checkpoint"), checkpoint);
            Assert.NotEmpty(Verify(null).Findings);
        }
    }

    [Fact]
    public void Rubbish_EndsInFindings_AndInNoOtherWay()
    {
        var log = folder.Add(300, 290, signer);
        var random = new Random(Seed);
        foreach (var file in Directory.GetFiles(log.Path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var bytes = File.ReadAllBytes(file);
            for (var round = 0; round < 12; round++)
            {
                var rubbish = (round % 4) switch
                {
                    0 => RandomNumberGenerator.GetBytes(random.Next(3000)),
                    1 => bytes[..random.Next(bytes.Length)],
                    2 => [.. bytes, .. RandomNumberGenerator.GetBytes(1 + random.Next(100))],
                    _ => Repeated("{\"v\":2"u8, 20_000),
                };
                File.WriteAllBytes(file, rubbish);
                var report = Verify(null);
                var isSeen = report.Findings.Count > 0 || report.Logs[0].TornBytes > 0;
                Assert.True(isSeen || IsCutBehindAFrame(log, file, rubbish, report.Logs[0].Pending), $"seed {Seed}: round {round} of {file}");
                _ = AuditLogReader.Read(folder.Path).Count();
            }

            File.WriteAllBytes(file, bytes);
        }
    }

    [Theory]
    [InlineData("checkpoint")]
    [InlineData("log.vkeys")]
    [InlineData("tile/0/000")]
    [InlineData("tile/entries/000")]
    [InlineData("journal/0000000001.journal")]
    public async Task PipeInPlaceOfAFile_IsFound_AndNotOpened(string file)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "pipes");
        var log = folder.Add(300, 290, signer);
        File.Delete(log.File_(file));
        using (var made = System.Diagnostics.Process.Start("mkfifo", [log.File_(file)])) await made.WaitForExitAsync(TestContext.Current.CancellationToken);
        var report = await Task.Run(() => Verify(null), TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromMinutes(2),
            TestContext.Current.CancellationToken);
        Assert.Contains(report.Findings, finding => finding.Kind == AuditFindingKind.NotAFile && finding.File == log.File_(file));
    }

    // A journal that ends behind a whole frame is one that was written no further: its last entries can be cut unseen, and are not counted.
    private static bool IsCutBehindAFrame(BuiltLog log, string file, byte[] bytes, long pending)
    {
        if (!file.EndsWith(".journal", StringComparison.Ordinal)) return false;
        if (bytes.Length == 0) return pending == 0;
        if (!bytes.AsSpan().StartsWith(JournalFormat.Header(0))) return false;
        var (whole, end) = (0, JournalFormat.HeaderBytes);
        var frames = log.Entries.Select(static entry => JournalFormat.FrameBytes + entry.Length);
        foreach (var next in frames.TakeWhile(next => end + next <= bytes.Length))
            (whole, end) = (whole + 1, end + next);
        return !bytes.AsSpan(end).ContainsAnyExcept((byte)0) && pending == Math.Max(0, whole - log.Size);
    }

    private static byte[] Repeated(ReadOnlySpan<byte> text, int length)
    {
        var bytes = new byte[length];
        for (var at = 0; at < length; at++) bytes[at] = text[at % text.Length];
        return bytes;
    }

    private AuditLogReport Verify(byte[]? outside) => AuditLogVerifier.Verify(folder.Path, new VerificationRequest
    {
        Keys = [signer.Key],
        Outside = outside is null ? [] : [new OutsideCheckpoint("kept", outside)],
    });
}
