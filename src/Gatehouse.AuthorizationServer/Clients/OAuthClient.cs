using System.Collections.Immutable;
using Gatehouse.Settings;

namespace Gatehouse.AuthorizationServer.Clients;

/// <summary>A client of the authorization server, as it is known at this moment. Immutable.</summary>
internal sealed record OAuthClient
{
    /// <summary>The client id.</summary>
    public required string Id { get; init; }

    /// <summary>The name that the client gave itself, or its administrator gave it. It is text of a stranger unless it was configured.</summary>
    public required string Name { get; init; }

    /// <summary>How the client is known.</summary>
    public required ClientOrigin Origin { get; init; }

    /// <summary>The host that vouches for the name; null when none does.</summary>
    public string? VouchingHost { get; init; }

    /// <summary>The redirect URIs, at least one.</summary>
    public required ImmutableArray<string> RedirectUris { get; init; }

    /// <summary>The secret of a confidential client that was configured; null for a public client.</summary>
    public SecretReference? Secret { get; init; }

    /// <summary>True when the client has no secret, so that everyone can name it.</summary>
    public bool IsPublic => Secret is null;

    /// <summary>The moment when a client that registered itself is forgotten, unless it is used; null for every other client.</summary>
    public DateTimeOffset? KeptUntil { get; init; }

    /// <summary>True when an administrator consented for everyone.</summary>
    public bool IsPreApproved { get; init; }

    /// <summary>True when the client may introspect tokens.</summary>
    public bool MayIntrospect { get; init; }

    /// <summary>True when all redirect URIs are on loopback: any program on a person's machine can take its place (MCP row C16).</summary>
    public bool IsLoopbackOnly { get; init; }
}
