namespace EntraStandIn;

/// <summary>A permission that a person granted to a client: a code or a refresh token redeems it.</summary>
public sealed record Grant(Registration Client, Person Person, ScopeRequest Scopes, bool IsPublic, string? Nonce, DateTimeOffset End)
{
    /// <summary>The demands of Conditional Access that the sign-in satisfied.</summary>
    public IReadOnlyList<string> Satisfied { get; init; } = [];

    /// <summary>The capabilities of the client that asks.</summary>
    public IReadOnlyList<string> Capabilities { get; init; } = [];
}
