using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Gatehouse.Identity.Keys;

/// <summary>
/// One public key of an issuer (RFC 7517 §4), ready to verify. Immutable and safe for concurrent use.
/// </summary>
public sealed class JsonWebKey
{
    /// <summary>The smallest RSA modulus accepted, in bits (RFC 7518 §3.3).</summary>
    public const int MinRsaBits = 2048;

    /// <summary>The largest RSA modulus accepted, in bits: one verification stays cheap.</summary>
    public const int MaxRsaBits = 8192;

    private static readonly int MostIdleVerifiers = Environment.ProcessorCount;

    private readonly ConcurrentQueue<AsymmetricAlgorithm> idle = [];
    private readonly Func<AsymmetricAlgorithm>? import;
    private readonly string? keyType;
    private readonly string? algorithm;
    private readonly EllipticCurve? curve;

    internal JsonWebKey(JsonWebKeyMembers members, JsonWebKeyUse use, EllipticCurve? curve, Func<AsymmetricAlgorithm>? import)
    {
        KeyId = members.KeyId;
        Issuer = members.Issuer;
        Use = use;
        Fingerprint = members.Fingerprint();
        keyType = members.KeyType;
        algorithm = members.Algorithm;
        this.curve = curve;
        this.import = import;
    }

    /// <summary>The key's identifier within the set (<c>kid</c>), or null when it has none.</summary>
    public string? KeyId { get; }

    /// <summary>The issuer that the key set names for this key (<c>issuer</c>, an extension of Entra), or null when it names none.</summary>
    public string? Issuer { get; }

    /// <summary>The use of the key: it verifies signatures, or the reason why it does not.</summary>
    public JsonWebKeyUse Use { get; }

    /// <summary>A text that is equal for equal keys: every member that matters, so that a changed key is noticed.</summary>
    internal string Fingerprint { get; }

    /// <summary>Returns whether this key may verify signatures of an algorithm.</summary>
    /// <remarks>
    /// Threat: a key used with another algorithm than its own (RFC 8725 §2.1, §3.1, §3.5). Type, curve and, where the key names
    /// one, its algorithm must be those of the algorithm.
    /// </remarks>
    /// <param name="algorithm">The <c>alg</c> value.</param>
    public bool Fits(string algorithm) => SignatureAlgorithm.Find(algorithm) is { } found && Fits(found);

    /// <summary>Verifies a signature.</summary>
    /// <param name="algorithm">The <c>alg</c> value; a key that does not fit it verifies nothing.</param>
    /// <param name="signingInput">ASCII of header, dot, payload (RFC 7515 §5.2).</param>
    /// <param name="signature">The signature's bytes.</param>
    internal bool Verify(SignatureAlgorithm algorithm, ReadOnlySpan<byte> signingInput, ReadOnlySpan<byte> signature)
    {
        if (!Fits(algorithm) || import is null)
            return false;
        if (!idle.TryDequeue(out var verifier))
            verifier = import();
        try
        {
            return JwsSignature.Verify(verifier, algorithm, signingInput, signature);
        }
        finally
        {
            Return(verifier);
        }
    }

    /// <summary>Returns key type and identifier. A public key has no secret.</summary>
    public override string ToString() => $"{keyType} {KeyId}";

    private bool Fits(SignatureAlgorithm algorithm) =>
        Use == JsonWebKeyUse.Verifies
        && algorithm.KeyType == keyType
        && algorithm.Curve == curve
        && (this.algorithm is null || this.algorithm == algorithm.Name);

    /// <summary>
    /// Returns a verifier that was lent. The platform's key objects are not promised to be safe for concurrent use, so each is lent to one caller at
    /// a time.
    /// </summary>
    private void Return(AsymmetricAlgorithm verifier)
    {
        if (idle.Count < MostIdleVerifiers)
            idle.Enqueue(verifier);
        else
            verifier.Dispose();
    }
}
