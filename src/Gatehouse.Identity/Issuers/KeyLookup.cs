using Gatehouse.Identity.Keys;
using Gatehouse.Identity.Tokens;

namespace Gatehouse.Identity.Issuers;

/// <summary>A key, or the reason why there is none.</summary>
public readonly record struct KeyLookup
{
    private KeyLookup(JsonWebKey? key, TokenRefusal? refusal)
    {
        Key = key;
        Refusal = refusal;
    }

    /// <summary>The key found, or null when none.</summary>
    public JsonWebKey? Key { get; }

    /// <summary>The reason why there is no key: unknown, unavailable, or not fit for the algorithm; null when found.</summary>
    public TokenRefusal? Refusal { get; }

    /// <summary>The <see cref="IIssuerKeys.Generation"/> of the keys that were searched.</summary>
    public long Generation { get; init; }

    /// <summary>Makes the result for a key that was found.</summary>
    public static KeyLookup Found(JsonWebKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return new KeyLookup(key, null);
    }

    /// <summary>Makes the result without a key.</summary>
    public static KeyLookup None(TokenRefusal refusal) => new(null, refusal);
}
