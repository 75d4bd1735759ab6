using System.Collections.Immutable;
using Gatehouse.AuthorizationServer.Clients;
using Gatehouse.AuthorizationServer.Providers;

namespace Gatehouse.AuthorizationServer.Tokens;

/// <summary>The sealed facts of a grant.</summary>
internal sealed record GrantFacts
{
    /// <summary>The person who granted.</summary>
    public required SignedInPerson Person { get; init; }

    /// <summary>What the client was. A weaker one of the same id gets no tokens.</summary>
    public required ClientStanding Client { get; init; }

    /// <summary>The scopes that the client gets: requested, of the resource, and not withheld by the provider.</summary>
    public required ImmutableArray<string> Scopes { get; init; }
}
