namespace EntraStandIn;

/// <summary>A permission that a person granted to a client: a code or a refresh token redeems it.</summary>
public sealed record Grant(Registration Client, Person Person, ScopeRequest Scopes, bool IsPublic, string? Nonce, DateTimeOffset End);
