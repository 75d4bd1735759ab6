using Gatehouse.Configuration.Keys;
using Gatehouse.Configuration.Reading;
using Gatehouse.Settings;

namespace Gatehouse.Configuration;

/// <summary>Makes the settings of a credential that an issuer issues.</summary>
internal static class IssuedCredentialBuilder
{
    /// <summary>Returns the settings; null where the credential is of another kind.</summary>
    /// <param name="credential">The section <c>credential</c>.</param>
    /// <param name="issuers">The issuers of the configuration, then its sign-in providers as issuers (<see cref="Of"/>).</param>
    public static IssuedCredentialSettings? Build(ConfigurationSection credential, IReadOnlyList<IssuerSettings> issuers)
    {
        if (!credential.IsGiven
            || CredentialKeys.Issuing.FirstOrDefault(one => credential.Part(one.Key).IsGiven) is not { Key: { } key } found) return null;
        var section = credential.Part(key);
        var name = section.Get<string>("issuer")!;
        var known = Find(issuers, name, found.Kind);
        var isAssertion = found.Kind == IssuedCredentialKind.IdentityAssertion;
        var own = found.Kind is IssuedCredentialKind.ClientCredentials or IssuedCredentialKind.IdentityAssertion
            && section.Get<string>("client") is { } id ? section.Into(new IssuerClientSettings { Id = id }) : null;
        return new IssuedCredentialSettings
        {
            Kind = found.Kind,
            Issuer = known ?? new IssuerSettings { Issuer = name },
            Client = isAssertion ? known!.Client! : own ?? known!.Client!,
            Scopes = section.Texts("scopes"),
            Audience = section.Node.Find("audience") is null ? null : section.Get<string>("audience"),
            Resource = section.Node.Find("resource") is null ? null : section.Get<string>("resource"),
            AuthorizationServer = isAssertion ? new IssuerSettings { Issuer = section.Get<string>("authorizationServer")! } : null,
            ClientThere = isAssertion ? own : null,
        };
    }

    /// <summary>Returns a sign-in provider as an issuer, with the client at which people sign in.</summary>
    public static IssuerSettings Of(SignInProviderSettings provider)
    {
        ArgumentNullException.ThrowIfNull(provider);
        return new IssuerSettings
        {
            Issuer = provider.Issuer,
            Name = provider.Name,
            Profile = provider.Profile,
            Metadata = provider.Metadata,
            Hosts = provider.Hosts,
            Client = provider.ClientSecret is { } secret ? new IssuerClientSettings { Id = provider.ClientId, Secret = secret } : null,
        };
    }

    // An ID token is for the client at which the person signed in, so that only this one can exchange it.
    private static IssuerSettings? Find(IReadOnlyList<IssuerSettings> issuers, string name, IssuedCredentialKind kind) =>
        (kind == IssuedCredentialKind.IdentityAssertion ? issuers.Reverse() : issuers).FirstOrDefault(one => one.Name == name || one.Issuer == name);
}
