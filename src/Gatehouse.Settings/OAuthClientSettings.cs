namespace Gatehouse.Settings;

/// <summary>A client that an administrator registered at the gateway's authorization server.</summary>
public sealed record OAuthClientSettings
{
    /// <summary>The client id.</summary>
    public required string Id { get; init; }

    /// <summary>The name that people read.</summary>
    public required string Name { get; init; }

    /// <summary>The redirect URIs, compared exactly; the port of a loopback address is not compared (RFC 8252 §7.3).</summary>
    public required IReadOnlyList<string> RedirectUris { get; init; }

    /// <summary>Reference to the client's secret; null for a public client.</summary>
    public SecretReference? Secret { get; init; }

    /// <summary>True when an administrator consented for everyone, so that no person is asked. Default false.</summary>
    public bool PreApproved { get; init; }

    /// <summary>True when the client may introspect tokens (RFC 7662); it then needs a secret. Default false.</summary>
    public bool MayIntrospect { get; init; }
}
