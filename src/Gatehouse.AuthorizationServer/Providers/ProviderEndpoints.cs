namespace Gatehouse.AuthorizationServer.Providers;

/// <summary>The facts that the gateway takes from the metadata of a provider. Immutable.</summary>
internal sealed record ProviderEndpoints
{
    /// <summary>The authorization endpoint, to which browsers are sent.</summary>
    public required Uri Authorization { get; init; }

    /// <summary>The token endpoint.</summary>
    public required Uri Token { get; init; }

    /// <summary>The address of the keys.</summary>
    public required Uri Keys { get; init; }

    /// <summary>The revocation endpoint (RFC 7009); null where the provider names no address that the gateway may use.</summary>
    public Uri? Revocation { get; init; }

    /// <summary>True when the provider says that it always names itself in its answers (RFC 9207 §3).</summary>
    public required bool NamesItself { get; init; }

    /// <summary>True when the token endpoint takes the client's secret in the header (<c>client_secret_basic</c>).</summary>
    public required bool TakesBasic { get; init; }

    /// <summary>True when the token endpoint takes the client's secret in the form (<c>client_secret_post</c>).</summary>
    public required bool TakesPost { get; init; }

    /// <summary>The issuer of access tokens, where the metadata name another than the provider's own (AD FS); null otherwise.</summary>
    public string? AccessTokenIssuer { get; init; }
}
