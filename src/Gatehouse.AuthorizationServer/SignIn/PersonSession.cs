namespace Gatehouse.AuthorizationServer.SignIn;

/// <summary>The sealed session of a person who sees and withdraws what was granted. It gives no right to any resource.</summary>
internal sealed record PersonSession
{
    /// <summary>The purpose under which it is sealed.</summary>
    public const string Purpose = "person-session/v1";

    /// <summary>The person, as tokens name them.</summary>
    public required string Subject { get; init; }

    /// <summary>The name to show.</summary>
    public required string DisplayName { get; init; }

    /// <summary>The provider at which the person signed in.</summary>
    public required string Provider { get; init; }

    /// <summary>
    /// The issuer of that provider at the sign-in; null in a session of an earlier version. Threat: the name is given to another issuer meanwhile.
    /// </summary>
    public string? Issuer { get; init; }

    /// <summary>When it is over.</summary>
    public required DateTimeOffset Until { get; init; }
}
