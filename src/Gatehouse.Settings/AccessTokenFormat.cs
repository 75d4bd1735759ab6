namespace Gatehouse.Settings;

/// <summary>The form of the access tokens that the gateway issues.</summary>
public enum AccessTokenFormat
{
    /// <summary>A random value that only the gateway can look up. The default: it can be revoked at any moment.</summary>
    Opaque,

    /// <summary>A signed token of RFC 9068 (<c>at+jwt</c>), which other resource servers can validate too.</summary>
    Jwt,
}
