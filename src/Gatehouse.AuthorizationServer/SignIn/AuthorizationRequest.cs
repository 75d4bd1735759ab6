using System.Collections.Immutable;
using Gatehouse.AuthorizationServer.Clients;
using Gatehouse.AuthorizationServer.Providers;

namespace Gatehouse.AuthorizationServer.SignIn;

/// <summary>An authorization request after every check (OAuth 2.1 §4.1.1): client known, redirect URI registered, PKCE S256, one resource.</summary>
internal sealed record AuthorizationRequest
{
    /// <summary>The client id.</summary>
    public required string ClientId { get; init; }

    /// <summary>What the client is at the request. At the confirmation it must be that still.</summary>
    public required ClientStanding Standing { get; init; }

    /// <summary>The redirect URI, exactly as the request has it.</summary>
    public required string RedirectUri { get; init; }

    /// <summary>The client's own state; null when it sent none. It goes back unchanged.</summary>
    public string? State { get; init; }

    /// <summary>The PKCE challenge (S256).</summary>
    public required string Challenge { get; init; }

    /// <summary>The resource (RFC 8707), one of the servers' resource identifiers.</summary>
    public required string Resource { get; init; }

    /// <summary>The scopes that are requested; each one of the resource. Empty for a resource without scopes.</summary>
    public required ImmutableArray<string> Scopes { get; init; }

    /// <summary>The thumbprint of the key to which the code and tokens are bound (<c>dpop_jkt</c>, RFC 9449 §10); null for none.</summary>
    public string? KeyThumbprint { get; init; }

    /// <summary>The requested prompts (<c>prompt</c>), separated by spaces; null when the request has none.</summary>
    public string? Prompt { get; init; }

    /// <summary>The longest time in seconds since the person authenticated (<c>max_age</c>); null for any.</summary>
    public int? MaxAge { get; init; }

    /// <summary>Contexts of which the sign-in must show one (<c>acr_values</c>, RFC 9470 §4), separated by spaces; null for any.</summary>
    public string? AcrValues { get; init; }

    /// <summary>Returns whether <c>prompt</c> has a value.</summary>
    public bool Prompts(string value) => Prompt?.Split(' ').Contains(value, StringComparer.Ordinal) == true;

    /// <summary>Returns the authentication that the client demands.</summary>
    public SignInDemand Demand() => new()
    {
        IsFresh = Prompts(PromptValues.Login) || MaxAge == 0,
        SelectsAccount = Prompts(PromptValues.SelectAccount),
        MaxAge = MaxAge,
        AcrValues = AcrValues,
    };
}
