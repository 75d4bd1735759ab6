namespace EntraStandIn;

/// <summary>An authorization request whose person looks at a page.</summary>
public sealed class PendingSignIn
{
    public required Registration Client { get; init; }

    public required ScopeRequest Scopes { get; init; }

    /// <summary>Where the answer goes, exactly as in the request; empty for a device.</summary>
    public string RedirectUri { get; init; } = "";

    public string ResponseMode { get; init; } = "query";

    public string? State { get; init; }

    public string? Nonce { get; init; }

    public string Challenge { get; init; } = "";

    /// <summary>True if the redirect URI is one of the platform for desktop applications.</summary>
    public bool IsPublic { get; init; }

    public string? Prompt { get; init; }

    /// <summary>The parameter <c>claims</c>.</summary>
    public ClaimsRequest Claims { get; init; } = ClaimsRequest.None;

    public DeviceRequest? Device { get; init; }

    public Person? Person { get; set; }
}
