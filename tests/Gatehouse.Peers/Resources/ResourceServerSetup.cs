using Gatehouse.Peers.Partners;
using Gatehouse.Peers.Providers;
using Gatehouse.Peers.ThirdParties;

namespace Gatehouse.Peers.Resources;

/// <summary>The tokens that a resource server accepts.</summary>
/// <param name="Issuer">The issuer of its tokens.</param>
/// <param name="Audience">Its own audience. A token for another one is refused (CWE-441).</param>
public sealed record ResourceServerSetup(string Issuer, string Audience)
{
    /// <summary>The metadata of the issuer, whose <c>jwks_uri</c> has the keys.</summary>
    public string Metadata { get; init; } = Issuer + "/.well-known/openid-configuration";

    /// <summary>The type of access tokens in their header (RFC 9068). Entra writes <c>JWT</c>.</summary>
    public string TokenType { get; init; } = "at+jwt";

    /// <summary>The claims behind an opaque token, or null for one that is not valid; null where tokens are JWT of the issuer.</summary>
    public Func<string, ServerToken?>? Opaque { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>A server that takes the tokens of the provider for one audience.</summary>
    public static ResourceServerSetup For(OpenIddictProvider provider, string audience, TimeProvider? time = null) =>
        new(provider.Issuer, audience) { Time = time ?? TimeProvider.System };

    /// <summary>A server of a third party, which takes the tokens that its people gave out.</summary>
    public static ResourceServerSetup For(ThirdPartyProvider provider) => new(provider.Origin, provider.Origin)
    {
        Opaque = text => provider.Find(text) is { } token
            ? new ServerToken(token.Person, provider.Origin, ThirdPartyProvider.ClientId, null, token.Scopes, text) : null,
    };

    /// <summary>A server of a partner.</summary>
    public static ResourceServerSetup For(PartnerServer partner) => new(partner.Issuer, partner.Issuer)
    {
        Opaque = text => partner.SubjectOf(text) is { } subject
            ? new ServerToken(subject, partner.Issuer, PartnerServer.ClientId, null, [], text) : null,
    };

    /// <summary>A server that takes tokens of Entra of version 2.0, or of version 1.0 with the issuer of that version.</summary>
    /// <param name="authority">The authority of the tenant, without a version.</param>
    /// <param name="audience">The id of the application (version 2.0), or its identifier URI (version 1.0).</param>
    /// <param name="time">The clock; null for that of the system.</param>
    public static ResourceServerSetup ForEntra(string authority, string audience, TimeProvider? time = null)
    {
        var isFirst = audience.StartsWith("api://", StringComparison.Ordinal);
        return new($"{(isFirst ? $"https://sts.windows.net{authority[authority.LastIndexOf('/')..]}/" : $"{authority}/v2.0")}", audience)
        {
            Metadata = authority + "/v2.0/.well-known/openid-configuration",
            TokenType = "JWT",
            Time = time ?? TimeProvider.System,
        };
    }
}
