using Gatehouse.Configuration.Keys;
using Gatehouse.Configuration.Reading;
using Gatehouse.Settings;

namespace Gatehouse.Configuration;

/// <summary>Makes the settings of a credential that an issuer issues.</summary>
internal static class IssuedCredentialBuilder
{
    /// <summary>Returns the settings; null where the credential is of another kind.</summary>
    /// <param name="credential">The section <c>credential</c>.</param>
    /// <param name="issuers">The issuers of the configuration.</param>
    public static IssuedCredentialSettings? Build(ConfigurationSection credential, IReadOnlyList<IssuerSettings> issuers)
    {
        if (!credential.IsGiven
            || CredentialKeys.Issuing.FirstOrDefault(one => credential.Part(one.Key).IsGiven) is not { Key: { } key } found) return null;
        var section = credential.Part(key);
        var name = section.Get<string>("issuer")!;
        var known = issuers.FirstOrDefault(one => one.Name == name || one.Issuer == name);
        return new IssuedCredentialSettings
        {
            Kind = found.Kind,
            Issuer = known ?? new IssuerSettings { Issuer = name },
            Client = Client(section, found.Kind) ?? known!.Client!,
            Scopes = section.Texts("scopes"),
            Audience = section.Node.Find("audience") is null ? null : section.Get<string>("audience"),
            Resource = section.Node.Find("resource") is null ? null : section.Get<string>("resource"),
        };
    }

    private static IssuerClientSettings? Client(ConfigurationSection section, IssuedCredentialKind kind) =>
        kind == IssuedCredentialKind.ClientCredentials && section.Get<string>("client") is { } id
            ? section.Into(new IssuerClientSettings { Id = id }) : null;
}
