using System.Collections.Immutable;

namespace Gatehouse.Identity.Diagnostics;

/// <summary>The demands of the gateway's configuration on an issuer, so that an examination can report whether they are met.</summary>
public sealed record IssuerRequirements
{
    /// <summary>True when a server takes only tokens bound to a key.</summary>
    public bool NeedsDPoP { get; init; }

    /// <summary>True when a server takes only tokens bound to a certificate.</summary>
    public bool NeedsMutualTls { get; init; }

    /// <summary>True when opaque tokens are judged by introspection.</summary>
    public bool Introspects { get; init; }

    /// <summary>The configured endpoint of introspection; null for the metadata's endpoint.</summary>
    public Uri? IntrospectionEndpoint { get; init; }

    /// <summary>Scopes that servers ask for.</summary>
    public ImmutableArray<string> Scopes { get; init; } = [];

    /// <summary>Servers that ask for no scope, so that clients learn of none to request.</summary>
    public ImmutableArray<string> ServersWithoutScopes { get; init; } = [];

    /// <summary>The address of the metadata as configured, or null for the usual one.</summary>
    public Uri? MetadataUri { get; init; }
}
