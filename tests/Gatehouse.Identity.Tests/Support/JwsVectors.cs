using System.Text;
using Gatehouse.Identity.Issuers;
using Gatehouse.Identity.Keys;
using Gatehouse.Identity.Tokens;

namespace Gatehouse.Identity.Tests.Support;

/// <summary>Runs the signature layer on vectors whose payload is no JSON.</summary>
internal static class JwsVectors
{
    /// <summary>Parses a set; null when it is refused as a whole.</summary>
    public static JsonWebKeySet? ParseKeys(string json)
    {
        try
        {
            return JsonWebKeySet.Parse(Encoding.UTF8.GetBytes(json));
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>Whether the one key verifies the token.</summary>
    public static bool IsSignedBy(JsonWebKey key, byte[] token) =>
        CompactJws.TryRead(token, out var jws) is null
        && SignatureAlgorithm.Find(jws!.Header.Algorithm) is { } algorithm
        && jws.IsSignedBy(token, key, algorithm);

    /// <summary>Whether the key that the token names, found as the validator finds it, verifies it.</summary>
    public static bool IsSignedByNamedKey(JsonWebKeySet keys, byte[] token) =>
        CompactJws.TryRead(token, out var jws) is null
        && keys.Find(jws!.Header.KeyId, jws.Header.Algorithm).Key is { } key
        && IsSignedBy(key, token);
}
