using Gatehouse.Configuration.Reading;
using Gatehouse.Settings;

namespace Gatehouse.Configuration;

/// <summary>The builder of the settings of the gateway's own authorization server.</summary>
internal static class AuthorizationServerBuilder
{
    public static AuthorizationServerSettings? Build(ConfigurationSection section) => !section.IsGiven ? null : new AuthorizationServerSettings
    {
        Providers = [.. section.Parts("providers").Select(Provider)],
        Clients = [.. section.Parts("clients").Select(Client)],
        ClientDocuments = section.Get<bool>("clientDocuments"),
        ClientDocumentHosts = section.Texts("clientDocumentHosts"),
        Registration = Registration(section.Part("registration")),
        AccessTokens = section.Get<string>("accessTokens") == "jwt" ? AccessTokenFormat.Jwt : AccessTokenFormat.Opaque,
        AccessTokenLife = section.Get<TimeSpan>("accessTokenLife"),
        GrantLife = section.Get<TimeSpan>("grantLife"),
        RefreshGrace = section.Get<TimeSpan>("refreshGrace"),
    };

    private static SignInProviderSettings Provider(ConfigurationSection section) => new()
    {
        Name = section.Get<string>("name")!,
        DisplayName = section.Get<string>("displayName"),
        Issuer = section.Get<string>("issuer")!,
        Profile = SettingsBuilder.Profile(section),
        Metadata = section.Get<Uri>("metadata"),
        Hosts = section.Texts("hosts"),
        ClientId = section.Get<string>("clientId")!,
        ClientSecret = section.Get<SecretReference>("clientSecret"),
        Scopes = section.Texts("scopes"),
        Audience = section.Get<string>("audience"),
    };

    private static OAuthClientSettings Client(ConfigurationSection section) => new()
    {
        Id = section.Get<string>("id")!,
        Name = section.Get<string>("name")!,
        RedirectUris = section.Texts("redirectUris"),
        Secret = section.Get<SecretReference>("secret"),
        PreApproved = section.Get<bool>("preApproved"),
        MayIntrospect = section.Get<bool>("mayIntrospect"),
    };

    private static ClientRegistrationSettings? Registration(ConfigurationSection section) => !section.IsGiven ? null : new ClientRegistrationSettings
    {
        RedirectHosts = section.Texts("redirectHosts"),
        RedirectSchemes = section.Texts("redirectSchemes"),
        PerHour = (int)section.Get<long>("perHour"),
        MostClients = (int)section.Get<long>("mostClients"),
        UnusedLife = section.Get<TimeSpan>("unusedLife"),
    };
}
