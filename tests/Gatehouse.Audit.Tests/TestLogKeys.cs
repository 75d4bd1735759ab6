using System.Security.Cryptography;
using Gatehouse.Audit.Log;
using Gatehouse.Audit.Tree;
using Gatehouse.Audit.Tree.Notes;

namespace Gatehouse.Audit.Tests;

/// <summary>Keys of logs in memory. They outlive the log, as files do.</summary>
internal sealed class TestLogKeys : ILogKeys
{
    private readonly Dictionary<string, byte[]> keys = [];
    private readonly Dictionary<string, (long Size, TreeHash Root)> published = [];
    private readonly Dictionary<string, int> numbers = [];
    private readonly Dictionary<string, LossRecord> losses = [];
    private int made;
    private Func<string, NoteSigner>? added;

    /// <summary>Public keys, in the order in which logs began.</summary>
    public List<NoteKey> Public { get; } = [];

    public string NewOrigin() => $"log.example/{++made}";

    public IReadOnlyList<NoteSigner> Create(string origin)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        keys[origin] = key.ExportPkcs8PrivateKey();
        var signers = Open(origin)!;
        Assert.True(NoteKey.TryParse(signers[0].Key.ToString(), out var shown, out _));
        Public.Add(shown);
        return signers;
    }

    public IReadOnlyList<NoteSigner>? Open(string origin)
    {
        if (!keys.TryGetValue(origin, out var pkcs8)) return null;
        var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(pkcs8, out _);
        return added is null ? [NoteSigner.Ecdsa(origin, key)] : [NoteSigner.Ecdsa(origin, key), added(origin)];
    }

    public void StorePublished(string origin, long size, TreeHash root) => published[origin] = (size, root);

    public (long Size, TreeHash Root)? Published(string origin) => published.TryGetValue(origin, out var last) ? last : null;

    public void StoreLosses(string origin, LossRecord? lost)
    {
        if (lost is { } known) losses[origin] = known;
        else losses.Remove(origin);
    }

    public LossRecord? Losses(string origin) => losses.TryGetValue(origin, out var known) ? known : null;

    public void Remember(string origin, int number) => numbers[origin] = number;

    public IReadOnlyList<RecordedLog> Others(IReadOnlyCollection<string> origins) =>
        [.. published.Where(one => one.Value.Size > 0 && !origins.Contains(one.Key))
            .Select(one => numbers.TryGetValue(one.Key, out var number) ? new RecordedLog(one.Key, number, one.Value.Size, one.Value.Root)
                : new RecordedLog(null, 0, 0, default))];

    public RecordedLog? Recorded(string origin)
    {
        if (!keys.ContainsKey(origin) && !published.ContainsKey(origin) && !numbers.ContainsKey(origin)) return null;
        if (!numbers.TryGetValue(origin, out var number)) return new RecordedLog(null, 0, 0, default);
        return new RecordedLog(origin, number, Published(origin)?.Size ?? 0, Published(origin)?.Root ?? default);
    }

    /// <summary>Keys and records are lost.</summary>
    public void LoseAll()
    {
        keys.Clear();
        published.Clear();
        numbers.Clear();
    }

    /// <summary>The records do not name the logs, as those of earlier builds.</summary>
    public void ForgetNames() => numbers.Clear();

    /// <summary>The logs have one more key from now on, as where the system learned its algorithm.</summary>
    public void Add(Func<string, NoteSigner> signer) => added = signer;

    /// <summary>The private keys are lost.</summary>
    public void Lose() => keys.Clear();
}
