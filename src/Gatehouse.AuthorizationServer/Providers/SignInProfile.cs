using Gatehouse.Identity.Issuers;
using Gatehouse.Settings;

namespace Gatehouse.AuthorizationServer.Providers;

/// <summary>The profile of the tokens of a provider, and the settings that no provider can have.</summary>
internal static class SignInProfile
{
    /// <summary>Returns the profile of the provider's tokens. It may have faults.</summary>
    public static IssuerProfile Of(SignInProviderSettings settings) => new()
    {
        Issuer = settings.Issuer,
        Kind = settings.Profile switch
        {
            IssuerProfileName.Entra => IssuerKind.Entra,
            IssuerProfileName.AdFs => IssuerKind.AdFs,
            _ => IssuerKind.Strict,
        },

        // The gateway gets these tokens from the provider itself and knows their kind, so that the type need not distinguish them.
        AcceptedTypes = AccessTokenTypes.Rfc9068OrJwt,
    };

    /// <summary>Returns every fault of the settings of a provider, for the administrator. Empty when people can sign in with them.</summary>
    public static IReadOnlyList<string> FindFaults(SignInProviderSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var faults = new List<string>(Of(settings).FindFaults());
        if (settings.Profile == IssuerProfileName.Entra) faults.AddRange(EntraFaults(settings.Issuer));
        if (settings.Name.Length == 0 || settings.Name.Contains(':', StringComparison.Ordinal))
            faults.Add("name is empty or has a colon, and a colon ends the provider's name in subjects: use letters, digits and hyphens");
        if (settings.ClientId.Length == 0) faults.Add("clientId is empty: enter the id that the provider gave to the gateway");
        if (settings.Audience is "") faults.Add("audience is empty: remove it, or enter the audience of the provider's access token");
        if (settings.Metadata is { } metadata && !IsFetchable(settings, metadata))
            faults.Add("metadata is not an https address (http is for an issuer that is itself on loopback)");
        return faults;
    }

    /// <summary>
    /// Returns whether the gateway may use an address of the provider: https, or http on loopback when the issuer itself is there (MCP row B20).
    /// </summary>
    public static bool IsFetchable(SignInProviderSettings settings, Uri address) =>
        address.IsAbsoluteUri && address.UserInfo.Length == 0 && address.Fragment.Length == 0
        && IssuerUri.IsFetchable(address, IssuerUri.IsLoopbackHttp(new Uri(settings.Issuer)));

    private static IEnumerable<string> EntraFaults(string issuer)
    {
        // Threat: every organisation that uses Entra can sign its people in at an issuer of many tenants. The tenant is part of the issuer, so
        // that metadata, keys and tokens of one tenant only are accepted.
        if (issuer.Contains(EntraTokenProfile.TenantPlace, StringComparison.Ordinal))
            yield return $"the issuer covers every tenant of Entra: replace {EntraTokenProfile.TenantPlace} with the tenant at which people sign in";
        else if (!EntraTokenProfile.IsVersion2(issuer))
            yield return "the issuer is of version 1.0 of Entra: use https://login.microsoftonline.com/TENANT/v2.0";
    }
}
