using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using Gatehouse.Identity.Formats;
using Gatehouse.Identity.Keys;
using Gatehouse.Identity.Tokens;

namespace Gatehouse.Identity.Issuers;

/// <summary>The public keys of an issuer (RFC 7517 §5). Immutable.</summary>
public sealed class JsonWebKeySet
{
    /// <summary>The largest document parsed: 1 MiB.</summary>
    public const int MaxDocumentBytes = 1024 * 1024;

    /// <summary>The most keys in a set.</summary>
    public const int MaxKeys = 100;

    private readonly FrozenDictionary<string, JsonWebKey> byId;

    private JsonWebKeySet(ImmutableArray<JsonWebKey> keys)
    {
        Keys = keys;
        byId = keys.Where(key => key.KeyId is not null).ToFrozenDictionary(key => key.KeyId!, StringComparer.Ordinal);
        Fingerprint = string.Join('\n', keys.Select(key => key.Fingerprint).Order(StringComparer.Ordinal));
    }

    /// <summary>Every key, those that verify nothing included.</summary>
    public ImmutableArray<JsonWebKey> Keys { get; }

    /// <summary>A text that is equal for sets of equal keys, in whatever order.</summary>
    internal string Fingerprint { get; }

    /// <summary>Parses a key set.</summary>
    /// <param name="utf8">The document, at most <see cref="MaxDocumentBytes"/>.</param>
    /// <exception cref="FormatException">
    /// Not a set of public keys that every reader understands alike: too large, not strict JSON, too many keys, a private or
    /// symmetric key among them, or a <c>kid</c> that occurs twice. The message names the rule and no key material.
    /// </exception>
    public static JsonWebKeySet Parse(ReadOnlyMemory<byte> utf8)
    {
        if (utf8.Length > MaxDocumentBytes)
            throw new FormatException($"The key set is larger than {MaxDocumentBytes} bytes.");
        if (StrictJson.Parse(utf8, out var root) is not StrictJsonFault.None and var fault)
            throw new FormatException($"The key set is not strict JSON: {fault}.");
        return Read(root);
    }

    /// <summary>Reads a key set that is strict JSON of at most <see cref="MaxDocumentBytes"/>.</summary>
    /// <param name="root">The document.</param>
    /// <exception cref="FormatException">As for <see cref="Parse"/>.</exception>
    internal static JsonWebKeySet Read(JsonElement root)
    {
        if (!root.TryGetProperty("keys", out var keys) || keys.ValueKind != JsonValueKind.Array)
            throw new FormatException("The key set has no array named keys.");
        if (keys.GetArrayLength() > MaxKeys)
            throw new FormatException($"The key set holds more than {MaxKeys} keys.");
        var members = keys.EnumerateArray().Select(JsonWebKeyMembers.Read).ToList();
        RefuseSecrets(members);
        RefuseRepeatedIds(members);
        return new JsonWebKeySet([.. members.Select(JsonWebKeyImport.Import)]);
    }

    /// <summary>True when any key verifies signatures.</summary>
    public bool CanVerify => Keys.Any(key => key.Use == JsonWebKeyUse.Verifies);

    /// <summary>Finds the key that must have signed a token.</summary>
    /// <param name="keyId">The token's <c>kid</c>, compared exactly and used for nothing else (RFC 8725 §3.10), or null when it has none.</param>
    /// <param name="algorithm">The token's <c>alg</c>.</param>
    public KeyLookup Find(string? keyId, string algorithm)
    {
        ArgumentNullException.ThrowIfNull(algorithm);
        if (keyId is null)
            return FindOnly(algorithm);
        if (!byId.TryGetValue(keyId, out var key))
            return KeyLookup.None(TokenRefusal.UnknownKey);
        return key.Fits(algorithm) ? KeyLookup.Found(key) : KeyLookup.None(TokenRefusal.KeyMismatch);
    }

    /// <summary>Without <c>kid</c> exactly one key must fit: trying several would make the choice the attacker's.</summary>
    private KeyLookup FindOnly(string algorithm)
    {
        var fitting = Keys.Where(key => key.Fits(algorithm)).Take(2).ToArray();
        return fitting.Length == 1 ? KeyLookup.Found(fitting[0]) : KeyLookup.None(TokenRefusal.UnknownKey);
    }

    /// <summary>
    /// Threat: a symmetric or private key in a published set is known to everyone, and a reader that takes it as a MAC key lets
    /// anyone sign (RFC 8725 §2.1). Such an issuer is not trusted with its other keys either.
    /// </summary>
    private static void RefuseSecrets(List<JsonWebKeyMembers> keys)
    {
        if (keys.Any(key => key.HoldsSecret))
            throw new FormatException("The key set holds a private or symmetric key.");
    }

    /// <summary>Threat: two keys with one name, of which two readers choose different ones (RFC 7517 §4.5).</summary>
    private static void RefuseRepeatedIds(List<JsonWebKeyMembers> keys)
    {
        var named = keys.Where(key => key.KeyId is not null).Select(key => key.KeyId).ToList();
        if (named.Distinct(StringComparer.Ordinal).Count() != named.Count)
            throw new FormatException("The key set names two keys alike.");
    }
}
