using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;

namespace Gatehouse.Identity.Keys;

/// <summary>The thumbprint of a public key (RFC 7638 §3): SHA-256 of its required members in one spelling.</summary>
internal static class JsonWebKeyThumbprint
{
    /// <summary>Returns the Base64url of the thumbprint, or null for a kind of key that verifies nothing here.</summary>
    public static string? Of(JsonWebKeyMembers key) => key.KeyType switch
    {
        "EC" => Hash(("crv", key.Curve), ("kty", "EC"), ("x", key.X), ("y", key.Y)),
        "RSA" => Hash(("e", key.Exponent), ("kty", "RSA"), ("n", key.Modulus)),
        _ => null,
    };

    /// <summary>Returns the Base64url of the thumbprint of an RSA key.</summary>
    public static string OfRsa(ReadOnlySpan<byte> exponent, ReadOnlySpan<byte> modulus) =>
        Hash(("e", Base64Url.EncodeToString(exponent)), ("kty", "RSA"), ("n", Base64Url.EncodeToString(modulus)))!;

    /// <summary>Returns the Base64url of the thumbprint of a key on the curve P-256.</summary>
    public static string OfP256(ReadOnlySpan<byte> x, ReadOnlySpan<byte> y) =>
        Hash(("crv", "P-256"), ("kty", "EC"), ("x", Base64Url.EncodeToString(x)), ("y", Base64Url.EncodeToString(y)))!;

    // In lexicographic order, without white space (RFC 7638 §3.3).
    private static string? Hash(params ReadOnlySpan<(string Name, string? Value)> members)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (var (name, value) in members)
            {
                if (value is null)
                    return null;
                writer.WriteString(name, value);
            }

            writer.WriteEndObject();
        }

        return Base64Url.EncodeToString(SHA256.HashData(buffer.WrittenSpan));
    }
}
