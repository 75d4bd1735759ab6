using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Gatehouse.Audit.Log;
using Gatehouse.Audit.Tree.Notes;

namespace Gatehouse.Audit.Witness;

/// <summary>
/// The name, operator and keys of a witness. Its key on P-256 can be verified everywhere. The one with Ed25519 exists where the system's libcrypto
/// has it. The key file is readable by its owner only and is not sealed: a witness has no other secret to seal it with.
/// </summary>
public sealed partial class WitnessIdentity : IDisposable
{
    /// <summary>The file of the public keys: a line for each, with the operator behind it.</summary>
    public const string PublicFile = "witness.vkeys";

    /// <summary>The remedy where there is no witness.</summary>
    internal const string OfNoWitness = "compare the folder of --state, or make a witness with: gatehouse witness init";

    private const string KeyFile = "witness.json";
    private const int FormatVersion = 1;
    private const int MostBytes = 8 << 10;
    private const int SeedBytes = 32;

    private WitnessIdentity(string name, string operatorName, IReadOnlyList<Cosigner> cosigners) =>
        (Name, Operator, Cosigners) = (name, operatorName, cosigners);

    /// <summary>The name of the witness in its cosignatures.</summary>
    public string Name { get; }

    /// <summary>The person or organization that runs the witness, in words.</summary>
    public string Operator { get; }

    /// <summary>The public keys, each as a line with the operator behind it: the form that <c>verify --cosigner</c> reads.</summary>
    public IReadOnlyList<string> Lines => [.. Cosigners.Select(cosigner => $"{cosigner.Key} {Operator}")];

    internal IReadOnlyList<Cosigner> Cosigners { get; }

    /// <summary>Makes the keys of a new witness and stores them.</summary>
    /// <param name="folder">The folder of the witness.</param>
    /// <param name="name">The name. A URL without its scheme is recommended (C2SP tlog-cosignature, "Format").</param>
    /// <param name="operatorName">The operator, in words.</param>
    /// <exception cref="ArgumentException">The name or the words cannot be used.</exception>
    /// <exception cref="WitnessRefusalException">The folder has a witness already.</exception>
    /// <exception cref="IOException">The keys cannot be stored.</exception>
    public static WitnessIdentity Create(ILogFolder folder, string name, string operatorName)
    {
        ArgumentNullException.ThrowIfNull(folder);
        if (!NoteKey.IsName(name))
            throw new ArgumentException("The name of a witness is not empty, and has no space and no plus sign.", nameof(name));
        if (!WitnessKey.IsOperator(operatorName))
            throw new ArgumentException("The operator is one line of words, at most 200 characters.", nameof(operatorName));
        if (folder.Files("").Any(file => file.Name == KeyFile)) throw new WitnessRefusalException("the folder has a witness already; its keys are kept", "see it with: gatehouse witness show; or give another folder with --state, for another witness");
        using var p256 = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var pkcs8 = p256.ExportPkcs8PrivateKey();
        var seed = RandomNumberGenerator.GetBytes(SeedBytes);
        var plain = JsonSerializer.SerializeToUtf8Bytes(
            new KeyRecord(FormatVersion, name, operatorName, pkcs8, seed), RecordJson.Default.KeyRecord);
        try
        {
            var identity = new WitnessIdentity(name, operatorName, Keys(name, pkcs8, seed));
            folder.Put(KeyFile, plain, isDurable: true);
            folder.Put(PublicFile, Encoding.UTF8.GetBytes(string.Concat(identity.Lines.Select(line => line + "\n"))), isDurable: true);
            return identity;
        }
        finally
        {
            Destroy(pkcs8, seed, plain);
        }
    }

    /// <summary>Returns whether a folder has a witness. Nothing is made or changed.</summary>
    internal static bool IsIn(string directory) => File.Exists(Path.Join(directory, KeyFile));

    /// <summary>Reads the keys of a witness.</summary>
    /// <exception cref="IOException">The folder has no witness, or its keys cannot be read.</exception>
    public static WitnessIdentity Open(ILogFolder folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        using var file = folder.Open(KeyFile) ?? throw new IOException("the folder has no witness; make one with 'gatehouse witness init'");
        if (file.Length > MostBytes) throw new IOException($"{KeyFile} is damaged: it is too long");
        var plain = new byte[file.Length];
        if (file.Read(0, plain) != plain.Length) throw new IOException($"{KeyFile} cannot be read whole");
        try
        {
            return Read(plain);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or FormatException or InvalidOperationException
            or CryptographicException or ArgumentException)
        {
            throw new IOException($"{KeyFile} is damaged; restore it from a copy, or make another witness", e);
        }
        finally
        {
            Destroy(plain);
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var cosigner in Cosigners) cosigner.Dispose();
    }

    private static WitnessIdentity Read(byte[] plain)
    {
        using var json = JsonDocument.Parse(plain);
        var root = json.RootElement;
        if (root.GetProperty("v").GetInt32() > FormatVersion)
            throw new IOException($"{KeyFile} was written by a newer version of Gatehouse; start that version");
        var (pkcs8, seed) = (root.GetProperty("p256").GetBytesFromBase64(), root.GetProperty("ed25519").GetBytesFromBase64());
        try
        {
            var name = root.GetProperty("name").GetString()!;
            return new WitnessIdentity(name, root.GetProperty("operator").GetString()!, Keys(name, pkcs8, seed));
        }
        finally
        {
            Destroy(pkcs8, seed);
        }
    }

    private static IReadOnlyList<Cosigner> Keys(string name, byte[] pkcs8, byte[] seed)
    {
        var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(pkcs8, out _);
        var p256 = Cosigner.Ecdsa(name, key);
        return NoteSigner.HasEd25519 ? [p256, Cosigner.WithEd25519(name, seed)] : [p256];
    }

    private static void Destroy(params ReadOnlySpan<byte[]> secrets)
    {
        foreach (var secret in secrets) CryptographicOperations.ZeroMemory(secret);
    }

    private sealed record KeyRecord(int V, string Name, string Operator, byte[] P256, byte[] Ed25519);

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
    [JsonSerializable(typeof(KeyRecord))]
    private sealed partial class RecordJson : JsonSerializerContext;
}
