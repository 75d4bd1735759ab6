using System.Buffers;
using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using Gatehouse.Identity.Issuers;

namespace Gatehouse.AuthorizationServer.Signing;

/// <summary>The signing keys that are published at a moment, in the order in which they sign. Immutable.</summary>
internal sealed class LiveKeys
{
    private LiveKeys(ImmutableArray<SigningKeyRecord> keys, byte[] document, long generation)
    {
        Keys = keys;
        Document = document;
        Generation = generation;
        Set = JsonWebKeySet.Parse(document);
    }

    /// <summary>The keys; the last one signs or will sign last.</summary>
    public ImmutableArray<SigningKeyRecord> Keys { get; }

    /// <summary>The key set as it is published (RFC 7517 §5).</summary>
    public byte[] Document { get; }

    /// <summary>The public keys.</summary>
    public JsonWebKeySet Set { get; }

    /// <summary>The generation of the key set.</summary>
    public long Generation { get; }

    /// <summary>Makes the keys of the records.</summary>
    /// <param name="records">The keys of the store.</param>
    /// <param name="before">The keys that were live before; null for none.</param>
    public static LiveKeys Of(IEnumerable<SigningKeyRecord> records, LiveKeys? before)
    {
        var keys = records.OrderBy(key => key.SignsFrom).ThenBy(key => key.Id, StringComparer.Ordinal).ToImmutableArray();
        return before is not null && before.Keys.Select(key => key.Id).SequenceEqual(keys.Select(key => key.Id), StringComparer.Ordinal)
            ? before : new LiveKeys(keys, Write(keys), (before?.Generation ?? 0) + 1);
    }

    /// <summary>Returns the key that signs at a moment; null when none does yet.</summary>
    public SigningKeyRecord? Signer(DateTimeOffset now) => Keys.LastOrDefault(key => key.SignsFrom <= now);

    private static byte[] Write(ImmutableArray<SigningKeyRecord> keys)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("keys"u8);
            foreach (var key in keys)
                Write(writer, key);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter writer, SigningKeyRecord record)
    {
        using var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(record.PrivateKey, out _);
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        writer.WriteStartObject();
        writer.WriteString("kty"u8, "EC"u8);
        writer.WriteString("crv"u8, "P-256"u8);
        writer.WriteString("alg"u8, "ES256"u8);
        writer.WriteString("use"u8, "sig"u8);
        writer.WriteString("kid"u8, record.Id);
        writer.WriteString("x"u8, Base64Url.EncodeToString(point.X));
        writer.WriteString("y"u8, Base64Url.EncodeToString(point.Y));
        writer.WriteEndObject();
    }
}
