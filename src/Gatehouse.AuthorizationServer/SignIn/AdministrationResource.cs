using Gatehouse.AuthorizationServer.Clients;
using Gatehouse.Settings;

namespace Gatehouse.AuthorizationServer.SignIn;

/// <summary>The audience of administrator tokens as a resource of this authorization server.</summary>
/// <remarks>
/// With it an administrator satisfies a step-up challenge (RFC 9470) where the gateway is the only issuer. Threat: a client that anyone can publish
/// asks an administrator for this right. So only a client that an administrator registered can request it.
/// </remarks>
internal static class AdministrationResource
{
    /// <summary>The name on pages.</summary>
    public const string Name = "administration";

    /// <summary>Returns whether a resource is the audience of administrator tokens, and the configuration names administrators.</summary>
    public static bool Is(string? resource, GatewaySettings settings) =>
        settings.Administration.Who is not null && resource == settings.AdministrationResource;

    /// <summary>Returns whether a client may request the resource.</summary>
    public static bool IsFor(OAuthClient client, string? resource, GatewaySettings settings) =>
        client.Origin == ClientOrigin.Configured && Is(resource, settings);

    /// <summary>
    /// Returns false for the audience of administrator tokens and a client that may not request it, and true for every other resource.
    /// </summary>
    public static bool Allows(OAuthClient client, string? resource, GatewaySettings settings) =>
        resource != settings.AdministrationResource || IsFor(client, resource, settings);
}
