using Gatehouse.Identity.Tokens;

namespace Gatehouse.Identity.Issuers;

/// <summary>The addresses of the metadata of a kind of issuer, where they do not follow from the issuer by the standards.</summary>
public static class IssuerMetadata
{
    private const string EntraV1Host = "sts.windows.net";
    private const string EntraLogin = "https://login.microsoftonline.com/";

    // The metadata of every organisation's tenants, whose issuer is the template itself.
    private const string EveryOrganisation = "organizations";

    /// <summary>Returns times, limits and addresses of the key cache for an issuer.</summary>
    /// <param name="profile">The issuer's profile, without faults.</param>
    /// <param name="metadataUri">The address as configured, or null for the usual one.</param>
    public static JwksCacheOptions Options(IssuerProfile profile, Uri? metadataUri)
    {
        ArgumentNullException.ThrowIfNull(profile);
        return new JwksCacheOptions
        {
            MetadataUri = metadataUri ?? Usual(profile),
            AccessTokenIssuer = profile.Kind == IssuerKind.AdFs ? AdFsTokenProfile.TokenIssuer(profile) : null,
        };
    }

    /// <summary>Returns the issuer as clients find it: an authorization server whose metadata they can fetch (RFC 9728 §2).</summary>
    /// <param name="profile">The issuer's profile, without faults.</param>
    public static string AuthorizationServer(IssuerProfile profile)
    {
        ArgumentNullException.ThrowIfNull(profile);
        if (profile.Kind != IssuerKind.Entra)
            return profile.Issuer;
        var published = profile.Issuer.Replace(EntraTokenProfile.TenantPlace, EveryOrganisation, StringComparison.Ordinal);
        var uri = new Uri(published);
        return uri.Host == EntraV1Host ? $"{EntraLogin}{uri.AbsolutePath.Trim('/')}/v2.0" : published;
    }

    /// <summary>Returns every <c>iss</c> that tokens of the issuer may have, as <see cref="VerifiedToken.Issuer"/> names it.</summary>
    /// <param name="profile">The issuer's profile, without faults.</param>
    public static IReadOnlyList<string> Names(IssuerProfile profile)
    {
        ArgumentNullException.ThrowIfNull(profile);
        return profile.Kind == IssuerKind.Entra ? [.. profile.Shape.TokenIssuers(profile)] : [profile.Issuer];
    }

    // Version 1.0 has an issuer at which nothing is published; the login host publishes for it.
    private static Uri? Usual(IssuerProfile profile)
    {
        if (profile.Kind != IssuerKind.Entra)
            return null;
        var published = profile.Issuer.Replace(EntraTokenProfile.TenantPlace, EveryOrganisation, StringComparison.Ordinal);
        var uri = new Uri(published);
        if (uri.Host == EntraV1Host)
            return new Uri($"{EntraLogin}{uri.AbsolutePath.Trim('/')}/.well-known/openid-configuration");
        return published == profile.Issuer ? null : new Uri($"{published.TrimEnd('/')}/.well-known/openid-configuration");
    }
}
