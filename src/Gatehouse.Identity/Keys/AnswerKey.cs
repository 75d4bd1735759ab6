using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gatehouse.Identity.Formats;

namespace Gatehouse.Identity.Keys;

/// <summary>
/// A public key that configuration names for signed answers, as base64 of its SubjectPublicKeyInfo (RFC 5280 §4.1.2.7; the lines of a PEM file
/// joined) or as a JSON Web Key. It verifies one algorithm: the key says which, never the message (RFC 8725 §3.1).
/// </summary>
public sealed class AnswerKey
{
    private const int LongestText = 4096;

    private AnswerKey(JsonWebKey key, string algorithm, string thumbprint) => (Key, Algorithm, Thumbprint) = (key, algorithm, thumbprint);

    /// <summary>The algorithm of its signatures (RFC 7518 §3.1): ES256, ES384 or ES512 by the curve, PS256 for RSA.</summary>
    public string Algorithm { get; }

    /// <summary>The thumbprint (RFC 7638), by which an answer may name the key in <c>kid</c>.</summary>
    public string Thumbprint { get; }

    internal JsonWebKey Key { get; }

    /// <summary>Reads a key.</summary>
    /// <param name="text">The text of the configuration.</param>
    /// <param name="key">The key; null where the text is none.</param>
    /// <returns>False for a private or symmetric key, a weak one, one of another kind, and any other text.</returns>
    public static bool TryParse(string text, [NotNullWhen(true)] out AnswerKey? key)
    {
        ArgumentNullException.ThrowIfNull(text);
        key = null;
        if (text.Length > LongestText) return false;
        var members = text.StartsWith('{') ? OfJson(text) : OfInfo(text);
        if (members is null || AlgorithmOf(members) is not { } algorithm) return false;
        // A key that names another algorithm than the one that its kind has here would verify nothing.
        if (members["alg"] is { } named && (named is not JsonValue value || !value.TryGetValue(out string? word) || word != algorithm)) return false;
        members["alg"] = algorithm;
        key = Import(members, algorithm);
        return key is not null;
    }

    /// <summary>Returns algorithm and thumbprint. A public key has no secret.</summary>
    public override string ToString() => $"{Algorithm} {Thumbprint}";

    private static AnswerKey? Import(JsonObject members, string algorithm)
    {
        try
        {
            var read = JsonWebKeyMembers.Read(JsonSerializer.SerializeToElement(members, KeyJson.Default.JsonObject));
            if (read.HoldsSecret) return null;
            var key = JsonWebKeyImport.Import(read);
            return key.Use == JsonWebKeyUse.Verifies && JsonWebKeyThumbprint.Of(read) is { } thumbprint
                ? new AnswerKey(key, algorithm, thumbprint) : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static JsonObject? OfJson(string text) =>
        StrictJson.Parse(Encoding.UTF8.GetBytes(text), out var root) == StrictJsonFault.None ? JsonObject.Create(root) : null;

    private static JsonObject? OfInfo(string text)
    {
        var info = new byte[text.Length];
        return Convert.TryFromBase64String(text, info, out var length) ? OfInfo(info.AsSpan(0, length)) : null;
    }

    private static JsonObject? OfInfo(ReadOnlySpan<byte> info) => OfElliptic(info) ?? OfRsa(info);

    private static JsonObject? OfElliptic(ReadOnlySpan<byte> info)
    {
        try
        {
            using var key = ECDsa.Create();
            key.ImportSubjectPublicKeyInfo(info, out var read);
            if (read != info.Length) return null;
            var parameters = key.ExportParameters(includePrivateParameters: false);
            var curve = EllipticCurve.Of(parameters.Curve);
            return curve is null ? null : new JsonObject { ["kty"] = "EC", ["crv"] = curve.Name, ["x"] = Url(parameters.Q.X!), ["y"] = Url(parameters.Q.Y!) };
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static JsonObject? OfRsa(ReadOnlySpan<byte> info)
    {
        try
        {
            using var key = RSA.Create();
            key.ImportSubjectPublicKeyInfo(info, out var read);
            if (read != info.Length) return null;
            var parameters = key.ExportParameters(includePrivateParameters: false);
            return new JsonObject { ["kty"] = "RSA", ["n"] = Url(parameters.Modulus!), ["e"] = Url(parameters.Exponent!) };
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static string Url(byte[] bytes) => Base64Url.EncodeToString(bytes);

    private static string? AlgorithmOf(JsonObject members) => (Text(members, "kty"), Text(members, "crv")) switch
    {
        ("EC", "P-256") => "ES256",
        ("EC", "P-384") => "ES384",
        ("EC", "P-521") => "ES512",
        ("RSA", null) => "PS256",
        _ => null,
    };

    private static string? Text(JsonObject members, string name) =>
        members[name] is JsonValue value && value.TryGetValue(out string? text) ? text : null;
}
