using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Gatehouse.Audit.Log;
using Gatehouse.Audit.Tree;
using Gatehouse.Audit.Tree.Notes;
using Gatehouse.Storage;

namespace Gatehouse.Gateway.Hosting;

/// <summary>
/// The keys of audit logs, in a folder beside the log, each sealed under the key ring to the name of its log. A key that the ring does not open is
/// lost: its log ends, and a new one names it (design rule 11). Beside each key are records of its log: its origin and number (<c>.log</c>), what
/// it published last (<c>.published</c>), and the entries that it lost and could not report yet (<c>.losses</c>).
/// </summary>
/// <param name="ring">The key ring.</param>
/// <param name="folder">The folder of the sealed keys.</param>
/// <param name="authority">Host and port of the gateway's public URL: the beginning of the names of its logs.</param>
internal sealed partial class SealedLogKeys(KeyRing ring, string folder, string authority) : ILogKeys
{
    /// <summary>The purpose that the keys are sealed for.</summary>
    public const string Purpose = "audit-log-key/v1";

    /// <summary>The purpose that the record of what was published last is sealed for.</summary>
    public const string StatePurpose = "audit-log-published/v1";

    /// <summary>The purpose that the name of a log is sealed for.</summary>
    public const string NamePurpose = "audit-log-name/v1";

    /// <summary>The purpose that the record of losses is sealed for.</summary>
    public const string LossesPurpose = "audit-log-losses/v1";

    private const string PublishedSuffix = ".published";
    private const int FormatVersion = 1;
    private const int MostBytes = 4096;

    /// <inheritdoc />
    public string NewOrigin() => $"{authority}/audit/{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}";

