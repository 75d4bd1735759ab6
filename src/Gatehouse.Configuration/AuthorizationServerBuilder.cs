using Gatehouse.Configuration.Reading;
using Gatehouse.Settings;

namespace Gatehouse.Configuration;

/// <summary>The builder of the settings of the gateway's own authorization server.</summary>
internal static class AuthorizationServerBuilder
{
    public static AuthorizationServerSettings? Build(ConfigurationSection section) =>
        !section.IsGiven ? null : section.Into(new AuthorizationServerSettings
        {
            Providers = [.. section.Parts("providers").Select(Provider)],
            Clients = [.. section.Parts("clients").Select(Client)],
            Registration = section.Part("registration") is { IsGiven: true } part ? part.Into(new ClientRegistrationSettings()) : null,
        });

    private static SignInProviderSettings Provider(ConfigurationSection section) => section.Into(new SignInProviderSettings
    {
        Name = section.Get<string>("name")!,
        Issuer = section.Get<string>("issuer")!,
        ClientId = section.Get<string>("clientId")!,
    });

    private static OAuthClientSettings Client(ConfigurationSection section) => section.Into(new OAuthClientSettings
    {
        Id = section.Get<string>("id")!,
        Name = section.Get<string>("name")!,
        RedirectUris = section.Texts("redirectUris"),
    });
}
