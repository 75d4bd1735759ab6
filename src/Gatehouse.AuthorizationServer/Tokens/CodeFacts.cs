namespace Gatehouse.AuthorizationServer.Tokens;

/// <summary>The sealed facts of an authorization code: what its redemption must present.</summary>
internal sealed record CodeFacts
{
    /// <summary>The client id.</summary>
    public required string ClientId { get; init; }

    /// <summary>The redirect URI of the authorization request.</summary>
    public required string RedirectUri { get; init; }

    /// <summary>The PKCE challenge (S256).</summary>
    public required string Challenge { get; init; }

    /// <summary>
    /// The moment when the code is over. The row stays longer, so that a late second use is still noticed (OAuth 2.1 §4.1.3).
    /// </summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>The resource.</summary>
    public required string Resource { get; init; }

    /// <summary>The thumbprint of the key that the request named (<c>dpop_jkt</c>); null for none.</summary>
    public string? KeyThumbprint { get; init; }
}