    /// <inheritdoc />
    public IReadOnlyList<NoteSigner> Create(string origin)
    {
        using var p256 = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var pkcs8 = p256.ExportPkcs8PrivateKey();
        var seed = RandomNumberGenerator.GetBytes(32);
        try
        {
            Store(origin, pkcs8, seed);
            return Signers(origin, pkcs8, seed);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pkcs8);
            CryptographicOperations.ZeroMemory(seed);
        }
    }

    /// <inheritdoc />
    public IReadOnlyList<NoteSigner>? Open(string origin)
    {
        if (Unsealed(FileOf(origin), Purpose, origin, out var isNewest) is not { } plain) return null;
        try
        {
            return Signers(origin, plain, isNewest);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
        }
    }

    /// <inheritdoc />
    public void StorePublished(string origin, long size, TreeHash root)
    {
        var plain = JsonSerializer.SerializeToUtf8Bytes(
            new StateRecord(FormatVersion, size, root.ToString()), RecordJson.Default.StateRecord);
        using var place = new LogFolder(folder);
        place.Put(StateOf(origin), ring.Seal(StatePurpose, Encoding.UTF8.GetBytes(origin), plain), isDurable: true);
    }

    /// <inheritdoc />
    public (long Size, TreeHash Root)? Published(string origin)
    {
        if (Unsealed(StateOf(origin), StatePurpose, origin, out _) is not { } plain) return null;
        using var json = JsonDocument.Parse(plain);
        RequireKnown(json.RootElement, origin);
        return TreeHash.TryParse(json.RootElement.GetProperty("root").GetString()!, out var root)
            ? (json.RootElement.GetProperty("size").GetInt64(), root) : null;
    }

    /// <inheritdoc />
    public void StoreLosses(string origin, LossRecord? losses)
    {
        using var place = new LogFolder(folder);
        if (losses is not { } known)
        {
            place.Delete(LossesOf(origin));
            return;
        }

        var plain = JsonSerializer.SerializeToUtf8Bytes(new LossesRecord(FormatVersion, known.Entries, known.Since), RecordJson.Default.LossesRecord);
        place.Put(LossesOf(origin), ring.Seal(LossesPurpose, Encoding.UTF8.GetBytes(origin), plain), isDurable: true);
    }

    /// <inheritdoc />
    public LossRecord? Losses(string origin)
    {
        if (Unsealed(LossesOf(origin), LossesPurpose, origin, out _) is not { } plain) return null;
        using var json = JsonDocument.Parse(plain);
        RequireKnown(json.RootElement, origin);
        return new LossRecord(json.RootElement.GetProperty("entries").GetInt64(), json.RootElement.GetProperty("since").GetDateTimeOffset());
    }

    /// <inheritdoc />
    public void Remember(string origin, int number)
    {
        var file = NameOf(origin);
        if (Named(file, out var isNewest) is { } known && known == (origin, number) && isNewest) return;
        var plain = JsonSerializer.SerializeToUtf8Bytes(new NameRecord(FormatVersion, origin, number), RecordJson.Default.NameRecord);
        using var place = new LogFolder(folder);
        place.Put(NameFileOf(file), ring.Seal(NamePurpose, Encoding.UTF8.GetBytes(file), plain), isDurable: true);
    }

    /// <inheritdoc />
    public IReadOnlyList<RecordedLog> Others(IReadOnlyCollection<string> origins)
    {
        var known = origins.Select(NameOf).ToHashSet(StringComparer.Ordinal);
        using var place = new LogFolder(folder);
        return [.. place.Files("").Where(static file => file.Name.EndsWith(PublishedSuffix, StringComparison.Ordinal))
            .Select(static file => file.Name[..^PublishedSuffix.Length]).Where(file => !known.Contains(file))
            .Select(WithEntries).OfType<RecordedLog>()];
    }

    /// <inheritdoc />
    public string RecordOf(string origin) => $"the files {NameOf(origin)}.* in {folder}";

    /// <inheritdoc />
    public RecordedLog? Recorded(string origin)
    {
        using var place = new LogFolder(folder);
        var file = NameOf(origin);
        string[] own = [FileOf(origin), StateOf(origin), NameFileOf(file)];
        if (!place.Files("").Any(stored => own.Contains(stored.Name, StringComparer.Ordinal))) return null;
        if (Named(file, out _) is not var (_, number)) return new RecordedLog(null, 0, 0, default);
        var last = Published(origin);
        return new RecordedLog(origin, number, last?.Size ?? 0, last?.Root ?? default);
    }

    // A record that does not open may be of a log with entries, and counts as one (design rule 11). Null for a log that has none.
    private RecordedLog? WithEntries(string file)
    {
        if (Named(file, out _) is not var (origin, number) || Published(origin) is not { } last) return new RecordedLog(null, 0, 0, default);
        return last.Size > 0 ? new RecordedLog(origin, number, last.Size, last.Root) : null;
    }

    // Sealed to the name of the file, because who looks for logs that are gone does not know their origins.
    private (string Origin, int Number)? Named(string file, out bool isNewest)
    {
        if (Unsealed(NameFileOf(file), NamePurpose, file, out isNewest) is not { } plain) return null;
        using var json = JsonDocument.Parse(plain);
        RequireKnown(json.RootElement, file);
        return (json.RootElement.GetProperty("origin").GetString()!, json.RootElement.GetProperty("number").GetInt32());
    }

    private static void RequireKnown(JsonElement record, string log)
    {
        if (record.GetProperty("v").GetInt32() > FormatVersion)
            throw new IOException($"the record of the audit log {log} was written by a newer version of Gatehouse; start that version");
    }

    private static IReadOnlyList<NoteSigner> Signers(string origin, ReadOnlySpan<byte> pkcs8, ReadOnlySpan<byte> seed)
    {
        var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(pkcs8, out _);
        var p256 = NoteSigner.Ecdsa(origin, key);
        return NoteSigner.HasEd25519 ? [p256, NoteSigner.WithEd25519(origin, seed)] : [p256];
    }

    private static string FileOf(string origin) => $"{NameOf(origin)}.key";

    private static string StateOf(string origin) => $"{NameOf(origin)}{PublishedSuffix}";

    private static string LossesOf(string origin) => $"{NameOf(origin)}.losses";

    private static string NameFileOf(string file) => $"{file}.log";

    private static string NameOf(string origin) => Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(origin)));

    private byte[]? Unsealed(string name, string purpose, string context, out bool isNewest)
    {
        isNewest = false;
        using var place = new LogFolder(folder);
        using var file = place.Open(name);
        if (file is null || file.Length > MostBytes) return null;
        var box = new byte[file.Length];
        if (file.Read(0, box) != box.Length || !ring.TryOpen(purpose, Encoding.UTF8.GetBytes(context), box, out var plain)) return null;
        isNewest = KeyRing.KeyIdOf(box) == ring.NewestId;
        return plain;
    }

    private IReadOnlyList<NoteSigner> Signers(string origin, byte[] plain, bool isSealedUnderNewest)
    {
        using var json = JsonDocument.Parse(plain);
        if (json.RootElement.GetProperty("v").GetInt32() > FormatVersion)
            throw new IOException($"the key of the audit log {origin} was written by a newer version of Gatehouse; start that version");
        var (pkcs8, seed) = (json.RootElement.GetProperty("p256").GetBytesFromBase64(), json.RootElement.GetProperty("ed25519").GetBytesFromBase64());
        try
        {
            if (!isSealedUnderNewest) Store(origin, pkcs8, seed); // the ring was rotated
            return Signers(origin, pkcs8, seed);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pkcs8);
            CryptographicOperations.ZeroMemory(seed);
        }
    }

    private void Store(string origin, byte[] pkcs8, byte[] seed)
    {
        var plain = JsonSerializer.SerializeToUtf8Bytes(new KeyRecord(FormatVersion, pkcs8, seed), RecordJson.Default.KeyRecord);
        using var place = new LogFolder(folder);
        place.Put(FileOf(origin), ring.Seal(Purpose, Encoding.UTF8.GetBytes(origin), plain), isDurable: true);
        CryptographicOperations.ZeroMemory(plain);
    }

    private sealed record KeyRecord(int V, byte[] P256, byte[] Ed25519);

    private sealed record StateRecord(int V, long Size, string Root);

    private sealed record NameRecord(int V, string Origin, int Number);

    private sealed record LossesRecord(int V, long Entries, DateTimeOffset Since);

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
    [JsonSerializable(typeof(KeyRecord))]
    [JsonSerializable(typeof(StateRecord))]
    [JsonSerializable(typeof(NameRecord))]
    [JsonSerializable(typeof(LossesRecord))]
    private sealed partial class RecordJson : JsonSerializerContext;
}
