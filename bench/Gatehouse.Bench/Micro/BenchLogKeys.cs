using System.Security.Cryptography;
using Gatehouse.Audit.Log;
using Gatehouse.Audit.Tree;
using Gatehouse.Audit.Tree.Notes;

namespace Gatehouse.Bench.Micro;

/// <summary>Keys of a log that lasts as long as the measurement.</summary>
internal sealed class BenchLogKeys : ILogKeys
{
    public string NewOrigin() => "bench.example/log";

    public IReadOnlyList<NoteSigner> Create(string origin) => [NoteSigner.Ecdsa(origin, ECDsa.Create(ECCurve.NamedCurves.nistP256))];

    public IReadOnlyList<NoteSigner>? Open(string origin) => null;

    public void StorePublished(string origin, long size, TreeHash root)
    {
    }

    public (long Size, TreeHash Root)? Published(string origin) => null;

    public void StoreLosses(string origin, LossRecord? losses)
    {
    }

    public LossRecord? Losses(string origin) => null;

    public void Remember(string origin, int number)
    {
    }

    public IReadOnlyList<RecordedLog> Others(IReadOnlyCollection<string> origins) => [];

    public RecordedLog? Recorded(string origin) => null;
}
