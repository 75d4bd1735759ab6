using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;

namespace Gatehouse.Peers.Providers;

/// <summary>A client of the provider, and what it may do there.</summary>
/// <param name="Id">Its <c>client_id</c>.</param>
public sealed record ProviderClient(string Id)
{
    /// <summary>The secret, by <c>client_secret_basic</c> or <c>client_secret_post</c>; null for none.</summary>
    public string? Secret { get; init; }

    /// <summary>The key whose assertions prove it (<c>private_key_jwt</c>); null for none. Without both it is a public client.</summary>
    public ECDsa? Key { get; init; }

    /// <summary>True if it may use client credentials.</summary>
    public bool ActsForItself { get; init; }

    /// <summary>True if it may exchange tokens of people (RFC 8693).</summary>
    public bool ActsForPeople { get; init; }

    /// <summary>
    /// Redirect URIs, compared exactly: with one, or with <see cref="OpenIddictProvider.RegisterRedirectAsync"/> later, people sign in for it (code
    /// flow with PKCE, refresh tokens, ID tokens).
    /// </summary>
    public IReadOnlyList<string> Redirects { get; init; } = [];

    /// <summary>True if it may ask about tokens (RFC 7662) that are for it, or that were issued to it.</summary>
    public bool Introspects { get; init; }

    /// <summary>
    /// Audiences that it may get tokens for: by <c>audience</c> in an exchange, and by <c>resource</c> where one is an address (RFC 8707). The
    /// first is that of client credentials without <c>resource</c>.
    /// </summary>
    public IReadOnlyList<string> Audiences { get; init; } = [];

    /// <summary>Scopes that it may get. A request without <c>scope</c> gets the first.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = [];

    internal static bool IsResource(string audience) => Uri.IsWellFormedUriString(audience, UriKind.Absolute);

    internal bool IsPublic => Secret is null && Key is null;

    internal JsonWebKeySet? Keys
    {
        get
        {
            if (Key is null) return null;
            var point = Key.ExportParameters(includePrivateParameters: false).Q;
            var key = new JsonWebKey
            {
                Kty = JsonWebAlgorithmsKeyTypes.EllipticCurve,
                Crv = JsonWebKeyECTypes.P256,
                Use = JsonWebKeyUseNames.Sig,
                X = Base64UrlEncoder.Encode(point.X),
                Y = Base64UrlEncoder.Encode(point.Y),
            };
            key.Kid = Base64UrlEncoder.Encode(key.ComputeJwkThumbprint());
            return new JsonWebKeySet { Keys = { key } };
        }
    }
}
