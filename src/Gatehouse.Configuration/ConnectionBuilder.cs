using Gatehouse.Configuration.Reading;
using Gatehouse.Settings;

namespace Gatehouse.Configuration;

/// <summary>Makes the settings of third-party services, and of the credentials that are connections of people.</summary>
internal static class ConnectionBuilder
{
    public static ConnectionProviderSettings Provider(ConfigurationSection section) => section.Into(new ConnectionProviderSettings
    {
        Name = section.Name,
        Issuer = section.Get<string>("issuer"),
        ClientId = section.Part("client").Get<string>("id")!,
        ClientSecret = section.Part("client").Get<SecretReference>("secret"),
        Parameters = section.Items("parameters").ToDictionary(item => item.Name, item => item.Text, StringComparer.Ordinal),
    });

    /// <summary>Returns the connection of a section <c>credential</c>; null where it is another credential.</summary>
    public static ConnectionCredentialSettings? Credential(ConfigurationSection credential) =>
        credential.IsGiven && credential.Part("connection") is { IsGiven: true } section
            ? new ConnectionCredentialSettings(section.Get<string>("provider")!, section.Texts("scopes")) : null;
}
