using System.Text.Json;
using Gatehouse.Identity.Formats;
using Gatehouse.Identity.Keys;
using Gatehouse.Identity.Tokens;

namespace Gatehouse.Identity.ProofOfPossession;

/// <summary>A proof of possession, taken apart and not yet verified (RFC 9449 §4.2).</summary>
internal sealed class DPoPProof
{
    /// <summary>The longest proof read, in characters: 8 KiB, enough for the largest key accepted.</summary>
    public const int MaxLength = 8 * 1024;

    private readonly byte[] signature;
    private readonly int signingInputLength;

    private DPoPProof(SignatureAlgorithm algorithm, JsonWebKeyMembers key, JsonElement claims, byte[] signature, int signingInputLength)
    {
        Algorithm = algorithm;
        Key = key;
        Claims = new ClaimSet(claims);
        this.signature = signature;
        this.signingInputLength = signingInputLength;
    }

    public SignatureAlgorithm Algorithm { get; }

    /// <summary>The public key that the proof brings along. It is trusted only when the token names its thumbprint.</summary>
    public JsonWebKeyMembers Key { get; }

    public ClaimSet Claims { get; }

    /// <summary>Takes a proof apart.</summary>
    /// <returns>Null when it does not have its shape: three parts, <c>typ</c> <c>dpop+jwt</c>, an asymmetric <c>alg</c>, a public <c>jwk</c> (RFC
    /// 9449 §4.3).</returns>
    public static DPoPProof? Read(ReadOnlySpan<byte> proof)
    {
        var first = proof.IndexOf((byte)'.');
        var last = proof.LastIndexOf((byte)'.');
        if (proof.Length > MaxLength || first <= 0 || last == first || proof[(first + 1)..last].Contains((byte)'.'))
            return null;
        if (!Base64UrlText.TryDecode(proof[..first], out var header)
            || !Base64UrlText.TryDecode(proof[(first + 1)..last], out var payload)
            || !Base64UrlText.TryDecode(proof[(last + 1)..], out var signature))
            return null;
        if (StrictJson.Parse(header, out var root) != StrictJsonFault.None || StrictJson.Parse(payload, out var claims) != StrictJsonFault.None)
            return null;
        return ReadHeader(root, out var algorithm, out var key) ? new DPoPProof(algorithm, key, claims, signature, last) : null;
    }

    public bool IsSignedBy(ReadOnlySpan<byte> proof, JsonWebKey key) => key.Verify(Algorithm, proof[..signingInputLength], signature);

    private static bool ReadHeader(JsonElement root, out SignatureAlgorithm algorithm, out JsonWebKeyMembers key)
    {
        algorithm = null!;
        key = null!;

        // No extension is understood here, and nothing may hide what is signed (RFC 7515 §4.1.11; RFC 7797; RFC 8725 §3.6).
        foreach (var name in (ReadOnlySpan<string>)["crit", "b64", "zip", "enc", "cty"])
        {
            if (root.TryGetProperty(name, out _))
                return false;
        }

        if (Text(root, "typ") is not { } type || !type.Equals("dpop+jwt", StringComparison.OrdinalIgnoreCase)
            || SignatureAlgorithm.Find(Text(root, "alg")) is not { } found || !root.TryGetProperty("jwk", out var jwk))
            return false;
        algorithm = found;
        return TryReadKey(jwk, out key);
    }

    // RFC 9449 §4.3 step 7: a private or symmetric key is no proof of anything.
    private static bool TryReadKey(JsonElement jwk, out JsonWebKeyMembers key)
    {
        key = null!;
        try
        {
            key = JsonWebKeyMembers.Read(jwk);
            return !key.HoldsSecret;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
