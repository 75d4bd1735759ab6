using System.Collections.Immutable;

namespace Gatehouse.Identity.Diagnostics;

/// <summary>The use that the gateway's authorization server makes of a provider, and the clients that it accepts itself.</summary>
public sealed record SignInRequirements
{
    /// <summary>The name of the provider in the configuration.</summary>
    public required string Provider { get; init; }

    /// <summary>The redirect URI of the gateway at the provider.</summary>
    public required string RedirectUri { get; init; }

    /// <summary>True when the provider's access token is read too.</summary>
    public bool HasAudience { get; init; }

    /// <summary>Scopes that the gateway requests.</summary>
    public ImmutableArray<string> Scopes { get; init; } = [];

    /// <summary>The address of the metadata as configured, or null for the usual one.</summary>
    public Uri? MetadataUri { get; init; }

    /// <summary>True when the gateway accepts client id metadata documents.</summary>
    public bool AcceptsDocuments { get; init; }

    /// <summary>The hosts whose documents it accepts; empty for every public host.</summary>
    public ImmutableArray<string> DocumentHosts { get; init; } = [];

    /// <summary>The hosts, apart from loopback, for which clients may register themselves; null when registration is off.</summary>
    public ImmutableArray<string>? RegistrationHosts { get; init; }

    /// <summary>The number of clients that an administrator registered.</summary>
    public int ConfiguredClients { get; init; }
}
