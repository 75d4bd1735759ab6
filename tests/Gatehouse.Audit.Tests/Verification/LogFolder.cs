using System.Security.Cryptography;
using System.Text;
using Gatehouse.Audit.Tree.Notes;

namespace Gatehouse.Audit.Tests.Verification;

/// <summary>A folder with one log whose entries a test gives as text, for tests of what entries say.</summary>
internal sealed class LogFolder : IDisposable
{
    private readonly EvidenceFolder folder = new();
    private readonly NoteSigner signer = NoteSigner.Ecdsa("log.example/1", ECDsa.Create(ECCurve.NamedCurves.nistP256));

    public string Path => folder.Path;

    /// <summary>Writes a log with its first two entries, <c>log.birth</c> and <c>log.opened</c>, and the given ones behind them.</summary>
    public LogFolder Write(params IEnumerable<string> entries) => Write(entries.Select(Encoding.UTF8.GetBytes));

    public LogFolder Write(IEnumerable<byte[]> entries)
    {
        var log = folder.Add(2, 0, signer);
        log.Entries.AddRange(entries);
        log.Write(log.Entries.Count);
        return this;
    }

    /// <summary>Writes a log of entries that a writer wrote, which begin with its own <c>log.birth</c>.</summary>
    public LogFolder WriteAll(IEnumerable<string> entries)
    {
        var log = folder.Add(0, 0, signer);
        log.Entries.Clear();
        log.Entries.AddRange(entries.Select(Encoding.UTF8.GetBytes));
        log.Write(log.Entries.Count);
        return this;
    }

    public void Dispose()
    {
        folder.Dispose();
        signer.Dispose();
    }
}
