using System.Collections.Immutable;

namespace Gatehouse.Identity.Diagnostics;

/// <summary>What the gateway's configuration asks of an issuer, so that an examination can say whether it is there.</summary>
public sealed record IssuerRequirements
{
    /// <summary>Whether a server takes only tokens bound to a key.</summary>
    public bool NeedsDPoP { get; init; }

    /// <summary>Whether a server takes only tokens bound to a certificate.</summary>
    public bool NeedsMutualTls { get; init; }

    /// <summary>Whether opaque tokens are judged by introspection.</summary>
    public bool Introspects { get; init; }

    /// <summary>Where introspection is configured to be; null for the metadata's endpoint.</summary>
    public Uri? IntrospectionEndpoint { get; init; }

    /// <summary>Scopes that servers ask for.</summary>
    public ImmutableArray<string> Scopes { get; init; } = [];

    /// <summary>Servers that ask for no scope, so that clients are told none to ask for.</summary>
    public ImmutableArray<string> ServersWithoutScopes { get; init; } = [];

    /// <summary>The address of the metadata as configured; null for the usual one.</summary>
    public Uri? MetadataUri { get; init; }
}
